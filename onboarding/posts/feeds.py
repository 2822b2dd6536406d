"""Posts as Atom (RFC 4287) and JSON Feed 1.1. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as Tree

from onboarding.clock import iso
from onboarding.posts.told import Said, Told

ATOM = "http://www.w3.org/2005/Atom"
MOST = 100
NEVER = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Feed:
    """What a feed is called, where the page it belongs to is, its own address, and who writes it."""

    title: str
    page: str
    address: str
    language: str
    author: str


def atom(feed: Feed, told: Sequence[Told]) -> bytes:
    """The newest posts as an Atom document. An entry's id stays when its post is mended."""
    Tree.register_namespace("", ATOM)
    root = Tree.Element(f"{{{ATOM}}}feed", {"xml:lang": feed.language})
    _add(root, "id", feed.address)
    _add(root, "title", feed.title)
    _add(root, "updated", iso(max((one.updated_at for one in told), default=NEVER)))
    _add(root, "link", rel="self", href=feed.address, type="application/atom+xml")
    _add(root, "link", rel="alternate", href=feed.page, type="text/html")
    author = _add(root, "author")
    _add(author, "name", feed.author)
    for cutover, post in _newest(told):
        entry = _add(root, "entry")
        _add(entry, "id", f"{feed.address}#{cutover.number}-{post.number}")
        _add(entry, "title", f"{cutover.name}: {_short(post.text)}")
        _add(entry, "published", iso(post.at))
        _add(entry, "updated", iso(post.updated_at))
        _add(entry, "link", rel="alternate", href=feed.page, type="text/html")
        _add(entry, "content", post.text, type="text")
    found: bytes = Tree.tostring(root, encoding="utf-8", xml_declaration=True)
    return found


def json_feed(feed: Feed, told: Sequence[Told]) -> dict[str, Any]:
    """The same as JSON Feed 1.1."""
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": feed.address,
        "language": feed.language,
        "authors": [{"name": feed.author}],
        "items": [
            {
                "id": f"{feed.address}#{cutover.number}-{post.number}",
                "url": feed.page,
                "title": f"{cutover.name}: {_short(post.text)}",
                "content_text": post.text,
                "date_published": iso(post.at),
                "date_modified": iso(post.updated_at),
                "tags": [post.kind],
            }
            for cutover, post in _newest(told)
        ],
    }


def _newest(told: Sequence[Told]) -> list[tuple[Told, Said]]:
    found = [(cutover, post) for cutover in told for post in cutover.posts]
    return sorted(found, key=lambda pair: (pair[1].at, pair[1].number), reverse=True)[:MOST]


def _add(parent: Tree.Element, name: str, text: str = "", **attributes: str) -> Tree.Element:
    child = Tree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    child.text = "".join(sign for sign in text if sign in "\t\n" or sign >= " ") or None
    return child


def _short(text: str) -> str:
    line = text.split("\n", 1)[0]
    return line if len(line) <= 120 else f"{line[:119]}…"
