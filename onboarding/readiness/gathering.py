"""What demands and gates look at, read for many turn-ups at once in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.checklists import queries as checklists
from onboarding.checklists.progress import Line
from onboarding.comparisons import queries as comparisons
from onboarding.configs import queries as configs
from onboarding.customers.models import Turnup
from onboarding.cutovers import queries as cutovers
from onboarding.cutovers.calendar import Span
from onboarding.cutovers.models import Cutover
from onboarding.forecasts import queries as forecasts
from onboarding.forecasts.models import TrafficForecast
from onboarding.paging.queries import unreachable
from onboarding.people.models import Team
from onboarding.readiness import looking
from onboarding.readiness.facts import Certificate, Proved
from onboarding.readiness.models import Overrule, Vote
from onboarding.readiness.ttl_clock import TtlClock
from onboarding.rosters.coverage import Gap
from onboarding.rosters.covering import uncovered
from onboarding.rosters.models import Roster, Seat
from onboarding.tickets import queries as tickets


@dataclass(frozen=True)
class Gathered:
    """By turn-up: where its checklist stands, what somebody is stuck with (a title), its latest
    forecast, the number of its newest configuration (none without one), how many differences of
    its newest comparison of both paths are open (-1: it runs; none: never compared), the cutover
    people mean. By cutover: seats, the last vote of each team, names of those on seats whom no
    page provably reaches, minutes without a primary. `freezes` (and risky ships) are those not over
    yet, `let_through` pairs their keys with the turn-ups that may pass; `regions` are where a
    turn-up's traffic lands, as far as a freeze asks; `early` says, by cutover, who allowed a start
    before its window. By cutover: the last `proofs` on the
    real switch, and all `overrules`; by turn-up: when a rehearsal last went to its end, and what
    probes saw of certificates and TTLs, and its open tickets of severity 1 and 2."""

    lines: Mapping[int, tuple[Line, ...]]
    stuck: Mapping[int, str]
    forecasts: Mapping[int, TrafficForecast]
    configs: Mapping[int, int]
    compared: Mapping[int, int]
    cutovers: Mapping[int, Cutover]
    seats: Mapping[int, Sequence[Seat]]
    votes: Mapping[int, Sequence[Vote]]
    unreachable: Mapping[int, tuple[str, ...]]
    uncovered: Mapping[int, Sequence[Gap]]
    teams: tuple[str, ...]
    freezes: tuple[Span, ...]
    let_through: frozenset[tuple[str, int]]
    regions: Mapping[int, frozenset[str]]
    early: Mapping[int, str]
    proofs: Mapping[int, Proved]
    overrules: Mapping[int, Sequence[Overrule]]
    rehearsed: Mapping[int, datetime]
    certificates: Mapping[int, tuple[Certificate, ...]]
    ttls: Mapping[int, tuple[TtlClock, ...]]
    tickets: Mapping[int, tuple[str, ...]]


def gather(
    session: Session, turnups: Sequence[Turnup], chosen: Mapping[int, Cutover] | None = None
) -> Gathered:
    """Everything about `turnups`; `chosen` names other cutovers (by turn-up) than the current."""
    ids = [turnup.id for turnup in turnups]
    meant = {**cutovers.current_of(session, ids), **(chosen or {})}
    numbers = [cutover.id for cutover in meant.values()]
    seats = _seats(session, numbers)
    teams = tuple(standby_teams(session))
    last = max((cutover.ends_at for cutover in meant.values()), default=clock.now())
    freezes = tuple(cutovers.freezes(session, clock.now(), last))
    regional = any(one.region for one in freezes)
    lines = checklists.standings(session, turnups)
    flipped = {turnup_id: lines[turnup_id] for turnup_id in meant if turnup_id in lines}
    certificates, ttls = looking.watched(session, flipped)
    return Gathered(
        lines=lines,
        stuck=checklists.stuck(session, ids),
        forecasts=forecasts.latest_of(session, ids),
        configs=configs.newest_numbers(session, ids),
        compared=comparisons.open_in_newest(session, ids),
        cutovers=meant,
        seats=seats,
        votes=last_votes(session, numbers),
        unreachable=_unreachable(session, seats),
        uncovered=uncovered(session, meant.values(), seats, teams),
        teams=teams,
        freezes=freezes,
        let_through=cutovers.let_through(session, ids),
        regions=forecasts.regions_of(session, ids) if regional else {},
        early=cutovers.early_starts(session, list(meant.values())),
        proofs=looking.proofs(session, meant.values()),
        overrules=looking.overrules(session, numbers),
        rehearsed=looking.rehearsed(session, list(meant)),
        certificates=certificates,
        ttls=ttls,
        tickets=tickets.grave(session, list(meant)),
    )


def standby_teams(session: Session) -> list[str]:
    """Keys of the teams that stand by and vote."""
    return list(session.scalars(select(Team.key).where(Team.on_standby).order_by(Team.id)))


def _seats(session: Session, cutover_ids: Sequence[int]) -> dict[int, list[Seat]]:
    query = select(Roster.cutover_id, Seat).join(Roster, Seat.roster_id == Roster.id)
    query = query.where(Roster.cutover_id.in_(cutover_ids)).order_by(Seat.id)
    found: dict[int, list[Seat]] = defaultdict(list)
    for cutover_id, seat in session.execute(query).unique():
        found[cutover_id].append(seat)
    return found


def _unreachable(
    session: Session, seats: Mapping[int, Sequence[Seat]]
) -> dict[int, tuple[str, ...]]:
    everybody = {seat.user_id for found in seats.values() for seat in found if seat.user_id}
    missing = {user.id: user.name for user in unreachable(session, everybody)}
    return {
        number: tuple(sorted({missing[s.user_id] for s in found if s.user_id in missing}))
        for number, found in seats.items()
    }


def last_votes(session: Session, cutover_ids: Sequence[int]) -> dict[int, list[Vote]]:
    """The last vote of each team, by cutover."""
    query = select(Vote).where(Vote.cutover_id.in_(cutover_ids)).order_by(Vote.id)
    last = {(vote.cutover_id, vote.team): vote for vote in session.scalars(query).unique()}
    found: dict[int, list[Vote]] = defaultdict(list)
    for vote in last.values():
        found[vote.cutover_id].append(vote)
    return found
