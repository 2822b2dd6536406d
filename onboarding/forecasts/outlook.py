"""Headroom per site and hour over the coming weeks, and who has booked what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.forecasts import fit, loads, queries
from onboarding.forecasts.capacity import DAYS, without
from onboarding.forecasts.models import Site


@dataclass(frozen=True)
class Cell:
    """One hour, or the tightest of several: what is on a site, in the unit of which least is free,
    and which part of its limit is free."""

    at: datetime
    load: float
    free: float
    unit: str = "req/s"

    @property
    def word(self) -> str:
        """fits, tight (less than a fifth left) or full."""
        return "full" if self.free < 0 else "tight" if self.free < fit.TIGHT_BELOW else "fits"

    @property
    def level(self) -> int:
        """How warm it is shown: 0 (over three fifths free), 1, 2 (under two fifths), 3 tight, 4 full."""
        edges = (0.6, 0.4, fit.TIGHT_BELOW, 0.0)
        return next((i for i, edge in enumerate(edges) if self.free >= edge), 4)


@dataclass(frozen=True)
class Booked:
    """What one booking brings to a site at the hour it brings most (req/s, highest five minutes):
    `share` percent moved then."""

    holder: str
    name: str
    first: datetime
    rate: float
    share: float


@dataclass(frozen=True)
class SiteOutlook:
    """A site, its hours day by day, its tightest hour of each day, and its bookings. `unsized` of them
    have no known size of a response and are not counted in Gbit/s."""

    site: Site
    days: list[list[Cell]]
    booked: list[Booked]
    unsized: int

    @property
    def tightest(self) -> list[Cell]:
        """The tightest hour of each day."""
        return [min(day, key=lambda cell: cell.free) for day in self.days]


def outlook(session: Session, lost: str = "", days: int = DAYS) -> list[SiteOutlook]:
    """Every site that remains when `lost` is gone, over the coming `days`, all bookings counted, in
    the highest five minutes."""
    rows = queries.sites(session)
    start = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    taken = loads.taken(session, rows, start, days * 24)
    stacked = queries.stacked(session, rows, start, start + timedelta(days=days))
    narrow = _sites(rows, taken, start, days * 24, lost, gbits=False)
    wide = _sites(rows, taken, start, days * 24, lost, gbits=True)
    factors: dict[int, float] = {}
    return [
        SiteOutlook(
            row,
            _days(narrow[row.name], wide.get(row.name), start),
            [_booked(session, one, factors) for one in stacked.get(row.id, [])],
            len(taken[row.id].unsized) if row.gbit_limit else 0,
        )
        for row in rows
        if row.name in narrow
    ]


def largest(session: Session) -> str:
    """The name of the site whose loss takes most away; empty with fewer than two."""
    rows = queries.sites(session)
    return max(rows, key=lambda row: row.limit).name if len(rows) > 1 else ""


def _sites(
    rows: Sequence[Site],
    taken: Mapping[int, loads.Taken],
    start: datetime,
    hours: int,
    lost: str,
    *,
    gbits: bool,
) -> dict[str, fit.Site]:
    if gbits:
        every = [
            fit.Site(
                row.name,
                row.gbit_limit,
                0.0,
                loads.gbit_base_of(row, start, hours),
                taken[row.id].gbits,
            )
            for row in rows
            if row.gbit_limit
        ]
    else:
        every = [
            fit.Site(
                row.name, row.limit, 0.0, loads.base_of(row, start, hours), taken[row.id].rates
            )
            for row in rows
        ]
    return {site.name: site for site in without(every, lost)}


def _booked(
    session: Session,
    one: tuple[str, int, str, datetime, float, float],
    factors: dict[int, float],
) -> Booked:
    holder, turnup_id, name, first, rate, share = one
    if turnup_id not in factors:
        factors[turnup_id] = loads.known_of(session, turnup_id).factor
    return Booked(holder, name, first, rate * factors[turnup_id], share)


def _days(narrow: fit.Site, wide: fit.Site | None, start: datetime) -> list[list[Cell]]:
    cells = []
    for i in range(len(narrow.base)):
        at = start + i * queries.HOUR
        cell = _cell(narrow, i, at, "req/s")
        if wide is not None:
            cell = min(cell, _cell(wide, i, at, "Gbit/s"), key=lambda one: one.free)
        cells.append(cell)
    return [cells[i : i + 24] for i in range(0, len(cells), 24)]


def _cell(site: fit.Site, hour: int, at: datetime, unit: str) -> Cell:
    load = site.base[hour] + site.reserved[hour]
    return Cell(at, load, 1 - load / site.limit, unit)
