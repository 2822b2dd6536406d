"""Web access logs to requests an hour: Common, Combined and JSON lines, read as a stream.

Times stand in buckets of five minutes: 12 numbers an hour, whatever the lines. A broken line is
counted and passed over; a log in which one line in a thousand is broken is another format.
"""

import json
import math
from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from onboarding.errors import BadInput, marked
from onboarding.forecasts.history import History
from onboarding.forecasts.hours import EPOCH, fill
from onboarding.forecasts.intake.fine import BUCKET_S, highest_five_minutes
from onboarding.log_times import TIME_KEYS, minute, moment

SIZE_KEYS = (
    "bytes", "bytes_sent", "body_bytes_sent", "size", "response_size", "EdgeResponseBytes", "resp_bytes",
)  # fmt: skip
BROKEN_FREE = 10
BROKEN_PART = 1000
FAR_S = 28 * 86400
MOST_BUCKETS = 3 * 366 * 288
SURE_EMPTY = 50  # lines an hour, above which an hour without a line is a gap in the log

_HINT = marked("expected Common or Combined log format, or JSON lines with a time in each")


@dataclass(frozen=True)
class Log:
    """What a log says: hourly requests a second, and what came along."""

    history: History
    lines: int
    broken: int
    five_minutes: float | None
    mean_bytes: float | None


def read_log(lines: Iterable[str], name: str, zone: str) -> Log:
    """The log's history. `zone` is that of JSON times without an offset.

    Raises BadInput with `name:line` where lines hold no time.
    """
    tally = Tally(name, zone)
    for number, line in enumerate(lines, 1):
        tally.add(number, line)
    return tally.log()


class Tally:
    """Counts lines and bytes by five minutes."""

    def __init__(self, name: str, zone: str) -> None:
        self.name = name
        self.zone = ZoneInfo(zone)
        self.counts: dict[int, int] = {}
        self.good = self.broken = self.sized = 0
        self.bytes = 0.0
        self.first_broken = 0
        self._last = 0
        self._minutes: dict[str, int] = {}
        self._read: Callable[[str], tuple[int, float]] | None = None

    def add(self, number: int, line: str) -> None:
        """Count one line. Raises BadInput once too many are broken."""
        if not line.strip():
            return
        read = self._read or (self._json if line.lstrip().startswith("{") else self._common)
        try:
            seconds, size = read(line)
            if self.good and abs(seconds - self._last) > FAR_S:
                raise ValueError("far away")
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
            self._count_broken(number)
            return
        self._read = read
        self._last = seconds
        self.good += 1
        bucket = seconds // BUCKET_S
        self.counts[bucket] = self.counts.get(bucket, 0) + 1
        if len(self.counts) > MOST_BUCKETS:
            raise BadInput(
                marked("over three years of log"),
                place=f"{self.name}:{number}",
                hint=marked("cut it"),
            )
        if size >= 0:
            self.sized += 1
            self.bytes += size

    def _count_broken(self, number: int) -> None:
        self.first_broken = self.first_broken or number
        self.broken += 1
        if self.broken > BROKEN_FREE and self.broken * BROKEN_PART > self.good:
            self._refuse()

    def _refuse(self) -> None:
        read = self.good + self.broken
        raise BadInput(
            marked(
                "no timestamp in this line, nor in {broken} of the {read} lines read so far",
                broken=str(self.broken),
                read=str(read),
            ),
            place=f"{self.name}:{self.first_broken}",
            hint=_HINT,
        )

    def _common(self, line: str) -> tuple[int, float]:
        """host - - [10/Oct/2026:13:55:36 -0700] "GET / HTTP/1.1" 200 2326 …"""
        start = line.index("[") + 1
        text, zone = line[start : start + 17], line[start + 21 : start + 26]
        known = self._minutes.get(text + zone)
        if known is None:
            known = self._minutes[text + zone] = minute(text, zone)
            if len(self._minutes) > 5000:
                self._minutes.clear()
        seconds = known + int(line[start + 18 : start + 20])
        rest = line[start + 27 :].split('" ', 1)
        words = rest[1].split(None, 2) if len(rest) == 2 else []
        return seconds, float(words[1]) if len(words) > 1 and words[1].isdigit() else -1.0

    def _json(self, line: str) -> tuple[int, float]:
        row = json.loads(line)
        value = next(row[key] for key in TIME_KEYS if key in row) if _has(row, TIME_KEYS) else None
        size = next((row[key] for key in SIZE_KEYS if key in row), -1)
        return int(moment(value, self.zone)), float(size) if isinstance(size, int | float) else -1.0

    def log(self) -> Log:
        """What was counted. Raises BadInput for a log without times, or of under an hour."""
        if not self.good or self.broken * 2 > self.good:
            if self.broken:
                self._refuse()
            raise BadInput(marked("the log is empty"), place=f"{self.name}:1", hint=_HINT)
        return _finished(self)


def _has(row: object, keys: Iterable[str]) -> bool:
    if not isinstance(row, dict):
        raise TypeError("no object")
    return any(key in row for key in keys)


def _finished(tally: Tally) -> Log:
    """Buckets to hours; the first and the last, in part recorded, are left out."""
    per_hour = 3600 // BUCKET_S
    lowest, highest = min(tally.counts), max(tally.counts)
    first = -(-lowest // per_hour)
    last = (highest + 1) // per_hour
    if last - first < 2:
        raise BadInput(
            marked("under two whole hours of log"),
            place=f"{tally.name}:1",
            hint=marked("expected a day or more; put the files of several days into one"),
        )
    counts = [
        [tally.counts.get(hour * per_hour + i, 0) for i in range(per_hour)]
        for hour in range(first, last)
    ]
    sums = [sum(row) for row in counts]
    usual = sorted(sums)[len(sums) // 2]
    gaps = tuple(i for i, one in enumerate(sums) if not one) if usual > SURE_EMPTY else ()
    gaps = tuple(i for i in gaps if 0 < i < len(sums) - 1)
    values = array("d", (one / 3600 for one in sums))
    fill(values, gaps)
    warnings = []
    if tally.broken:
        warnings.append(
            f"{tally.broken} of {tally.good + tally.broken} lines held no time and were passed over, "
            f"the first in line {tally.first_broken}"
        )
    if gaps:
        warnings.append(f"{len(gaps)} hours without a line were taken as gaps and filled")
    means = [one / per_hour for one in sums]
    history = History(
        tally.name,
        EPOCH + timedelta(hours=first),
        values,
        gaps,
        BUCKET_S // 60,
        "req/s",
        tuple(warnings),
    )
    # an hour of few lines has bursts that say nothing of a busy one
    tops = [float(max(row)) for row in counts]
    factor = highest_five_minutes(means, tops) if usual > SURE_EMPTY else None
    size = tally.bytes / tally.sized if tally.sized * 2 > tally.good else math.nan
    return Log(history, tally.good, tally.broken, factor, None if math.isnan(size) else size)
