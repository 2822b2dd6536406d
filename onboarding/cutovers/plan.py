"""Plans: the steps of a ramp, and what makes a plan one that can be carried out. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from onboarding.errors import BadInput
from onboarding.switches.base import Ability, refuse_selector
from onboarding.switches.selectors import Selector, from_json, in_words

MINUTE, HOUR, DAY = 60, 3600, 86400
MAX_STEPS = 50
ASSUMED_PEAK = 19  # hour, UTC: evening in Europe, where neither a forecast nor anybody says better
SIGNALS = ("errors", "slow", "misses")

#: What can be checked before a step is taken and before it is left, as people read it.
CHECKS: Mapping[str, str] = {
    "counts": "Counts come and can be judged",
    "quiet": "The guard sees nothing suspicious",
    "expected": "No more traffic than was forecast",
    "checklist": "Checklist settled",
    "capacity": "It fits the capacity",
    "on_station": "Every primary on station",
    "window": "Within the window",
    "freeze": "No freeze",
}


@dataclass(frozen=True)
class StepPlan:
    """What `selector` picks is on the new path whole, and `share` percent of the rest; held for
    `hold_s` seconds at least before the next step, and across the daily peak where `over_peak`.

    `limits` are ratios that are never to be passed (`{"errors": 0.02}`); `needs_go` = a person
    says go before this step, one of the team `go_by` (a key; empty: anyone who may). `before` and
    `after` are keys of `CHECKS`: what must hold to take the step, and to leave it.
    """

    share: float
    hold_s: int
    needs_go: bool = False
    limits: dict[str, float] = field(default_factory=dict)
    selector: Selector | None = None
    over_peak: bool = False
    go_by: str = ""
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    def __str__(self) -> str:
        return in_words(self.share, self.selector)

    def as_json(self) -> dict[str, Any]:
        """As it is sent with a command; `step_from` is the inverse."""
        return {
            **asdict(self),
            "selector": self.selector.as_json() if self.selector else {},
            "before": list(self.before),
            "after": list(self.after),
        }


def step_from(kept: Mapping[str, Any]) -> StepPlan:
    """The step that `as_json` gave."""
    given = dict(kept)
    given["selector"] = from_json(given["selector"])
    for word in ("before", "after"):
        given[word] = tuple(given[word])
    return StepPlan(**given)


NOTHING = StepPlan(0, 0)


def check_plan(
    steps: Sequence[StepPlan], *, ability: Ability | None = None, error_limit: float = 1.0
) -> None:
    """Raises BadInput naming the step where the plan cannot be carried out.

    Each step moves more than the one before: the share rises, or more is picked; what was picked
    stays so until 100 %. Holds are 1 second to 30 days. The switch of `ability` can do it, and no
    step allows more errors than the vendor does, `error_limit` (a ratio).
    """
    if not 1 <= len(steps) <= MAX_STEPS:
        raise BadInput("a plan needs steps", place="steps", hint=f"1 to {MAX_STEPS} of them")
    for number, (before, step) in enumerate(pairwise((NOTHING, *steps)), start=1):
        place = f"step {number}"
        _check_share(step, before, place)
        _check_selector(step, before, place)
        _check_step(step, place)
        if ability is not None:
            _check_ability(step, before, place, ability)
        if step.limits.get("errors", 0) > error_limit:
            raise BadInput(
                f"{step.limits['errors'] * 100:g} % of errors is looser than the vendor's limit",
                place=f"{place} limits",
                hint=f"{error_limit * 100:g} % at most, or none: the vendor's then counts",
            )


def _check_share(step: StepPlan, before: StepPlan, place: str) -> None:
    if not math.isfinite(step.share) or not 0 <= step.share <= 100:
        raise BadInput(
            f"{step.share:g} % is not a share", place=f"{place} share", hint="above 0, up to 100"
        )
    if step.share == 0 and step.selector is None:
        raise BadInput(
            "0 % is not a share of anything",
            place=f"{place} share",
            hint="above 0, or pick what is moved whole",
        )
    more = step.selector is not None and step.selector != before.selector
    if step.share < before.share or (step.share == before.share and not more):
        raise BadInput(
            f"the share goes from {before.share:g} % to {step.share:g} %",
            place=f"{place} share",
            hint="each step moves more than the one before; to go back is a roll-back",
        )


def _check_selector(step: StepPlan, before: StepPlan, place: str) -> None:
    if step.share == 100 and step.selector is not None:
        raise BadInput(
            "at 100 % nothing is left to pick", place=f"{place} selector", hint="leave it empty"
        )
    if before.selector is None or step.share == 100:
        return
    if step.selector is None or not step.selector.covers(before.selector):
        raise BadInput(
            f"it takes back what was moved before: {before.selector}",
            place=f"{place} selector",
            hint="pick the same or more of it until 100 %; to go back is a roll-back",
        )


def _check_step(step: StepPlan, place: str) -> None:
    if not 1 <= step.hold_s <= 30 * DAY:
        raise BadInput(
            f"a hold of {step.hold_s} s", place=f"{place} hold", hint="from 1 second to 30 days"
        )
    for signal, limit in step.limits.items():
        if signal not in SIGNALS:
            raise BadInput(
                f"there is no signal {signal!r}", place=f"{place} limits", hint=f"one of {SIGNALS}"
            )
        if not math.isfinite(limit) or not 0 < limit <= 1:
            raise BadInput(
                f"{limit} is not a limit", place=f"{place} limits", hint="a ratio: 0.02 is 2 %"
            )
    for word, keys in (("before", step.before), ("after", step.after)):
        if unknown := [key for key in keys if key not in CHECKS]:
            raise BadInput(
                f"there is no check {unknown[0]!r}",
                place=f"{place} {word}",
                hint=f"one of {', '.join(CHECKS)}",
            )


def _check_ability(step: StepPlan, before: StepPlan, place: str, ability: Ability) -> None:
    refuse_selector(ability, step.selector, place=f"{place} selector")
    if not ability.can_do(step.share):
        can = ", ".join(f"{one:.3g}" for one in ability.shares)
        raise BadInput(
            f"this switch cannot do {step.share:g} %", place=f"{place} share", hint=f"it can {can}"
        )
    if 0 < step.share - before.share < ability.smallest_step:
        raise BadInput(
            f"{step.share:g} % is too close to {before.share:g} %",
            place=f"{place} share",
            hint=f"this switch moves in steps of {ability.smallest_step:g} % or more",
        )


def peak_over(since: datetime, peak_hour: int) -> datetime:
    """When the first daily peak is over that lies after `since` whole; a peak lasts for the hour
    (UTC) in which it begins."""
    begins = since.replace(hour=peak_hour, minute=0, second=0, microsecond=0)
    if begins < since:
        begins += timedelta(days=1)
    return begins + timedelta(hours=1)


def timetable(
    start: datetime, steps: Sequence[StepPlan], peak_hour: int | None = None
) -> list[datetime]:
    """When each step begins and, last, when the last is over, if nothing but the plan holds them
    up. Steps that are held across the peak need `peak_hour`; without it they end with their hold."""
    at, found = start, [start]
    for step in steps:
        over = at + timedelta(seconds=step.hold_s)
        if step.over_peak and peak_hour is not None:
            over = max(over, peak_over(at, peak_hour))
        at = over
        found.append(at)
    return found


def length(
    steps: Sequence[StepPlan], start: datetime | None = None, peak_hour: int | None = None
) -> timedelta:
    """How long the plan takes if nothing but the plan holds it up: its holds, and the peaks that
    its steps are held across; where it is not known when it begins, as long as these can take."""
    if start is None:
        longest = [max(step.hold_s, 25 * HOUR if step.over_peak else 0) for step in steps]
        return timedelta(seconds=sum(longest))
    return timetable(start, steps, peak_hour)[-1] - start
