"""Time as slots of half an hour, and what is said of spans turned into columns of slots. Pure.

For workers: numpy.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

SLOT = timedelta(minutes=30)
HOUR_SLOTS = 2
DAY_SLOTS = 48

Column = NDArray[np.float64]
Marks = NDArray[np.bool_]
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Grid:
    """`starts` slots from `origin` (a full hour, UTC) at which a window of `length` slots may begin.
    Columns have `slots` entries: every slot that any of these windows touches."""

    origin: datetime
    starts: int
    length: int

    @property
    def slots(self) -> int:
        return self.starts + self.length

    @property
    def hours(self) -> int:
        """Hours that the columns cover."""
        return -(-self.slots // HOUR_SLOTS)

    @property
    def end(self) -> datetime:
        return self.origin + self.slots * SLOT

    def at(self, start: int) -> datetime:
        """When slot `start` begins."""
        return self.origin + start * SLOT

    def nearest(self, at: datetime) -> int:
        """The slot that begins at `at` or next after it."""
        return int(-((self.origin - at) // SLOT))

    def part(self, spans: Iterable[Span]) -> Column:
        """Which part (0 to 1) of each slot lies in `spans`, which do not overlap."""
        column = np.zeros(self.slots)
        for start, end in spans:
            low = max(0.0, (start - self.origin) / SLOT)
            high = min(float(self.slots), (end - self.origin) / SLOT)
            if low >= high:
                continue
            first, last = int(low), int(np.ceil(high))
            column[first:last] += 1.0
            column[first] -= low - first
            column[last - 1] -= last - high
        return column

    def touched(self, spans: Iterable[Span]) -> Marks:
        """Which slots share time with `spans`."""
        marks = np.zeros(self.slots, dtype=bool)
        for start, end in spans:
            first = max(0, int((start - self.origin) // SLOT))
            last = int(-((self.origin - end) // SLOT))
            if last > 0:
                marks[first : max(first, last)] = True
        return marks

    def total(self, column: Column) -> Column:
        """For each start, the sum of `column` (last axis: slots) over its window."""
        zero = np.zeros((*column.shape[:-1], 1))
        sums = np.concatenate([zero, np.cumsum(column, axis=-1)], axis=-1)
        found: Column = sums[..., self.length :] - sums[..., : -self.length]
        return found[..., : self.starts]

    def meets(self, marks: Marks) -> Marks:
        """For each start, whether its window touches any of `marks` (last axis: slots)."""
        found: Marks = self.total(marks.astype(float)) > 0.5
        return found


def least_ahead(column: Column, ahead: int) -> Column:
    """At each entry the least of `column` from there on, `ahead` entries long (fewer at the end)."""
    found = column.copy()
    reach = 1
    while reach < ahead:  # doubling: the least of the least
        step = min(reach, ahead - reach)
        shifted = np.concatenate([found[step:], np.full(min(step, len(found)), np.inf)])
        found = np.minimum(found, shifted[: len(found)])
        reach += step
    return found


def by_hour(column: Sequence[float] | Column, slots: int) -> Column:
    """A column of hours as one of slots."""
    found: Column = np.repeat(np.asarray(column, dtype=float), HOUR_SLOTS)[:slots]
    return found
