"""Raw bytes read as MIME (RFC 5322, 2045), whoever wrote them: bounded, and never more than a flaw. Pure."""

import re
from collections.abc import Callable, Iterator
from email import policy
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import BytesHeaderParser, BytesParser
from email.utils import getaddresses
from itertools import count
from typing import Any

#: What is read of one mail: bytes, lines times the boxes they lie in (each line is held against each
#: boundary), bytes of its own headers, header fields of all its parts, parts. What is beyond is kept.
MOST_READ = 30 * 1024 * 1024
_MOST_LOOKS = 4_000_000
_MOST_HEAD = 128 * 1024
_MOST_FIELDS, _MOST_LINES, _LONGEST_LINE = 20_000, 100, 2000
MOST_PARTS = 200
_QUOTED = re.compile(r'"(?:\\.|[^"\\])*"')
_BOXED = re.compile(r"<([^<>\s]+@[^<>\s]+)>")
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


def sender(message: EmailMessage) -> str:
    """The bare address, in small letters, of whoever wrote it; empty where it names none, or several:
    who checked one of them (DMARC) would have checked another than we take. It is read as it came,
    what stands in `<>` first: of `a@b.example <c@d.example>` the library makes the former."""
    found = set()
    for name, value in message.raw_items():
        if name.lower() == "from":
            line = "".join(c if c.isprintable() else " " for c in str(value))
            boxed = _BOXED.findall(_QUOTED.sub("", line))
            found |= {one.lower() for one in boxed or _bare([line])}
    return found.pop() if len(found) == 1 else ""


def _bare(lines: list[str]) -> list[str]:
    try:
        return [one.strip() for _name, one in getaddresses(lines) if "@" in one][:100]
    except BROKEN:
        return []


def addresses(message: EmailMessage, name: str) -> list[str]:
    """The bare addresses of a header, in small letters."""
    return [one.lower() for one in _bare([header(message, name)])]


def name_of(message: EmailMessage) -> str:
    """What the sender is called, or empty."""
    try:
        found = getaddresses([header(message, "from")])
    except BROKEN:
        return ""
    return found[0][0].strip()[:200] if found else ""


def parts(message: EmailMessage) -> Iterator[EmailMessage]:
    """What holds something, in the order of the text."""
    return (part for part in boxes(message) if not part.is_multipart())


def boxes(message: EmailMessage) -> Iterator[EmailMessage]:
    """`MOST_PARTS` parts with what they lie in, depth first as `walk` does, which nests a generator
    for each box in a box."""
    waiting: list[Any] = [message]
    for _ in range(MOST_PARTS):
        if not waiting:
            return
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


def text(part: EmailMessage) -> str:
    """The text of a part, whatever it says of its letters; what names none and is no UTF-8 is taken
    for what Windows writes."""
    raw, charset = content(part), ""
    try:
        charset = part.get_content_charset() or ""
        return _whole(raw.decode(charset or "utf-8", "replace" if charset else "strict"))
    except BROKEN:
        return _whole(raw.decode("utf-8" if charset else "cp1252", "replace"))


def _whole(text: str) -> str:
    """Without what no text may hold: NUL, and halves of pairs, which some codecs let through."""
    whole = text.encode("utf-8", "replace").decode()
    return whole.replace("\r\n", "\n").replace("\x00", "")
