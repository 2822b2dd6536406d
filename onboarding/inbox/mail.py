"""A raw mail read into what matters of it. Pure; whoever wrote it may be hostile."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses
from html.parser import HTMLParser

from onboarding.errors import BadInput

LARGEST = 12 * 1024 * 1024
RECIPIENTS = ("to", "cc", "delivered-to", "x-original-to")
MOST_PARTS = 100
EXPECTED = "expected one mail as it came in"
#: What reading a header or a part of a broken mail may raise in the standard library.
_BROKEN = (ValueError, LookupError, AttributeError, TypeError, AssertionError, RecursionError)


@dataclass(frozen=True)
class Mail:
    """`key` is the same for the same mail; `sender` and `recipients` are bare addresses in small
    letters; `automatic`: no person wrote it; `words` is its text, `calendar` its calendar part,
    `files` the names and contents of what is attached."""

    key: str
    sender: str
    recipients: tuple[str, ...]
    subject: str
    automatic: bool
    words: str
    calendar: bytes | None
    files: tuple[tuple[str, bytes], ...]


def read(raw: bytes) -> Mail:
    """The mail in `raw` (RFC 5322). Raises BadInput for what is none, or above `LARGEST` bytes."""
    if len(raw) > LARGEST:
        raise BadInput("the mail is too large", hint=f"at most {LARGEST // 1024 // 1024} MB")
    try:
        return _read(raw)
    except _BROKEN as wrong:
        raise BadInput(f"this is no mail: {wrong}", hint=EXPECTED) from wrong


def _read(raw: bytes) -> Mail:
    message = message_from_bytes(raw, policy=policy.default)
    sender = next(iter(_addresses(message, "from")), "")
    if not sender:
        raise BadInput("this is no mail: it has no From", hint=EXPECTED)
    parts = list(_parts(message))
    calendars = [part for part in parts if part.get_content_type() == "text/calendar"]
    return Mail(
        key=_key(message, raw),
        sender=sender,
        recipients=tuple(one for name in RECIPIENTS for one in _addresses(message, name)),
        subject=_header(message, "subject")[:300],
        automatic=_automatic(message),
        words=_words(parts),
        calendar=_bytes(calendars[0]) if calendars else None,
        files=tuple(_files(parts)),
    )


def _key(message: EmailMessage, raw: bytes) -> str:
    named = _header(message, "message-id").strip()
    return hashlib.sha256(named.encode("utf-8", "replace") if named else raw).hexdigest()


def _header(message: EmailMessage, name: str) -> str:
    """The headers of that name in one line of plain text."""
    try:
        said = " ".join(str(one) for one in message.get_all(name, []))
    except _BROKEN:
        return ""
    return " ".join("".join(c if c.isprintable() else " " for c in said).split())


def _addresses(message: EmailMessage, name: str) -> list[str]:
    try:
        found = getaddresses([_header(message, name)])
    except _BROKEN:
        return []
    return [address.strip().lower() for _name, address in found if "@" in address][:100]


def _automatic(message: EmailMessage) -> bool:
    """RFC 3834, and the older habits: what answers by itself is never answered."""
    if _header(message, "auto-submitted").lower() not in ("", "no"):
        return True
    if _header(message, "precedence").lower() in ("bulk", "junk", "list", "auto_reply"):
        return True
    return _header(message, "return-path") == "<>" or bool(_header(message, "x-autoreply"))


def _parts(message: EmailMessage) -> Iterator[EmailMessage]:
    for number, part in enumerate(message.walk()):
        if number >= MOST_PARTS:
            return
        if not part.is_multipart():
            yield part


def _bytes(part: EmailMessage) -> bytes:
    try:
        content = part.get_payload(decode=True)
    except _BROKEN:
        return b""
    return content if isinstance(content, bytes) else b""


def _text(part: EmailMessage) -> str:
    try:
        charset = part.get_content_charset() or "utf-8"
        return _bytes(part).decode(charset, "replace")
    except _BROKEN:
        return _bytes(part).decode("utf-8", "replace")


def _words(parts: list[EmailMessage]) -> str:
    for kind in ("text/plain", "text/html"):
        for part in parts:
            if part.get_content_type() == kind and not _file_name(part):
                text = _text(part)
                plain = text if kind == "text/plain" else _Plain.of(text)
                return plain.replace("\r\n", "\n").replace("\x00", "")
    return ""


def _file_name(part: EmailMessage) -> str:
    try:
        return part.get_filename() or ""
    except _BROKEN:
        return ""


def _files(parts: list[EmailMessage]) -> Iterator[tuple[str, bytes]]:
    for part in parts:
        name = _file_name(part)
        if name and part.get_content_type() != "text/calendar":
            yield name, _bytes(part)


class _Plain(HTMLParser):
    """The text of a page, with its line breaks; what is quoted in it begins with `>`."""

    BREAKS = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3"})
    HIDDEN = frozenset({"style", "script", "head", "title"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.hidden = 0

    @classmethod
    def of(cls, page: str) -> str:
        parser = cls()
        parser.feed(page)
        parser.close()
        return "".join(parser.out)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.hidden += tag in self.HIDDEN
        if tag == "blockquote":
            self.out.append("\n> \n")
        elif tag in self.BREAKS:
            self.out.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.hidden = max(0, self.hidden - (tag in self.HIDDEN))

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.out.append(data)
