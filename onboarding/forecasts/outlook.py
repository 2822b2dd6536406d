"""Headroom per site and hour over the coming weeks, and who has booked what."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.forecasts import queries
from onboarding.forecasts.capacity import FIVE_MINUTE_FACTOR, base_of
from onboarding.forecasts.models import Site

DAYS = 28


@dataclass(frozen=True)
class Cell:
    """One hour, or the tightest of several: what is on a site and which part of its limit is free."""

    at: datetime
    load: float
    free: float

    @property
    def word(self) -> str:
        """fits, tight (less than a fifth left) or full."""
        return "full" if self.free < 0 else "tight" if self.free < 0.2 else "fits"


@dataclass(frozen=True)
class Booked:
    """What one booking brings to a site at the hour it brings most: `share` percent moved then."""

    holder: str
    name: str
    first: datetime
    rate: float
    share: float


@dataclass(frozen=True)
class SiteOutlook:
    """A site, its hours day by day, its tightest hour of each day, and its bookings."""

    site: Site
    days: list[list[Cell]]
    booked: list[Booked]

    @property
    def tightest(self) -> list[Cell]:
        """The tightest hour of each day."""
        return [min(day, key=lambda cell: cell.free) for day in self.days]


def outlook(session: Session, days: int = DAYS) -> list[SiteOutlook]:
    """Every site over the coming `days`, all bookings counted, in the highest five minutes."""
    rows = queries.sites(session)
    start = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    taken = queries.reserved(session, rows, start, days * 24)
    stacked = queries.stacked(session, rows, start, start + timedelta(days=days))
    return [
        SiteOutlook(
            row,
            _days(row, start, taken[row.id], days),
            [Booked(*one) for one in stacked.get(row.id, [])],
        )
        for row in rows
    ]


def _days(row: Site, start: datetime, taken: list[float], days: int) -> list[list[Cell]]:
    base = base_of(row, start, days * 24)
    loads = [own + more * FIVE_MINUTE_FACTOR for own, more in zip(base, taken, strict=True)]
    cells = [
        Cell(start + i * queries.HOUR, load, 1 - load / row.limit) for i, load in enumerate(loads)
    ]
    return [cells[i : i + 24] for i in range(0, len(cells), 24)]
