"""What is said, as it goes from one side to the other. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from onboarding.rooms.words import one_line

#: How the kinds of bridges are called on pages.
KINDS = {"irc": "IRC", "slack": "Slack", "mattermost": "Mattermost", "webhook": "Webhook"}
#: What arrives more than so long after it was said says when that was.
LATE = timedelta(seconds=60)
LONGEST_NAME = 60
LONGEST_POST = 3500  # characters of one message to a chat, as their APIs like them
MOST_LINES = 20  # of a room in one message to a chat
LONGEST_IRC = 400  # bytes of text in one line; what a server puts before it fits beside in 512


@dataclass(frozen=True)
class Said:
    """A message of a room on its way out. `step`: one of the flip's own posts."""

    number: int
    name: str
    team: str
    text: str
    at: datetime
    step: bool = False
    program: bool = False


@dataclass(frozen=True)
class Heard:
    """Something said in a chat on its way in. `key` is the same however often it comes; `account`
    is who says it by the chat's own word, `user_id` who that was proved to be; `at` when it was
    said, where that is known."""

    key: str
    account: str
    name: str
    text: str
    at: datetime | None = None
    user_id: int | None = None


def shown(said: Said, now: datetime) -> str:
    """The message as a chat shows it: who, from which team, and when where that is long ago."""
    name = one_line(said.name, LONGEST_NAME)
    who = f"{name} ({one_line(said.team, LONGEST_NAME)})" if said.team else name
    return f"{who}{late(said.at, now)}: {said.text}"


def late(at: datetime | None, now: datetime) -> str:
    """When it was said, where it arrives late; else nothing."""
    if at is None or now - at < LATE:
        return ""
    day = f"{at:%d %b} " if at.date() != now.date() else ""
    minutes = int((now - at).total_seconds() // 60)
    ago = f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"
    return f" [late: said {day}{at:%H:%M} UTC, {ago} ago]"


def batches(waiting: Sequence[Said]) -> Iterator[list[Said]]:
    """Messages in their order, so many together as one message to a chat may hold; the flip's
    posts apart from what people say, for they go into a thread."""
    batch: list[Said] = []
    size = 0
    for said in waiting:
        length = len(said.text) + 200
        full = size + length > LONGEST_POST or len(batch) >= MOST_LINES
        if batch and (full or said.step != batch[-1].step):
            yield batch
            batch, size = [], 0
        batch.append(said)
        size += length
    if batch:
        yield batch


def irc_lines(text: str, longest: int = LONGEST_IRC) -> list[str]:
    """`text` as lines that IRC takes: none holds a line end or a control code, none is longer than
    `longest` bytes of UTF-8, and all after the first begin so that they cannot be a command."""
    found: list[str] = []
    for line in re.split(r"[\r\n\u0085\u2028\u2029]+", text):
        rest = one_line(line, len(line))
        while rest:
            mark = "| " if found else ""
            piece = _cut(rest, longest - len(mark))
            found.append(mark + piece)
            rest = rest[len(piece) :].lstrip()
    return found


def _cut(text: str, longest: int) -> str:
    """The longest beginning of `text` of at most `longest` bytes, at a space where there is one."""
    if len(text.encode()) <= longest:
        return text
    piece = text.encode()[:longest].decode("utf-8", "ignore")
    head, space, _ = piece.rpartition(" ")
    return head if space and len(head) > len(piece) // 2 else piece


def channel_name(title: str, key: str, prefix: str = "", longest: int = 50) -> str:
    """A name for the room's channel that every chat takes: small letters, digits and hyphens."""
    number = key.replace("cutover:", "c").replace("customer:", "k")
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    return f"{prefix}{number}-{slug}"[:longest].strip("-")
