"""What may be in a configuration, and what a change makes of it. Pure."""

import re
from collections.abc import Collection, Mapping

from onboarding.errors import BadInput

LARGEST_FILE = 256 * 1024  # characters
LARGEST = 1024 * 1024
MOST_FILES = 50
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(?:/[A-Za-z0-9_][A-Za-z0-9._-]*)*")


def changed(
    files: Mapping[str, str], given: Mapping[str, str], removed: Collection[str] = ()
) -> dict[str, str]:
    """The files (name to text) after some were given and some removed. Raises BadInput for a name
    or size that cannot be, and where nothing would be another than before."""
    after = {name: text for name, text in files.items() if name not in removed}
    for name, text in given.items():
        after[_name(name)] = _text(name, text)
    if len(after) > MOST_FILES:
        raise BadInput("these are too many files", place="files", hint=f"at most {MOST_FILES}")
    if sum(map(len, after.values())) > LARGEST:
        hint = f"at most {LARGEST // 1024} KB in all files together"
        raise BadInput("this is too much", place="files", hint=hint)
    if after == dict(files):
        hint = "give a file that differs, or choose one to remove"
        raise BadInput("nothing differs from the newest version", place="text", hint=hint)
    return after


def decoded(name: str, content: bytes) -> str:
    """An uploaded file as text. Raises BadInput where it is none."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = content.count(b"\n", 0, wrong.start) + 1
        said = f"{name}, line {line}: this is not UTF-8 text"
        raise BadInput(said, place="files", hint="save it as UTF-8") from None


def _name(name: str) -> str:
    if len(name) > 120 or not _NAME.fullmatch(name):
        said = f"{name[:60]!r} is no name of a file"
        hint = "letters, digits, . _ - and folders by /, as in vcl/main.vcl; at most 120 characters"
        raise BadInput(said, place="name", hint=hint)
    return name


def _text(name: str, text: str) -> str:
    """With line ends as everywhere else: browsers send forms with CRLF."""
    if "\x00" in text:
        raise BadInput(f"{name} holds a NUL character", place="text", hint="remove it")
    if len(text) > LARGEST_FILE:
        hint = f"at most {LARGEST_FILE // 1024} KB a file"
        raise BadInput(f"{name} is too large", place="text", hint=hint)
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"
