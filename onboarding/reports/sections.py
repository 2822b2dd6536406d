"""The one table of what reports there are; a new one is one more row."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from onboarding.errors import NotFound
from onboarding.reports import (
    consistency,
    flips,
    forecast,
    guard,
    outreach,
    pipeline,
    standby,
    support,
)
from onboarding.reports.asked import Asked
from onboarding.reports.shape import Section


@dataclass(frozen=True)
class Kind:
    """A section: its key in addresses, its name, and what makes it."""

    key: str
    title: str
    make: Callable[[Session, Asked], Section]


SECTIONS: tuple[Kind, ...] = (
    Kind("pipeline", "Pipeline", pipeline.section),
    Kind("flips", "Flips", flips.section),
    Kind("guard", "Guard", guard.section),
    Kind("forecast", "Forecast", forecast.section),
    Kind("standby", "Standby", standby.section),
    Kind("support", "Support", support.section),
    Kind("outreach", "Outreach", outreach.section),
    Kind("consistency", "Consistency", consistency.section),
)


def kind(key: str) -> Kind:
    """The section of that key. Raises NotFound."""
    for one in SECTIONS:
        if one.key == key:
            return one
    raise NotFound(
        f"There is no report {key!r}", hint=f"one of {', '.join(k.key for k in SECTIONS)}"
    )
