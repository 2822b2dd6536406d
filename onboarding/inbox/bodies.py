"""Which parts of a mail are its text, and which are files of it. Pure."""

import mimetypes
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

from onboarding.inbox import mime
from onboarding.inbox.plain import plain

_DEEPEST = 20  # boxes in boxes that are told apart


def words(message: EmailMessage) -> str:
    """The text that a person reads: of each choice the plain one where it says something; what
    stands around pictures is one text. Of a mail that only passes others on, the text of those."""
    said = _body(message, 0)
    if said.strip():
        return said
    texts = (_shown(part) for part in mime.parts(message))
    return next((one for one in texts if one.strip()), "")


def _body(part: EmailMessage, depth: int) -> str:
    kind = mime.kind_of(part)
    if not part.is_multipart():
        return _shown(part)
    if not kind.startswith("multipart/") or depth == _DEEPEST:
        return ""  # a mail within: it is passed on, and not said by whoever sends it
    inside: Any = part.get_payload()
    said = (one for one in (_body(each, depth + 1) for each in inside) if one.strip())
    return next(said, "") if kind == "multipart/alternative" else "\n".join(said)


def _shown(part: EmailMessage) -> str:
    kind = mime.kind_of(part)
    if kind not in ("text/plain", "text/html") or mime.file_name(part) or _attached(part):
        return ""
    return mime.text(part) if kind == "text/plain" else plain(mime.text(part))


def _attached(part: EmailMessage) -> bool:
    return mime.header(part, "content-disposition").lower().startswith("attachment")


def files(message: EmailMessage) -> Iterator[tuple[str, str, bytes]]:
    """(name, kind, content) of what is no text of the mail: what has a name, and what has none and
    is no text to read, or stands in a mail that is passed on."""
    unnamed = 0
    for part, within in _within(message):
        name, kind = mime.file_name(part), mime.kind_of(part)
        read = kind in ("text/plain", "text/html") and not _attached(part)
        if not name and (kind == "text/calendar" or (read and not within)):
            continue
        content = mime.content(part)
        if not name and not content.strip():
            continue
        if not name:
            unnamed += 1
            name = f"attached-{unnamed}{mimetypes.guess_extension(kind) or ''}"
        yield name, kind, content


def _within(message: EmailMessage) -> Iterator[tuple[EmailMessage, bool]]:
    """The parts that hold something, and whether each stands in a mail that is passed on."""
    inner: set[int] = set()
    for part in mime.boxes(message):
        if part.is_multipart():
            if id(part) in inner or not mime.kind_of(part).startswith("multipart/"):
                inner |= {id(one) for one in part.get_payload()}
        else:
            yield part, id(part) in inner
