"""Samples of one series gathered into hours: constant work and 18 bytes an hour, whatever the rows."""

from array import array
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median_low
from typing import Any

from onboarding.errors import BadInput, marked
from onboarding.forecasts.history import DAY_HOURS, WEEK_HOURS, History

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MAX_GAP_HOURS = 28 * 24
MAX_SPACING_MINUTES = 60
SEEN_FOR_SPACING = 200
DST_DAYS_APART = 14


class Hours:
    """Sums, counts and the minutes seen of every hour between the first and last sample."""

    def __init__(self, unique_id: str, line: int) -> None:
        self.unique_id = unique_id
        self.line = line
        self.rows = 0
        self.first = 0
        self.latest = -1
        self.sums = array("d")
        self.counts = array("L")
        self.minutes = array("Q")
        self.offset: int | None = None
        self.offset_since = 0

    def add(self, seconds: int, value: float) -> int:
        """Count one sample at `seconds` since 1970 UTC; returns how many hours the span grew by.

        Raises BadInput for a time already seen or more than four weeks away; like all that is raised
        for a row it names no place: whoever reads the rows knows the line.
        """
        hour, rest = divmod(seconds, 3600)
        bit = 1 << (rest // 60)
        if not self.rows:
            self.first = hour
        index = hour - self.first
        grown = self._reach(index) if not 0 <= index < len(self.sums) else 0
        index = hour - self.first
        if seconds <= self.latest:
            if seconds == self.latest or self.minutes[index] & bit:
                raise _duplicate(seconds)
        else:
            self.latest = seconds
        self.sums[index] += value
        self.counts[index] += 1
        self.minutes[index] |= bit
        self.rows += 1
        return grown

    def _reach(self, index: int) -> int:
        """Stretch the span to hour `index` (may be negative); returns by how many hours."""
        missing = -index if index < 0 else index + 1 - len(self.sums)
        if self.rows and missing > MAX_GAP_HOURS:
            days = missing // 24
            raise BadInput(
                marked("no data for {n} days beside this row", n=str(days)),
                hint=marked(
                    "expected gaps of at most 28 days and rows sorted by time; "
                    "cut the file at the gap"
                ),
            )
        columns: tuple[array[Any], ...] = (self.sums, self.counts, self.minutes)
        for column in columns:
            blank = array(column.typecode, bytes(missing * column.itemsize))
            if index < 0:
                column[:0] = blank
            else:
                column.extend(blank)
        if index < 0:
            self.first += index
        return missing

    def check_zone(self, offset: int | None, seconds: int) -> None:
        """Refuse a series whose rows are in different zones; a clock change of an hour is none."""
        if not self.rows:
            # A change may follow the first row closely: only the next one is held to the distance.
            self.offset, self.offset_since = offset, seconds - DST_DAYS_APART * 86400
        elif offset != self.offset:
            if offset is None or self.offset is None:
                raise _mixed(
                    marked("mixed time zones: some times have an offset and some have none")
                )
            apart = abs(seconds - self.offset_since) >= DST_DAYS_APART * 86400
            if abs(offset - self.offset) > 3600 or not apart:
                raise _mixed(marked("mixed time zones: the offset differs from the rows before"))
            self.offset, self.offset_since = offset, seconds

    def spacing(self, name: str) -> int:
        """Minutes between samples: the median step among the last hours that have any.

        Raises BadInput for a single row, steps above an hour or below a minute.
        """
        place = f"{name}:{self.line}"
        if self.rows < 2:
            raise BadInput(
                marked("series {name} has one row", name=repr(self.unique_id)),
                place=place,
                hint=marked("expected at least two"),
            )
        seen = [i for i in range(len(self.counts)) if self.counts[i]][-SEEN_FOR_SPACING:]
        marks = [i * 60 + m for i in seen for m in range(60) if self.minutes[i] >> m & 1]
        if sum(self.counts[i] for i in seen) > 1.5 * len(marks):
            raise BadInput(marked("samples less than a minute apart"), place=place, hint=_SPACING)
        if len(marks) < 2:
            raise BadInput(marked("all rows lie in one minute"), place=place, hint=_SPACING)
        step = median_low(b - a for a, b in pairwise(marks))
        if step > MAX_SPACING_MINUTES:
            raise BadInput(
                marked("samples {n} minutes apart", n=str(step)), place=place, hint=_SPACING
            )
        return step

    def history(self, name: str) -> History:
        """The finished series: hourly means, gaps filled. Raises BadInput as `spacing` does."""
        spacing = self.spacing(name)
        gaps = tuple(i for i, count in enumerate(self.counts) if not count)
        values = array(
            "d", (s / c if c else 0.0 for s, c in zip(self.sums, self.counts, strict=True))
        )
        fill(values, gaps)
        warnings = []
        if gaps:
            warnings.append(f"{len(gaps)} of {len(values)} hours were missing and have been filled")
        if 2 * len(gaps) > len(values):
            warnings.append("more than half of the history was missing: do not rely on it")
        start = EPOCH + timedelta(hours=self.first)
        return History(self.unique_id, start, values, gaps, spacing, warnings=tuple(warnings))


_SPACING = marked("expected one sample per 1 to 60 minutes")


def _duplicate(seconds: int) -> BadInput:
    at = (EPOCH + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")
    return BadInput(
        marked("a second value for {at}", at=at), hint=marked("expected every time once")
    )


def _mixed(what: str) -> BadInput:
    return BadInput(what, hint=marked("expected one zone, best UTC with Z"))


def fill(values: "array[float]", gaps: tuple[int, ...]) -> None:
    """Fill the hours `gaps` in place: the hour a week around, else a day around, else a line.

    A neighbour counts when it was measured, or is a gap that lies earlier and is filled by then.
    The first and last hour are never gaps.
    """
    open_gaps = set(gaps)
    for i in gaps:
        near = []
        for lag in (WEEK_HOURS, DAY_HOURS):
            near = [
                values[j] for j in (i - lag, i + lag) if 0 <= j < len(values) and j not in open_gaps
            ]
            if near:
                break
        values[i] = sum(near) / len(near) if near else _line(values, i, open_gaps)
        open_gaps.discard(i)


def _line(values: "array[float]", i: int, gaps: set[int]) -> float:
    after = i + 1
    while after in gaps:
        after += 1
    before = values[i - 1]
    return before + (values[after] - before) / (after - i + 1)
