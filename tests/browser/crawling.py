"""Find the pages that links lead to, by role, and of many alike the few that show all there is."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

#: What only moves an element a little makes it no other.
SPACING = re.compile(r"[mp][tbsexy]?-\d|gap-\d|[wh]-(auto|100)")
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "use", "wbr"}


@dataclass
class Seen(HTMLParser):
    """One page: where its links lead, and the shapes of its elements (what it is in, name, classes)."""

    text: str
    links: list[str] = field(default_factory=list)
    shapes: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[str] = []
        self.feed(self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        classes = (given.get("class") or "").split()
        shape = ".".join([tag, *sorted(one for one in classes if not SPACING.fullmatch(one))])
        self.shapes.add(f"{self._open[-1] if self._open else ''} > {shape}")
        if tag not in VOID:
            self._open.append(tag)
        href = given.get("href") or ""
        if tag == "a" and href.startswith("/") and "download" not in given:
            self.links.append(href.split("#")[0])

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass


def crawl(app: Flask, client: FlaskClient, starts: Iterable[str], alike: int) -> dict[str, Seen]:
    """The HTML pages that links lead to from `starts`, by path, `alike` of each view beside the
    starts. A link that leads nowhere is an AssertionError that names both pages."""
    found: dict[str, Seen] = {}
    looked_at = Counter[str]()
    to_do = [("a start", path) for path in starts]
    asked = {path for _, path in to_do}
    while to_do:
        source, path = to_do.pop(0)
        view = _view(app, path)
        assert view, f"{source} links to {path}, which is no address"
        if looked_at[view] >= alike and source != "a start":
            continue
        looked_at[view] += 1
        answer = client.get(path)
        target = answer.headers.get("Location", "")
        assert answer.status_code in (200, 302, 303), (source, path, answer.status_code)
        if answer.mimetype == "text/html" and answer.status_code == 200:
            found[path] = Seen(answer.text)
        for link in found[path].links if path in found else [target] if target else []:
            if link not in asked:
                asked.add(link)
                to_do.append((path, link))
    return found


def _view(app: Flask, path: str) -> str:
    try:
        return str(app.url_map.bind("").match(path.split("?")[0], method="GET")[0])
    except HTTPException:
        return ""


def telling(pages: dict[str, Seen], known: set[str]) -> list[str]:
    """As few of the pages as show every shape of element that is not among `known`, which grows by
    them."""
    chosen, left = [], {path: page.shapes - known for path, page in pages.items()}
    while any(left.values()):
        path = max(left, key=lambda path: len(left[path]))
        shown = left.pop(path)
        known |= shown
        left = {other: shapes - shown for other, shapes in left.items() if shapes - shown}
        chosen.append(path)
    return chosen
