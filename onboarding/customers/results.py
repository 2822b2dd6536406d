"""Goals held against what was measured. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

FEW = 5.0  # % of requests: those beyond the 95th percentile


@dataclass(frozen=True)
class Aim:
    """A goal as far as it can be measured: its id, kind, and figure or day."""

    id: int
    kind: str
    figure: float | None
    day: date | None


@dataclass(frozen=True)
class Measured:
    """What is known of a turn-up that is live; None where it was not measured.

    `offload` (%) and latency as of `seen_at`: the 95th percentile `p95` (ms) where the source gives
    it, else `slow`, the share (%) of requests that it counted as slow, from `slow_from` ms on where
    that is known. `busiest` is the highest hour since it went live and `expected`
    the peak of the latest forecast (both req/s); `launched` is the day on which it went live.
    """

    launched: date
    offload: float | None = None
    seen_at: datetime | None = None
    p95: float | None = None
    slow: float | None = None
    slow_from: float | None = None
    busiest: float | None = None
    expected: float | None = None


@dataclass(frozen=True)
class Result:
    """What stands beside a goal. `state`: met, missed, measured (a figure without a verdict),
    expected (from the forecast) or unmeasured; `figure` in the unit of the goal. Of a latency that
    was counted: `slow` % of requests were slower than `slow_from` ms (None: not told)."""

    state: str
    figure: float | None = None
    slow: float | None = None
    slow_from: float | None = None
    day: date | None = None
    at: datetime | None = None


def results(aims: Iterable[Aim], known: Measured) -> dict[int, Result]:
    """The result of each goal that has a figure or a day, by the goal's id."""
    found = ((aim.id, _result(aim, known)) for aim in aims)
    return {goal_id: result for goal_id, result in found if result is not None}


def _result(aim: Aim, known: Measured) -> Result | None:
    if aim.day is not None:
        return Result("met" if known.launched <= aim.day else "missed", day=known.launched)
    if aim.figure is None:
        return None
    if aim.kind == "offload" and known.offload is not None:
        state = "met" if known.offload >= aim.figure else "missed"
        return Result(state, known.offload, at=known.seen_at)
    if aim.kind == "latency":
        return _latency(aim.figure, known)
    if aim.kind == "traffic" and known.busiest is not None:
        return Result("measured", known.busiest)
    if aim.kind == "traffic" and known.expected is not None:
        return Result("expected", known.expected)
    return Result("unmeasured")


def _latency(most: float, known: Measured) -> Result:
    """A 95th percentile is at most T where at most 5 % of requests are slower than T."""
    if known.p95 is not None:
        return Result("met" if known.p95 <= most else "missed", known.p95, at=known.seen_at)
    if known.slow is None:
        return Result("unmeasured")
    state = "measured"
    if known.slow_from is not None and known.slow <= FEW and known.slow_from <= most:
        state = "met"
    if known.slow_from is not None and known.slow > FEW and known.slow_from >= most:
        state = "missed"
    return Result(state, slow=known.slow, slow_from=known.slow_from, at=known.seen_at)
