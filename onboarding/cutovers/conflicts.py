"""Conflicts of a window with other cutovers: the same customer, region, or people at one time."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.customers.models import Turnup
from onboarding.cutovers.calendar import Conflict
from onboarding.cutovers.models import Cutover
from onboarding.errors import BadInput
from onboarding.forecasts.queries import regions_of
from onboarding.people.models import Away, Team, User
from onboarding.trail.log import Actor, record


def conflicts(
    session: Session, turnup: Turnup, start: datetime, end: datetime, *, without: int = 0
) -> list[Conflict]:
    """What a real flip of `turnup` in [start, end) would conflict with, `without` itself."""
    query = select(Cutover).where(
        Cutover.state.in_(("booked", "running")),
        Cutover.practice.is_(False),
        Cutover.id != without,
        Cutover.starts_at < end,
        Cutover.ends_at > start,
    )
    others = session.scalars(query.order_by(Cutover.starts_at, Cutover.id)).unique().all()
    if not others:
        return []
    found = [_same_customer(turnup, others), _same_region(session, turnup, others)]
    return [one for one in [*found, *_same_people(session, others, start, end)] if one]


def accepted_conflicts(
    session: Session,
    turnup: Turnup,
    starts_at: datetime,
    ends_at: datetime,
    *,
    practice: bool,
    despite: str,
    without: int = 0,
) -> list[Conflict]:
    """What the window conflicts with. Raises BadInput naming each and what to do, where nobody
    said why it is booked nevertheless."""
    if practice:
        return []
    met = conflicts(session, turnup, starts_at, ends_at, without=without)
    if met and not despite.strip():
        raise BadInput(
            "; ".join(one.words for one in met),
            place="conflicts",
            hint=" or ".join(dict.fromkeys(one.hint for one in met))
            + ", or say why it is booked nevertheless",
        )
    return met


def note_conflicts(
    session: Session, actor: Actor, cutover: Cutover, met: Sequence[Conflict], despite: str
) -> None:
    """Write into the cutover's trail what it was booked in spite of, and why."""
    if met:
        said = {"conflicts": [{"kind": one.kind, "with": list(one.others)} for one in met]}
        kind = "cutover.conflict_accepted"
        record(session, cutover.stream, kind, actor, said, {"reason": despite.strip()})


def _same_customer(turnup: Turnup, others: Sequence[Cutover]) -> Conflict | None:
    own = [one for one in others if one.turnup.customer_id == turnup.customer_id]
    if not own:
        return None
    words = f"{turnup.customer.name} is switched by {_named(own)} at the same time"
    return Conflict("customer", words, _after(own), _numbers(own))


def _same_region(session: Session, turnup: Turnup, others: Sequence[Cutover]) -> Conflict | None:
    foreign = [one for one in others if one.turnup.customer_id != turnup.customer_id]
    regions = regions_of(session, [turnup.id, *{one.turnup_id for one in foreign}])
    here = regions[turnup.id]
    met = [one for one in foreign if here & regions[one.turnup_id]]
    if not met:
        return None
    shared = frozenset[str]().union(*(here & regions[one.turnup_id] for one in met))
    words = f"{_named(met)} brings traffic to {', '.join(sorted(shared))} at the same time"
    return Conflict("region", words, _after(met), _numbers(met))


def _same_people(
    session: Session, others: Sequence[Cutover], start: datetime, end: datetime
) -> list[Conflict]:
    """Teams with too few people for seats of their own (a primary and a backup, or what the team
    needs) at every flip that goes on at the same time: somebody would have to be at two."""
    at_once = 1 + _most_at_once(others, start, end)
    found = []
    for (team, seats), names in _able(session, start, end).items():
        wanted = seats * at_once
        if len(names) < wanted:
            who = f" ({', '.join(names)})" if names else ""
            words = (
                f"{team} has {len(names)} people{who} for the {wanted} places"
                f" of this and {_named(others)}"
            )
            found.append(Conflict("people", words, _after(others), _numbers(others)))
    return found


def _able(session: Session, start: datetime, end: datetime) -> dict[tuple[str, int], list[str]]:
    """Names of those who may stand by and are not away in the window, by the team's name and the
    seats that a flip needs of it."""
    teams = session.scalars(select(Team).where(Team.on_standby).order_by(Team.id)).all()
    away = select(Away.user_id).where(Away.starts_at < end, Away.ends_at > start)
    query = select(User.team_id, User.name).where(
        User.active, User.trainee.is_(False), User.role != "customer", User.id.not_in(away)
    )
    names: dict[int, list[str]] = {team.id: [] for team in teams}
    for team_id, name in session.execute(query.order_by(User.name)):
        if team_id in names:
            names[team_id].append(name)
    return {(team.name, _seats(team)): names[team.id] for team in teams}


def _seats(team: Team) -> int:
    said = team.needs or {"primary": {}, "backup": {}}
    return sum(one.get("count", 1) for role, one in said.items() if role != "shadow")


def _most_at_once(others: Sequence[Cutover], start: datetime, end: datetime) -> int:
    """How many of `others` go on at the same time, at most, within the window."""
    marks = [(max(one.starts_at, start), 1) for one in others]
    marks += [(min(one.ends_at, end), -1) for one in others]
    most = now = 0
    for _at, change in sorted(marks):
        now += change
        most = max(most, now)
    return most


def _named(cutovers: Sequence[Cutover]) -> str:
    return ", ".join(f"“{one.title}” ({one.starts_at:%d %b %H:%M} UTC)" for one in cutovers[:3]) + (
        f" and {len(cutovers) - 3} more" if len(cutovers) > 3 else ""
    )


def _after(cutovers: Sequence[Cutover]) -> str:
    last = max(one.ends_at for one in cutovers)
    return f"begin at {last:%d %b %H:%M} UTC or later"


def _numbers(cutovers: Sequence[Cutover]) -> tuple[int, ...]:
    return tuple(one.id for one in cutovers)
