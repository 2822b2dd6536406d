"""What the figures of a flip say by themselves, in sentences to learn from. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from onboarding.reports.runs import GRACE_S, WHY

OFF = 0.25  # a forecast that far off is worth a sentence


@dataclass(frozen=True)
class Facts:
    """One run that ended, as far as it counts here; seconds, `off` a part of the traffic."""

    outcome: str
    late_s: float
    over_s: float
    holds: Mapping[str, int]
    back_why: str
    pages: int
    overruled: bool
    off: float | None
    unjudged: int = 0


def findings(runs: Sequence[Facts]) -> list[str]:
    """Of the runs of one cutover, the first first; what went as planned says nothing."""
    found: list[str] = []
    for number, one in enumerate(runs, start=1):
        which = f"Run {number}" if len(runs) > 1 else "The flip"
        found += [f"{which} {said}." for said in _of(one)]
    if len(runs) > 1:
        found.insert(0, f"It took {len(runs)} runs.")
    return found


def _of(one: Facts) -> list[str]:
    said = []
    if one.late_s > GRACE_S:
        said.append(f"began {_minutes(one.late_s)} after its window opened")
    if one.outcome == "rolled_back":
        said.append(f"was rolled back by {WHY.get(one.back_why, 'a person')}")
    elif one.outcome == "abandoned":
        said.append("was left where it stood")
    elif one.over_s > 0:
        said.append(f"ended {_minutes(one.over_s)} after its window closed")
    for why, count in one.holds.items():
        times = "once" if count == 1 else f"{count} times"
        said.append(f"was held {times} by {WHY.get(why, why)}")
    if one.overruled:
        said.append("went past gates that two people overruled")
    if one.pages:
        said.append(f"paged people {one.pages} {'time' if one.pages == 1 else 'times'}")
    if one.off is not None and one.off > OFF:
        said.append(f"saw traffic {100 * one.off:.0f} % off the forecast")
    if one.unjudged:
        alarms = "1 alarm" if one.unjudged == 1 else f"{one.unjudged} alarms"
        said.append(f"had {alarms} that nobody has judged yet")
    return said


def _minutes(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 120:
        return f"{minutes} min"
    return f"{seconds / 3600:.1f} h"
