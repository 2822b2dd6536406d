"""Shapes of ramps to start a plan from; customers' plans are changed from there. Pure."""

from dataclasses import dataclass, replace

from onboarding.cutovers.plan import DAY, HOUR, MINUTE, StepPlan
from onboarding.switches.selectors import Selector

SEEN = ("counts",)
GOOD = (*SEEN, "quiet")
THERE = ("on_station", "freeze")


@dataclass(frozen=True)
class PlanTemplate:
    """A shape of ramp: what people read of it, and its steps."""

    name: str
    about: str
    steps: tuple[StepPlan, ...]


def _slow() -> tuple[StepPlan, ...]:
    held = [(1, 4 * HOUR), (5, 4 * HOUR), (10, DAY), (25, DAY), (50, DAY), (75, DAY), (100, DAY)]
    return tuple(
        _watched(StepPlan(share, hold, needs_go=share >= 25, over_peak=share >= 10))
        for share, hold in held
    )


def _watched(step: StepPlan) -> StepPlan:
    """The step, left only on good counts, and taken only with people there where one says go."""
    return replace(step, before=THERE if step.needs_go else (), after=GOOD)


def _niche(selector: Selector) -> tuple[StepPlan, ...]:
    return tuple(
        _watched(step)
        for step in (
            StepPlan(0, 30 * MINUTE, selector=selector),
            StepPlan(5, 15 * MINUTE, selector=selector, needs_go=True),
            StepPlan(25, 15 * MINUTE, selector=selector),
            StepPlan(50, 30 * MINUTE, selector=selector, needs_go=True),
            StepPlan(100, 30 * MINUTE, needs_go=True),
        )
    )


def _regions() -> tuple[StepPlan, ...]:
    first, both = Selector("region", ("eu-west",)), Selector("region", ("eu-west", "us-east"))
    return tuple(
        _watched(step)
        for step in (
            StepPlan(0, 2 * HOUR, selector=first),
            StepPlan(0, 2 * HOUR, selector=both, needs_go=True),
            StepPlan(50, 2 * HOUR, selector=both, needs_go=True),
            StepPlan(100, 2 * HOUR, needs_go=True),
        )
    )


TEMPLATES: dict[str, PlanTemplate] = {
    "canary": PlanTemplate(
        "Canary in an hour",
        "A small part first, then quickly up; for sites that are simple and well tested",
        (
            StepPlan(1, 10 * MINUTE, after=SEEN),
            StepPlan(5, 10 * MINUTE, after=SEEN),
            StepPlan(25, 15 * MINUTE, after=SEEN),
            StepPlan(50, 15 * MINUTE, needs_go=True, after=SEEN),
            StepPlan(100, 10 * MINUTE, needs_go=True, after=SEEN),
        ),
    ),
    "slow": PlanTemplate(
        "Slow ramp over days",
        "Every step from 10 % on is held across a daily peak; for large or delicate traffic",
        _slow(),
    ),
    "niche": PlanTemplate(
        "Niche first",
        "One path, host, country or header moves whole before any percentage does",
        _niche(Selector("path", ("/static/",))),
    ),
    "one_day": PlanTemplate(
        "Everything in one day",
        "Big steps with an hour between them",
        tuple(
            _watched(step)
            for step in (
                StepPlan(10, HOUR),
                StepPlan(50, HOUR, needs_go=True),
                StepPlan(100, 2 * HOUR, needs_go=True),
            )
        ),
    ),
    "regions": PlanTemplate(
        "Region by region",
        "One region of the network moves whole, then the next, then everybody",
        _regions(),
    ),
    "practice": PlanTemplate(
        "Practice in five minutes",
        "Short holds to see how a flip goes, on traffic that does not exist",
        (
            StepPlan(5, 20, after=SEEN),
            StepPlan(25, 20, after=SEEN),
            StepPlan(50, 20, needs_go=True, after=SEEN),
            StepPlan(100, 20, needs_go=True, after=SEEN),
        ),
    ),
}
