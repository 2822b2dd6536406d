"""Letters that carry posts: for mail as text and HTML in one thread, with how to end them; for
programs as data; for rooms elsewhere as a line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from html import escape
from typing import Any

from onboarding.brands.mail import band
from onboarding.brands.queries import Look
from onboarding.channels.base import Letter
from onboarding.clock import iso
from onboarding.cutovers.models import Cutover
from onboarding.posts.links import address_of
from onboarding.posts.models import Post, Subscription
from onboarding.posts.phrases import word
from onboarding.posts.spoken import moment
from onboarding.rooms.words import one_line

LONGEST_SUBJECT = 180
Line = tuple[datetime, str]
PLAIN = Look()
_STYLE = (
    "body{font:16px/1.5 sans-serif;margin:0;padding:16px;max-width:40rem}"
    "p.at,footer{font-size:13px;opacity:.75}"
)


def letter(
    key: str,
    subscription: Subscription,
    cutover: Cutover,
    post: Post,
    text: str,
    replies: str = "",
    look: Look = PLAIN,
) -> Letter:
    """One post. `replies` is the key of the letter that it corrects; `look` is for mail to
    customers."""
    extra: dict[str, Any] = {}
    body = text
    subject = one_line(f"[{cutover.title}] {text}", LONGEST_SUBJECT)
    if subscription.channel == "email":
        lines = [(post.at, text)]
        body, extra = _mail(subscription, cutover.title, lines, look)
        extra |= {"thread": f"posts:{cutover.id}:{subscription.audience}", "replies": replies}
    elif subscription.channel == "webhook":
        extra = {"data": data_of(cutover, post, text), "whose": whose(subscription)}
    elif subscription.channel != "console":
        body = f"{one_line(cutover.title)}: {text}"
    return Letter(key, subscription.recipient, subject, body, extra)


def digest(
    key: str,
    subscription: Subscription,
    title: str,
    lines: Sequence[Line],
    said: list[Any],
    look: Look = PLAIN,
) -> Letter:
    """Several posts in one, the oldest first; `said` is them as data."""
    if len(lines) == 1:
        subject = f"[{title}] {lines[0][1]}"
    else:
        subject = word("digest", subscription.language, count=len(lines), title=title)
    extra: dict[str, Any] = {}
    body = "\n".join(_dated(line, subscription) for line in lines)
    if subscription.channel == "email":
        body, extra = _mail(subscription, title, lines, look)
        extra["thread"] = f"posts:{subscription.scope}:{subscription.audience}"
    elif subscription.channel == "webhook":
        extra = {"data": {"posts": said}, "whose": whose(subscription)}
    subject = one_line(subject, LONGEST_SUBJECT)
    return Letter(key, subscription.recipient, subject, body, extra)


def confirmation(key: str, subscription: Subscription, title: str) -> Letter:
    """Asks whoever has the address whether they want the posts."""
    said = {"title": one_line(title)}
    text = f"{word('confirm', subscription.language, **said)}\n\n{address_of(subscription.id)}\n"
    subject = one_line(word("confirm_subject", subscription.language, **said), LONGEST_SUBJECT)
    return Letter(key, subscription.recipient, subject, text)


def whose(subscription: Subscription) -> str:
    """Whose key signs what goes to a webhook: another's for the same address is another key."""
    return f"subscription:{subscription.id}:{subscription.user_id or 0}"


def data_of(cutover: Cutover, post: Post, text: str) -> dict[str, Any]:
    """A post for programs."""
    return {
        "post": post.id,
        "cutover": cutover.id,
        "title": cutover.title,
        "audience": post.audience,
        "kind": post.kind,
        "number": post.number,
        "at": iso(post.at),
        "edited_at": iso(post.edited_at) if post.edited_at else None,
        "text": text,
        "facts": post.facts,
    }


def _mail(
    subscription: Subscription, title: str, lines: Sequence[Line], look: Look
) -> tuple[str, dict[str, Any]]:
    """(text, extra) of a mail. The headers are those of RFC 8058 and RFC 2919."""
    page, language = address_of(subscription.id), subscription.language
    around = _around(page, language, subscription.recipient, one_line(title))
    dated = [(moment(at, language, subscription.zone), text) for at, text in lines]
    text = "\n".join(f"{text}\n{at}\n" for at, text in dated)
    shown = "".join(
        f"<p class=at>{escape(at)}</p><p>{escape(text).replace(chr(10), '<br>')}</p>"
        for at, text in dated
    )
    headers = {
        "List-Unsubscribe": f"<{page}/end>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Id": f"<{subscription.scope.replace(':', '-')}.posts.turnup>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    top = band(look) if subscription.audience == "customer" else ""
    html = f"{around.head}{top}{around.top}{shown}{around.foot}"
    return f"{text}\n{around.plain}", {"html": html, "headers": headers}


@dataclass(frozen=True)
class _Around:
    """What stands around the posts in every mail of a subscription."""

    plain: str
    head: str
    top: str
    foot: str


@lru_cache(maxsize=2000)
def _around(page: str, language: str, recipient: str, title: str) -> _Around:
    because = word("because", language, recipient=recipient, title=title)
    change, stop = word("change", language), word("stop", language)
    links = (
        f'<a href="{escape(page)}">{escape(change)}</a> · '
        f'<a href="{escape(page)}/end">{escape(stop)}</a>'
    )
    return _Around(
        plain=f"-- \n{because}\n{change}: {page}\n{stop}: {page}/end\n",
        head=(
            f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
            f'<meta name="color-scheme" content="light dark"><title>{escape(title)}</title>'
            f"<style>{_STYLE}</style></head><body>"
        ),
        top=f"<h1>{escape(title)}</h1>",
        foot=f"<footer><p>{escape(because)}</p><p>{links}</p></footer></body></html>",
    )


def _dated(line: Line, subscription: Subscription) -> str:
    at, text = line
    return f"{text}\n{moment(at, subscription.language, subscription.zone)}\n"
