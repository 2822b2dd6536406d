"""Plans: steps from a template, and what makes a plan one that can be carried out. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from onboarding.errors import BadInput

MINUTE, HOUR, DAY = 60, 3600, 86400
MAX_STEPS = 50
SIGNALS = ("errors", "slow", "misses")


@dataclass(frozen=True)
class StepPlan:
    """`share` percent on the new path, held for `hold_s` seconds at least before the next step.

    `limits` are ratios that are never to be passed (`{"errors": 0.02}`); `needs_go` = a person
    says go before this step.
    """

    share: float
    hold_s: int
    needs_go: bool = False
    limits: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class PlanTemplate:
    """A shape of ramp to start from; customers' plans are changed from there."""

    name: str
    about: str
    steps: tuple[StepPlan, ...]


def _slow() -> tuple[StepPlan, ...]:
    held = [(1, 4 * HOUR), (5, 4 * HOUR), (10, DAY), (25, DAY), (50, DAY), (75, DAY), (100, DAY)]
    return tuple(StepPlan(share, hold, needs_go=share >= 25) for share, hold in held)


TEMPLATES: dict[str, PlanTemplate] = {
    "canary": PlanTemplate(
        "Canary in an hour",
        "A small part first, then quickly up; for sites that are simple and well tested",
        (
            StepPlan(1, 10 * MINUTE),
            StepPlan(5, 10 * MINUTE),
            StepPlan(25, 15 * MINUTE),
            StepPlan(50, 15 * MINUTE, needs_go=True),
            StepPlan(100, 10 * MINUTE, needs_go=True),
        ),
    ),
    "slow": PlanTemplate(
        "Slow ramp over days",
        "Every step spans a daily peak; for large or delicate traffic",
        _slow(),
    ),
    "one_day": PlanTemplate(
        "Everything in one day",
        "Big steps with an hour between them",
        (
            StepPlan(10, HOUR),
            StepPlan(50, HOUR, needs_go=True),
            StepPlan(100, 2 * HOUR, needs_go=True),
        ),
    ),
    "practice": PlanTemplate(
        "Practice in five minutes",
        "Short holds to see how a flip goes, on traffic that does not exist",
        (
            StepPlan(5, 20),
            StepPlan(25, 20),
            StepPlan(50, 20, needs_go=True),
            StepPlan(100, 20, needs_go=True),
        ),
    ),
}


def check_plan(
    steps: Sequence[StepPlan], *, smallest_step: float = 0.0, error_limit: float = 1.0
) -> None:
    """Raises BadInput naming the step where the plan cannot be carried out.

    Shares rise from above 0 to 100 at most; holds are 1 second to 30 days; no step may allow
    more errors than the vendor does, `error_limit` (a ratio).
    """
    if not 1 <= len(steps) <= MAX_STEPS:
        raise BadInput("a plan needs steps", place="steps", hint=f"1 to {MAX_STEPS} of them")
    before = 0.0
    for number, step in enumerate(steps, start=1):
        _check_step(step, f"step {number}", before)
        if smallest_step and step.share - before < smallest_step:
            raise BadInput(
                f"{step.share:g} % is too close to {before:g} %",
                place=f"step {number} share",
                hint=f"this switch moves in steps of {smallest_step:g} % or more",
            )
        if step.limits.get("errors", 0) > error_limit:
            raise BadInput(
                f"{step.limits['errors'] * 100:g} % of errors is looser than the vendor's limit",
                place=f"step {number} limits",
                hint=f"{error_limit * 100:g} % at most, or none: the vendor's then counts",
            )
        before = step.share


def _check_step(step: StepPlan, place: str, before: float) -> None:
    if not math.isfinite(step.share) or not 0 < step.share <= 100:
        raise BadInput(
            f"{step.share:g} % is not a share", place=f"{place} share", hint="above 0, up to 100"
        )
    if step.share <= before:
        raise BadInput(
            f"the share goes from {before:g} % to {step.share:g} %",
            place=f"{place} share",
            hint="each step moves more than the one before; to go back is a roll-back",
        )
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


def length(steps: Sequence[StepPlan]) -> timedelta:
    """How long the plan takes at least: the sum of its holds."""
    return timedelta(seconds=sum(step.hold_s for step in steps))
