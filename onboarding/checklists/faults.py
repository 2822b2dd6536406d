"""What is wrong with one file, collected line by line so that all of it can be said at once."""

import difflib
from collections.abc import Iterable

from onboarding.errors import BadInput


class Unfit(Exception):
    """A value that cannot be used; whoever knows the key and the line says so in a fault.

    `line` is set where the culprit is a part of the value on a line of its own.
    """

    def __init__(self, message: str, hint: str, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.line = line


class Faults:
    """The faults of one file, each a BadInput with place `file:line`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._found: list[tuple[int, BadInput]] = []

    def at(self, line: int, message: str, hint: str) -> BadInput:
        """A fault on a line, counted from 1; it is not added."""
        return BadInput(message, place=f"{self.name}:{line}", hint=hint)

    def add(self, line: int, message: str, hint: str) -> None:
        """Note a fault and go on reading."""
        self._found.append((line, self.at(line, message, hint)))

    def listed(self) -> tuple[BadInput, ...]:
        """All faults in the order of their lines."""
        return tuple(fault for _, fault in sorted(self._found, key=lambda pair: pair[0]))


def nearest(word: str, right: Iterable[str]) -> str:
    """“did you mean x? ” where one of the right words is near, else nothing."""
    words = list(right)
    plain = word.strip().lower().replace("-", "_").replace(" ", "_")
    by_plain = {one.replace("-", "_"): one for one in words}
    near = difflib.get_close_matches(plain, by_plain, n=1)
    return f"did you mean {by_plain[near[0]]}? " if near else ""


def shown(value: str) -> str:
    """A value as it may stand in a message: quoted, on one line, shortened."""
    return repr(value if len(value) <= 60 else value[:57] + "...")
