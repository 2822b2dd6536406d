"""What a probe answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from onboarding import clock
from onboarding.errors import PassingFault, marked

LONGEST = 300


@dataclass(frozen=True)
class Seen:
    """What one look found, in words for the customer.

    `passes`: True, False, or None where nothing could be judged through no fault of the customer's
    (our resolver is away, a fact is not answered yet). `saw` is what was seen, `fix` what to do
    about it, "" where it passes. `details` are plain JSON values.
    """

    passes: bool | None
    saw: str
    fix: str = ""
    at: datetime = field(default_factory=clock.now)
    details: Mapping[str, Any] = field(default_factory=dict)


def passed(saw: str, **details: Any) -> Seen:
    """It is as it should be."""
    return Seen(True, saw, details=details)


def failed(saw: str, fix: str, **details: Any) -> Seen:
    """It is not."""
    return Seen(False, saw, fix, details=details)


def unknown(saw: str, fix: str, **details: Any) -> Seen:
    """It could not be judged."""
    return Seen(None, saw, fix, details=details)


class NotSeen(PassingFault):
    """The look ended before anything was seen. `ours`: the customer is not to blame."""

    def __init__(self, message: str, *, hint: str, ours: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.ours = ours

    def as_seen(self) -> Seen:
        """The same as an answer."""
        return Seen(None if self.ours else False, self.message, self.hint)


def shown(text: str, longest: int = 120) -> str:
    """What a stranger's server sent, as one printable line of bounded length."""
    line = "".join(char if char.isprintable() else " " for char in text[: longest + 1])
    return f"{line[:longest]}…" if len(line) > longest else line


def listed(words: list[str], most: int = 5) -> str:
    """`a, b and 3 more`."""
    if len(words) <= most:
        return ", ".join(words)
    some, more = ", ".join(words[:most]), len(words) - most
    return marked("{some} and {n} more", some=some, n=more)
