"""What a plan and its window are held against before they are written."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.config import settings
from onboarding.customers.models import Turnup
from onboarding.cutovers import queries
from onboarding.cutovers.calendar import check_window
from onboarding.cutovers.models import Cutover, Step
from onboarding.cutovers.plan import StepPlan, check_plan, length
from onboarding.errors import BadInput
from onboarding.switches.base import Ability


def check_steps(session: Session, steps: Sequence[StepPlan], ability: Ability) -> None:
    """Raises BadInput naming the step where the plan cannot be carried out by this switch, within
    the vendor's limits, by our teams."""
    check_plan(steps, ability=ability, error_limit=settings().error_limit)
    known = [key for key, _ in queries.teams(session)]
    for number, step in enumerate(steps, start=1):
        if step.go_by and step.go_by not in known:
            raise BadInput(
                f"there is no team {step.go_by!r}",
                place=f"step {number} go",
                hint=f"one of {', '.join(known)}, or anyone",
            )


def check_rest(
    session: Session, cutover: Cutover, steps: Sequence[StepPlan], taken: int, ability: Ability
) -> None:
    """Raises BadInput, naming the step, where a running cutover cannot go on by `steps`: the first
    `taken` were taken and stay, and the others fit the window unless those before did not either."""
    before = queries.plan_of(cutover)
    for number in range(taken):
        if number >= len(steps) or steps[number] != before[number]:
            raise BadInput(
                "this step was taken already",
                place=f"step {number + 1} share",
                hint="only steps to come are changed; reload to see which",
            )
    check_steps(session, steps, ability)
    found = queries.peak_of(session, cutover.turnup_id, cutover.peak_hour)
    _check_peak(steps, found)
    now, hour = clock.now(), found.hour if found else None
    needed, former = (length(rest[taken:], now, hour) for rest in (steps, before))
    if needed > max(former, cutover.ends_at - now):
        raise BadInput(
            f"the steps to come take {needed}, longer than the window is open",
            place=f"step {taken + 1} hold",
            hint="shorten the holds",
        )


def _check_peak(steps: Sequence[StepPlan], found: queries.Peak | None) -> None:
    """A peak that nobody knows cannot be held across."""
    if found is None and any(step.over_peak for step in steps):
        raise BadInput(
            "no forecast tells the customer's daily peak",
            place="peak_hour",
            hint="say the hour in which it begins, 0 to 23 UTC",
        )


def check_times(
    session: Session,
    turnup: Turnup,
    starts_at: datetime,
    ends_at: datetime,
    steps: Sequence[StepPlan],
    peak_hour: int | None,
) -> None:
    """Raises BadInput naming the field where the plan does not fit the window, nobody knows the
    peak it is held across, or a freeze stands in the way."""
    found = queries.peak_of(session, turnup.id, peak_hour)
    _check_peak(steps, found)
    check_window(
        starts_at,
        ends_at,
        now=clock.now(),
        needed=length(steps, starts_at, found.hour if found else None),
        freezes=queries.in_the_way(session, turnup, starts_at, ends_at),
    )


def rows_of(steps: Sequence[StepPlan]) -> list[Step]:
    """The rows of a plan."""
    return [
        Step(
            position=number,
            share=step.share,
            hold_s=step.hold_s,
            limits=step.limits,
            needs_go=step.needs_go,
            selector=step.selector.as_json() if step.selector else {},
            over_peak=step.over_peak,
            go_by=step.go_by,
            before=list(step.before),
            after=list(step.after),
        )
        for number, step in enumerate(steps, start=1)
    ]
