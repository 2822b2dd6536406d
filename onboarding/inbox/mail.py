"""A raw mail read into what matters of it. Pure; whoever wrote it may be hostile."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage

from onboarding.channels.base import OURS
from onboarding.inbox import bodies, mime

DELIVERED = ("delivered-to", "x-original-to")
RECIPIENTS = (*DELIVERED, "to", "cc")
NO_SENDER = "it has no sender"
MOST_FILES = 20
LARGEST_FILE = 10 * 1024 * 1024
#: Hops after which a mail goes round (RFC 5321, 6.3, asks for at least 100; few go over 20).
MOST_HOPS = 100
_DOUBTED = re.compile(r"\bdmarc\s*=\s*fail\b", re.IGNORECASE)
_ID = re.compile(r"<[^<>\s]{3,400}>")
_NAMED = re.compile(rb"^message-id:[ \t]*(?:\r?\n[ \t]+)?([^\r\n]*)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class File:
    """An attached file as it was sent: its name may be anything."""

    name: str
    kind: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """`sender` and `recipients` are bare addresses in small letters, either may be missing;
    `message_id` and `refers_to` are the ids of RFC 5322, the latter the nearest first.

    `automatic`: "" where a person wrote it, "replied" where a machine answered (out of office,
    bounces), "generated" where one wrote by itself (a monitor), "list" where it came by a list.
    `answerable`: nothing forbids to answer it by a machine. `spam`: the mail server says so. `looped`: we sent it ourselves, or it goes round.
    `words` is its text, `calendar` what a calendar answers, `files` what is attached; `left_out` names
    what is too large or too much, `flaws` says what could not be read of it.
    """

    sender: str
    name: str
    recipients: tuple[str, ...]
    subject: str
    message_id: str
    refers_to: tuple[str, ...]
    automatic: str
    answerable: bool
    looped: bool
    spam: bool
    words: str
    calendar: bytes | None
    files: tuple[File, ...]
    left_out: tuple[str, ...]
    flaws: tuple[str, ...]
    copied: tuple[str, ...] = ()
    doubted: bool = False


def key_of(raw: bytes, recipients: Sequence[str]) -> str:
    """The same for the same mail to the same recipients, whichever way it comes: its Message-ID and
    its body count, not what servers on its way added or how they end lines."""
    head, gap, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    named = _NAMED.search(head)
    counted = hashlib.sha256(named[1].strip() if named else head)
    counted.update(gap + body.rstrip())
    counted.update("\n".join(sorted(set(recipients))).encode("utf-8", "surrogateescape"))
    return counted.hexdigest()


def read(raw: bytes, recipients: Sequence[str] = (), returns_to: str | None = None) -> Mail:
    """The mail in `raw` (RFC 5322), as far as it can be read. `recipients` and `returns_to` are
    those of its envelope, where they are known: they count, not what its headers say."""
    message, flaws = mime.parsed(raw)
    found = list(mime.parts(message))
    calendars = [mime.content(part) for part in found if mime.kind_of(part) == "text/calendar"]
    replies = [one for one in calendars if b"METHOD:REPLY" in one.upper()]
    files, left_out = _files(message)
    sender = mime.sender(message)
    if not sender:
        flaws.append("it has several senders" if "@" in mime.header(message, "from") else NO_SENDER)
    headed = [one for name in RECIPIENTS for one in mime.addresses(message, name)]
    automatic = _automatic(message, returns_to)
    return Mail(
        sender=sender[:300],
        name=mime.name_of(message),
        recipients=tuple(dict.fromkeys(one.lower() for one in recipients or headed)),
        subject=mime.header(message, "subject")[:300],
        message_id=next(iter(_ids(message, "message-id")), ""),
        refers_to=_refers_to(message),
        automatic=automatic,
        answerable=bool(sender) and not automatic and not _suppressed(message),
        looped=OURS in message or len(message.get_all("received", [])) > MOST_HOPS,
        spam=mime.header(message, "x-spam-flag").lower() == "yes",
        words=bodies.words(message),
        calendar=replies[0] if replies else None,
        files=files,
        left_out=left_out,
        flaws=tuple(flaws),
        copied=_copied(message, recipients),
        doubted=bool(_DOUBTED.search(mime.header(message, "authentication-results"))),
    )


def _copied(message: EmailMessage, recipients: Sequence[str]) -> tuple[str, ...]:
    named = [one for name in ("to", "cc") for one in mime.addresses(message, name)]
    delivered = [one for name in DELIVERED for one in mime.addresses(message, name)]
    here = {*delivered, *(one.lower() for one in recipients)}
    return tuple(dict.fromkeys(one for one in named if one not in here))


def _ids(message: EmailMessage, name: str) -> list[str]:
    return _ID.findall(mime.header(message, name))


def _refers_to(message: EmailMessage) -> tuple[str, ...]:
    """In-Reply-To, then References from their end (RFC 5322, 3.6.4)."""
    ids = [*_ids(message, "in-reply-to"), *reversed(_ids(message, "references"))]
    return tuple(dict.fromkeys(ids))[:50]


def _automatic(message: EmailMessage, returns_to: str | None) -> str:
    """RFC 3834, and the older habits: what answers by itself is never answered."""
    said = mime.header(message, "auto-submitted").lower().partition(";")[0].strip()
    precedence = mime.header(message, "precedence").lower()
    back = mime.header(message, "return-path")
    if said.startswith("auto-replied") or precedence == "auto_reply":
        return "replied"
    if returns_to == "" or back == "<>" or mime.kind_of(message) == "multipart/report":
        return "replied"
    if any(mime.header(message, name) for name in ("x-autoreply", "x-autorespond")):
        return "replied"
    if said not in ("", "no"):
        return "generated"
    by_list = precedence in ("bulk", "junk", "list") or mime.header(message, "list-id")
    return "list" if by_list else ""


def _suppressed(message: EmailMessage) -> bool:
    """Exchange's wish not to be answered by a machine."""
    wish = mime.header(message, "x-auto-response-suppress").lower()
    return any(word in wish for word in ("all", "autoreply", "oof"))


def _files(message: EmailMessage) -> tuple[tuple[File, ...], tuple[str, ...]]:
    kept: list[File] = []
    left: list[str] = []
    for name, kind, content in bodies.files(message):
        if len(content) > LARGEST_FILE:
            size = len(content) / 1024 / 1024
            left.append(f"{name[:100]} ({size:.0f} MB; at most {LARGEST_FILE // 1024 // 1024} MB)")
        elif len(kept) == MOST_FILES:
            left.append(f"{name[:100]} (one of more than {MOST_FILES} files)")
        else:
            kept.append(File(name, kind, content))
    return tuple(kept), tuple(left[:50])
