"""What somebody who stands by needs to know, gathered for their own page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from onboarding.configs import queries as configs
from onboarding.customers import queries as customers
from onboarding.cutovers import queries as cutovers
from onboarding.cutovers.models import Cutover, Ship
from onboarding.cutovers.plan import StepPlan
from onboarding.people.models import User
from onboarding.rosters import covering, queries, station
from onboarding.rosters.coverage import Gap
from onboarding.rosters.models import Seat

MOST_PEOPLE = 5


@dataclass(frozen=True)
class Briefing:
    """One duty: the seat, whom it is with (own team first), the plan, whom to call at the customer, and
    what could go wrong: what stands in the way, what ships meanwhile, minutes nobody covers.

    `may_report` says whether they may say now that they are on station, `reports_from` from when on.
    `config` is the number of the newest configuration, 0 without one.
    """

    seat: Seat
    cutover: Cutover
    others: Sequence[Seat]
    plan: Sequence[StepPlan]
    config: int
    contacts: Sequence[User]
    obstacles: Sequence[str]
    ships: Sequence[Ship]
    gaps: Sequence[Gap]
    may_report: bool
    reports_from: datetime

    @property
    def risky(self) -> bool:
        """Whether anything is known that could go wrong."""
        return bool(self.obstacles or self.ships or self.gaps)


def brief(session: Session, seat: Seat, cutover: Cutover) -> Briefing:
    """All about one duty."""
    turnup = cutover.turnup
    seats = queries.seats(session, cutover.id)
    teams = list(dict.fromkeys(one.team for one in seats))
    window = (cutover.starts_at, cutover.ends_at)
    found = covering.uncovered(session, [cutover], {cutover.id: seats}, teams)[cutover.id]
    held = [one for one in seats if one.user is not None and one.id != seat.id]
    return Briefing(
        seat=seat,
        cutover=cutover,
        others=sorted(
            held, key=lambda one: (one.team != seat.team, one.team, one.role != "primary")
        ),
        plan=cutovers.plan_of(cutover),
        config=configs.newest_numbers(session, [turnup.id]).get(turnup.id, 0),
        contacts=customers.people_of(session, turnup.customer)[:MOST_PEOPLE],
        obstacles=[one.name for one in cutovers.in_the_way(session, turnup, *window)],
        ships=cutovers.ships(session, *window),
        gaps=[gap for gap in found if gap.away],
        may_report=station.may_report(session, cutover),
        reports_from=station.reports_from(cutover),
    )
