"""What is written in tickets: cleaned, folded for searches, and what one is called. Pure."""

import re
import unicodedata
from dataclasses import dataclass

from onboarding.errors import BadInput, marked
from onboarding.names import HIDDEN, NEEDED, one_line

LONGEST = 100_000  # characters of one message: logs are pasted
LONGEST_SUBJECT = 200
LARGEST_FILE = 10 * 1024 * 1024
MOST_FILES = 20
#: What is refused, for the catalogues: a number stands for `{n}`.
SAID = (
    marked("at most {n} characters; attach the rest as a file"),
    marked("{n} characters are too many"),
    marked("at most {n} MB a file"),
)
CALLED = re.compile(r"[Tt]-(\d{1,9})")
NAMED = re.compile(r"\[T-(\d{1,9})\]")


@dataclass(frozen=True)
class Attachment:
    """A file with its name, as somebody sent it."""

    name: str
    content: bytes


def title(number: int) -> str:
    """What people call a ticket: in subjects of mail within brackets."""
    return f"T-{number}"


def named(subject: str) -> int | None:
    """The number of the ticket that a mail's subject names, if it does."""
    found = NAMED.search(subject)
    return int(found[1]) if found else None


def called(words: str) -> int | None:
    """The number of the ticket that somebody calls by its name, `T-12` or `t-12`."""
    found = CALLED.fullmatch(words.strip())
    return int(found[1]) if found else None


def clean(text: str, place: str = "text") -> str:
    """`text` as it is kept: line ends as \\n, without hidden characters. Raises BadInput where
    nothing is left or it is over `LONGEST`."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(sign for sign in lines if sign in "\n\t" or _shows(sign))
    found = unicodedata.normalize("NFC", kept).strip()
    if not found:
        hint = marked("write a line")
        raise BadInput(marked("there is nothing to read in it"), place=place, hint=hint)
    if len(found) > LONGEST:
        hint = f"at most {LONGEST} characters; attach the rest as a file"
        raise BadInput(f"{len(found)} characters are too many", place=place, hint=hint)
    return found


def subject_of(given: str, text: str) -> str:
    """One line: what was given, or the first line of the text."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return (one_line(given) or one_line(first) or "Without a subject")[:LONGEST_SUBJECT]


def attachment(name: str, content: bytes) -> Attachment:
    """A file as it is kept: its name without folders. Raises BadInput where it is too large."""
    if len(content) > LARGEST_FILE:
        hint = f"at most {LARGEST_FILE // 1024 // 1024} MB a file"
        raise BadInput(marked("this file is too large"), place="files", hint=hint)
    plain = one_line(name.replace("\\", "/").rpartition("/")[2])
    return Attachment(plain[-100:] or "file", content)


def _shows(sign: str) -> bool:
    return sign in NEEDED or unicodedata.category(sign) not in HIDDEN
