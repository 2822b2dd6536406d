"""Forecast against fact at each step of a ramp."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.cutovers.models import Cutover
from onboarding.forecasts import queries
from onboarding.forecasts.tally import HOUR, hour_of
from onboarding.ramps.traffic import StepTraffic, by_step


@dataclass(frozen=True)
class StepBeside:
    """A step's traffic, req/s: what was forecast for its hour (None: nothing) and what came (None:
    nothing yet), of all of the traffic and of what is on the new path."""

    step: int
    share: float
    seconds: float
    expected: float | None
    came: float | None
    moved: float | None

    @property
    def expected_moved(self) -> float | None:
        """The forecast of the new path's part."""
        return None if self.expected is None else self.expected * self.share / 100

    @property
    def part(self) -> float | None:
        """By which part of the forecast more (less: negative) came."""
        if self.came is None or not self.expected:
            return None
        return (self.came - self.expected) / self.expected


def beside(session: Session, cutover: Cutover, figures: dict[str, Any]) -> dict[str, Any]:
    """`now`: the forecast of all of the traffic in this hour (req/s), and what came over the last
    seconds; `steps`: every step of the plan beside what its hour was forecast."""
    held = by_step(figures.get("by_step"))
    now = clock.now()
    first = min([clock.parse(one.since) for one in held.values()], default=now)
    points = queries.expected(session, cutover.turnup_id, hour_of(first), now + HOUR)
    rates = {at: float(point["mean"]) for at, point in points.items()}
    arms = [arm for arm in (figures.get("moved"), figures.get("control")) if arm]
    seen = [arm["requests"] / arm["seconds"] for arm in arms if arm.get("seconds")]
    return {
        "now": rates.get(hour_of(now)),
        "came": sum(seen) if seen else None,
        "steps": [_step(s.position, s.share, held.get(s.position), rates) for s in cutover.steps],
    }


def _step(
    number: int, share: float, held: StepTraffic | None, rates: dict[Any, float]
) -> StepBeside:
    if held is None or not held.seconds:
        return StepBeside(number, share, 0.0, None, None, None)
    expected = rates.get(hour_of(clock.parse(held.since)))
    return StepBeside(
        number,
        held.share,
        held.seconds,
        expected,
        held.all / held.seconds,
        held.moved / held.seconds,
    )
