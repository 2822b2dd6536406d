"""What is said in a room: cleaned of what could deceive or steer a terminal, and read for commands.
Pure."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from onboarding.errors import BadInput, marked
from onboarding.knowledge.terms import stem, stems

LONGEST = 4000
TOO_MANY = marked("{n} characters are too many")
AT_MOST = marked("at most {n} for one message")
#: Unicode categories that never show as text: control codes (IRC's colours, NUL, escape sequences),
#: formats (right-to-left overrides, zero-width signs), halves of surrogate pairs.
HIDDEN = ("Cc", "Cf", "Cs")
#: Formats that writing needs: joiners of emoji and of Persian and Indic scripts.
NEEDED = "\u200c\u200d"
#: How a question begins that has no question mark; those of "can" and "is" need whom they ask of.
_OPENS = re.compile(
    r"(?:(?:hi|hello|hey|and|so|ok|please|sorry|but|btw)\b[\s,.!-]*)*"
    r"(?:(?:how|what|why|when|where|which|who|whom|whose)\b(?!ever)"
    r"|(?:can|could|may|do|does|did|should|would|will|is|are|has|have)\s+"
    r"(?:i|we|you|it|the|our|your|there|this|that|my|somebody|anybody)\b"
    r"|(?:wie|warum|wieso|wann|wo|wer|welche[rsn]?|können|kann|comment|pourquoi|quand|combien|cómo"
    r"|cuándo|dónde|por\s+qué)\b)",
    re.IGNORECASE,
)
_MARK = re.compile(r"[?\uff1f](?=\s|[)\"'!.]|\Z)|\u304b[\u3002\n]?\Z")
SPOKEN = re.compile(r"!([a-z]{2,20})(?:\s+(.*))?\Z", re.DOTALL)


@dataclass(frozen=True)
class Command:
    """What somebody asks of the program in a room: `!name words`."""

    name: str
    words: str = ""


@dataclass(frozen=True)
class Known:
    """A command there is: the permission that it needs, as on the web ("": anybody in the room),
    and what it does."""

    permission: str
    about: str


COMMANDS: Mapping[str, Known] = {
    "status": Known("", "where the flip stands"),
    "who": Known("", "who stands by"),
    "hold": Known("ramps.hold", "hold the flip; a reason may follow"),
    "rollback": Known("ramps.rollback", "take all traffic back; a reason may follow"),
    "page": Known("paging.page", "call a team until somebody answers: !page neteng the reason"),
    "ack": Known("paging.answer", "say that you have it, when you were paged: !ack or !ack 12"),
    "go": Known("readiness.vote", "your team's go for the flip"),
    "nogo": Known("readiness.vote", "your team's no-go: !nogo the reason"),
    "ticket": Known("", "open a ticket that support answers: !ticket what is wrong"),
    "log": Known("timeline.write", "keep a line in the timeline: !log what happened"),
    "help": Known("", "these commands"),
}


#: What `!status` tells is said with these and frequent words alone: where the flip stands, its share,
#: how long it still takes.
_STANDS = """
already back begin begun begins complete completed current currently cutover done everybody everyone
everything far finish finished flip flipped going held hold holding left live long many minutes moment
move moved moving much next now ok okay online over part percent percentage progress ramp ready right
rolled running share stage stand standing start started state status step steps still switch switched
time today traffic underway update yet
"""
_STANDING = frozenset(stem(one) for one in _STANDS.split())
#: Asks for a reason, a way or leave: `!status` answers none of these.
_REASON = re.compile(
    r"\b(?:why|can|could|may|might|should|shall|must|how\s+(?:do|does|did|can|could|should|would|to))\b",
    re.IGNORECASE,
)


def asks_where_it_stands(text: str) -> bool:
    """Whether a question is about the flip itself and answered by where that stands: "are we live?",
    "what share now?". English words and figures."""
    named = [one for one in stems(text) if not one.isdigit()]
    return bool(named) and not _REASON.search(text) and _STANDING.issuperset(named)


def clean(text: str) -> str:
    """`text` as it is kept: line ends as \\n, no hidden characters but those that writing needs,
    in the composed form. Raises BadInput where nothing is left or it is over `LONGEST`."""
    if len(text) > 4 * LONGEST:  # before work is spent on it
        raise _too_long(len(text))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    kept = "".join(sign for sign in lines if sign == "\n" or _shows(sign))
    found = unicodedata.normalize("NFC", kept).strip()
    if not found:
        raise BadInput(
            marked("there is nothing to say in it"), place="text", hint=marked("write a line")
        )
    if len(found) > LONGEST:
        raise _too_long(len(found))
    return found


def one_line(text: str, longest: int = 300) -> str:
    """`text` without line ends and hidden characters, for a place that takes one line."""
    shown = "".join(sign if _shows(sign) else " " for sign in text)
    return " ".join(shown.split())[:longest]


def parse(text: str) -> Command | None:
    """The command that a cleaned line is, whether there is such a one or not."""
    found = SPOKEN.match(text)
    return Command(found[1], (found[2] or "").strip()) if found else None


def helped() -> str:
    """Every command with what it does."""
    return "\n".join(f"!{name}: {known.about}" for name, known in COMMANDS.items())


def _shows(sign: str) -> bool:
    return sign in NEEDED or unicodedata.category(sign) not in HIDDEN


def _too_long(length: int) -> BadInput:
    return BadInput(
        TOO_MANY.replace("{n}", str(length)),
        place="text",
        hint=AT_MOST.replace("{n}", str(LONGEST)),
    )


def asks(text: str) -> bool:
    """Whether it reads as a question, by its mark or by how it begins; commands do not."""
    said = text.strip()
    return not said.startswith("!") and bool(_MARK.search(said) or _OPENS.match(said))
