"""Raw bytes read as MIME (RFC 5322, 2045), whoever wrote them: bounded, and never more than a flaw. Pure."""

from collections.abc import Callable, Iterator, Sequence
from email import policy
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import BytesHeaderParser, BytesParser
from email.utils import getaddresses
from itertools import count
from typing import Any

from onboarding.inbox.plain import plain

#: What is read of one mail: bytes, lines times the boxes they lie in (each line is held against each
#: boundary), bytes of its own headers, header fields of all its parts, parts. What is beyond is kept.
MOST_READ = 30 * 1024 * 1024
_MOST_LOOKS = 4_000_000
_MOST_HEAD = 128 * 1024
_MOST_FIELDS, _MOST_LINES, _LONGEST_LINE = 20_000, 100, 2000
MOST_PARTS = 200
#: What reading a header or a part of a broken mail may raise in the standard library.
BROKEN = (
    ValueError,
    LookupError,
    AttributeError,
    TypeError,
    AssertionError,
    RecursionError,
    MessageError,
)


class _TooMuch(MessageError):
    """More header fields or parts than anybody writes."""


def _bounded() -> Any:
    """Cuts header fields of any part, for the library's time for one grows with its square; ends
    the reading after so many."""
    fields = count()

    class Bounded(policy.EmailPolicy):
        def header_source_parse(self, sourcelines: list[str]) -> tuple[str, Any]:
            if next(fields) > _MOST_FIELDS:
                raise _TooMuch
            cut = [line[:_LONGEST_LINE] for line in sourcelines[:_MOST_LINES]]
            return super().header_source_parse(cut)

    return Bounded()


def _maker() -> Callable[..., EmailMessage]:
    parts_made = count()

    def make(*given: Any, **named: Any) -> EmailMessage:
        if next(parts_made) > 2 * MOST_PARTS:
            raise _TooMuch
        return EmailMessage(*given, **named)

    return make


def parsed(raw: bytes) -> tuple[EmailMessage, list[str]]:
    """The mail as far as it can be read, and what is wrong with it in words."""
    flaws = []
    head, gap, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    if len(head) > _MOST_HEAD:
        flaws.append("its headers are too long")
        head = head[:_MOST_HEAD].rpartition(b"\n")[0]
    most = _most(head, body)
    if len(body) > most:
        flaws.append(f"only the first {most / 1024 / 1024:.1f} MB were read")
        body = body[:most]
    try:
        return BytesParser(_maker(), policy=_bounded()).parsebytes(head + gap + body), flaws
    except BROKEN:
        flaws.append("its parts cannot be told apart")
    bounded = _bounded()
    try:
        message = BytesHeaderParser(EmailMessage, policy=bounded).parsebytes(head)
    except BROKEN:
        flaws.append("its headers cannot be read")
        message = EmailMessage(bounded)
    del message["content-type"], message["content-transfer-encoding"]
    message.set_payload(body[: 100 * 1024].decode("utf-8", "replace"))
    return message, flaws


def _most(head: bytes, body: bytes) -> int:
    """How many bytes of the body are read."""
    boxes = (head.lower() + body[:MOST_READ].lower()).count(b"boundary=") or 1
    lines = body.count(b"\n") or 1
    return int(min(MOST_READ, len(body) * _MOST_LOOKS / boxes / lines))


def header(message: EmailMessage, name: str) -> str:
    """The headers of that name in one line of plain text."""
    try:
        said = " ".join(str(one) for one in message.get_all(name, [])[:100])
    except BROKEN:
        return ""
    return " ".join("".join(c if c.isprintable() else " " for c in said).split())


def addresses(message: EmailMessage, name: str) -> list[str]:
    """The bare addresses of a header, in small letters."""
    try:
        found = getaddresses([header(message, name)])
    except BROKEN:
        return []
    return [address.strip().lower() for _name, address in found if "@" in address][:100]


def name_of(message: EmailMessage) -> str:
    """What the sender is called, or empty."""
    try:
        found = getaddresses([header(message, "from")])
    except BROKEN:
        return ""
    return found[0][0].strip()[:200] if found else ""


def parts(message: EmailMessage) -> Iterator[EmailMessage]:
    """What holds something, in the order of the text."""
    for number, part in enumerate(_walk(message)):
        if number >= MOST_PARTS:
            return
        if not part.is_multipart():
            yield part


def _walk(message: EmailMessage) -> Iterator[EmailMessage]:
    """Depth first as `walk` does, which nests a generator for each box in a box."""
    waiting: list[Any] = [message]
    while waiting:
        part = waiting.pop()
        yield part
        if part.is_multipart():
            waiting += reversed(part.get_payload())


def kind_of(part: EmailMessage) -> str:
    """The type of a part, such as `text/plain`."""
    try:
        return part.get_content_type()
    except BROKEN:
        return "application/octet-stream"


def content(part: EmailMessage) -> bytes:
    """What a part holds, decoded."""
    try:
        found = part.get_payload(decode=True)
    except BROKEN:
        return b""
    return found if isinstance(found, bytes) else b""


def file_name(part: EmailMessage) -> str:
    """The name of an attached file, or empty."""
    try:
        return part.get_filename() or ""
    except BROKEN:
        return ""


def _text(part: EmailMessage) -> str:
    try:
        return content(part).decode(part.get_content_charset() or "utf-8", "replace")
    except BROKEN:
        return content(part).decode("utf-8", "replace")


def words(found: Sequence[EmailMessage]) -> str:
    """The text that a person reads: the plain one where there is one."""
    for kind in ("text/plain", "text/html"):
        for part in found:
            if kind_of(part) == kind and not file_name(part):
                text = _text(part)
                text = text if kind == "text/plain" else plain(text)
                return text.replace("\r\n", "\n").replace("\x00", "")
    return ""
