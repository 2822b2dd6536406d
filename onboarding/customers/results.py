"""Goals held against what was measured. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime


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

    `offload` (%) as of `offload_at`; `busiest` is the highest hour since it went live and `expected`
    the peak of the latest forecast (both req/s); `launched` is the day on which it went live.
    """

    launched: date
    offload: float | None = None
    offload_at: datetime | None = None
    busiest: float | None = None
    expected: float | None = None


@dataclass(frozen=True)
class Result:
    """What stands beside a goal. `state`: met, missed, measured (a figure without a verdict),
    expected (from the forecast) or unmeasured; `figure` in the unit of the goal."""

    state: str
    figure: float | None = None
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
        return Result(state, known.offload, at=known.offload_at)
    if aim.kind == "traffic" and known.busiest is not None:
        return Result("measured", known.busiest)
    if aim.kind == "traffic" and known.expected is not None:
        return Result("expected", known.expected)
    return Result("unmeasured")
