"""Typed values out of a JSON document; what is wrong is refused with its JSON path. Pure."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from onboarding import clock
from onboarding.errors import BadInput

T = TypeVar("T")
MISSING = object()


@dataclass(frozen=True, slots=True)
class Field:
    """A value and where it is in the document. Every method raises BadInput with `place` and what was expected."""

    value: Any
    place: str

    def wrong(self, what: str, expected: str) -> BadInput:
        """The refusal of this value: what is wrong, and what was expected instead."""
        return BadInput(what, place=self.place, hint=f"expected {expected}")

    def get(self, key: str, default: Any = MISSING) -> "Field":
        """The field `key` of this object, or `default` where it is absent."""
        if not isinstance(self.value, dict):
            raise self.wrong(f"{_shown(self.value)} is not an object", f"an object with {key!r}")
        value = self.value.get(key, default)
        if value is MISSING:
            raise self.wrong(f"{key!r} is missing", f"an object with {key!r}")
        return Field(value, f"{self.place}.{key}")

    def items(self, what: str) -> "list[Field]":
        """The fields of this list; `what` names what it holds."""
        if not isinstance(self.value, list):
            raise self.wrong(f"{_shown(self.value)} is not a list", f"a list of {what}")
        return [Field(value, f"{self.place}[{i}]") for i, value in enumerate(self.value)]

    def text(self, expected: str = "a text that is not empty") -> str:
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.wrong(f"{_shown(self.value)} is not usable here", expected)
        return self.value

    def flag(self) -> bool:
        if not isinstance(self.value, bool):
            raise self.wrong(f"{_shown(self.value)} is not true or false", "true or false")
        return self.value

    def number(self, low: float, high: float) -> float:
        """A finite number from `low` to `high`, both included."""
        value = self.value
        good = isinstance(value, int | float) and not isinstance(value, bool)
        if not good or not math.isfinite(value) or not low <= value <= high:
            raise self.wrong(
                f"{_shown(value)} is out of range", f"a number from {low:g} to {high:g}"
            )
        return float(value)

    def whole(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        value = self.value
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self.wrong(
                f"{_shown(value)} is out of range", f"a whole number from {low} to {high}"
            )
        return value

    def moment(self) -> datetime:
        """A time in UTC; one without an offset is UTC."""
        expected = "an ISO 8601 time such as 2027-01-04T09:00:00Z"
        try:
            return clock.parse(self.text(expected))
        except (ValueError, OverflowError):
            raise self.wrong(f"{_shown(self.value)} is not a time", expected) from None

    def one_of(self, known: Iterable[str], expected: str) -> str:
        """A text that is among `known`."""
        text = self.text(expected)
        if text not in known:
            raise self.wrong(f"{_shown(text)} is unknown", expected)
        return text


def span(start: Field, end: Field) -> tuple[datetime, datetime]:
    """[start, end), refused where it does not end after it starts."""
    first, last = start.moment(), end.moment()
    if last <= first:
        raise end.wrong(f"the end {end.value} is not after the start {start.value}", "a later end")
    return first, last


def unique(rows: list[T], fields: list[Field], key: Callable[[T], Any], what: str) -> list[T]:
    """`rows` back, refused at the first whose `key` was there before."""
    seen: dict[Any, Field] = {}
    for row, field in zip(rows, fields, strict=True):
        before = seen.setdefault(key(row), field)
        if before is not field:
            raise field.wrong(f"the same {what} as {before.place}", f"each {what} once")
    return rows


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
