"""Change a team's rotation and lay its turns out as shifts, which rosters and pages look at."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.clock import parse
from onboarding.errors import BadInput, NotFound
from onboarding.people import aways
from onboarding.people.models import Away, Rotation, RotationFeed, Shift, StandIn, Team, User
from onboarding.people.rotation import Layer, Turn, check, turns
from onboarding.people.turn_letters import telling
from onboarding.trail.log import Actor, record

AHEAD = timedelta(weeks=13)
DAY = timedelta(days=1)
SOURCE = "rotation"


def team_of(session: Session, key: str) -> Team:
    """The team of this key. Raises NotFound."""
    team = session.scalar(select(Team).where(Team.key == key))
    if team is None:
        raise NotFound(f"There is no team {key!r}", hint="see /people")
    return team


def members(session: Session, team: Team) -> list[User]:
    """Who may be on the team's rotation, by name."""
    query = select(User).where(User.team_id == team.id, User.active, User.role != "customer")
    return list(session.scalars(query.order_by(User.name)).unique())


def layers(session: Session, team: Team) -> list[tuple[Rotation, Layer]]:
    """The layers of a team's rotation, as rows and as `rotation` sees them."""
    query = select(Rotation).where(Rotation.team_id == team.id).order_by(Rotation.id)
    return [(row, _layer(row)) for row in session.scalars(query)]


def _layer(row: Rotation) -> Layer:
    starts, ends = time.fromisoformat(row.starts), time.fromisoformat(row.ends)
    days, people = tuple(row.days), tuple(row.people)
    since = date.fromisoformat(row.since)
    return Layer(row.name, row.zone, starts, ends, days, people, row.turn_days, since)


def coming(session: Session, team: Team, since: datetime, until: datetime) -> list[Turn]:
    """The team's turns that touch [since, until); those to come of whoever has left the team, or
    works here no more, are nobody's. Writes nothing."""
    rows = stand_ins(session, team, since)
    overrides = [Turn(row.user_id, row.starts_at, row.ends_at, "stand-in") for row in rows]
    own = [layer for _, layer in layers(session, team)]
    known, now = {user.id for user in members(session, team)}, clock.now()
    found = turns(own, overrides, since, until, _planned_elsewhere(session, team))
    return [turn for turn in found if turn.person in known or turn.end <= now]


def stand_ins(session: Session, team: Team, since: datetime) -> Sequence[StandIn]:
    """Who stands in for a team's turns, as it was entered; those that end after `since`."""
    query = select(StandIn).where(StandIn.team_id == team.id, StandIn.ends_at > since)
    return session.scalars(query.order_by(StandIn.id)).all()


def _planned_elsewhere(session: Session, team: Team) -> list[Turn]:
    feed = session.scalar(select(RotationFeed).where(RotationFeed.team_id == team.id))
    return [
        Turn(person, parse(start), parse(end), "iCal")
        for person, start, end in (feed.turns if feed else ())
    ]


def has_turns(session: Session, team: Team) -> bool:
    """Whether the team has a rotation: layers of its own, or one that is planned elsewhere."""
    own = select(Rotation.id).where(Rotation.team_id == team.id).limit(1)
    elsewhere = select(RotationFeed.id).where(RotationFeed.team_id == team.id)
    return session.scalar(own) is not None or session.scalar(elsewhere) is not None


def absences(session: Session, team: Team, since: datetime, until: datetime) -> list[Turn]:
    """When somebody of the team is away or has a public holiday in [since, until)."""
    query = select(Away).join(User, Away.user_id == User.id).where(User.team_id == team.id)
    query = query.where(Away.starts_at < until, Away.ends_at > since)
    found = [Turn(row.user_id, row.starts_at, row.ends_at) for row in session.scalars(query)]
    people = members(session, team)
    days = aways.holidays(session, people, (since - DAY).date(), (until + DAY).date())
    for user in people:
        found += [_day_off(user, row.day) for row in days[user.id]]
    return [turn for turn in found if turn.start < until and turn.end > since]


def _day_off(user: User, day: date) -> Turn:
    """The whole of `day` on the user's clock."""
    here = ZoneInfo(user.timezone)
    start, end = (datetime.combine(at, time(), here).astimezone(UTC) for at in (day, day + DAY))
    return Turn(user.id, start, end)


def add_layer(session: Session, actor: Actor, team: Team, layer: Layer) -> Rotation:
    """A further layer. Raises BadInput naming the field."""
    row = Rotation(team_id=team.id, **_columns(session, team, layer))
    session.add(row)
    session.flush()
    said = {"team": team.key, "layer": row.id, "people": row.people}
    entry = record(session, "system", "people.layer_added", actor, said)
    with telling(session, actor, team, entry):
        lay_out(session, team)
    return row


def _columns(session: Session, team: Team, layer: Layer) -> dict[str, Any]:
    """A layer as its row holds it. Raises BadInput naming the field."""
    check(layer)
    known = {user.id for user in members(session, team)}
    if not known.issuperset(layer.people):
        hint = "choose among the members of the team"
        raise BadInput("somebody is not of this team", place="people", hint=hint)
    return {
        "name": layer.name,
        "zone": layer.zone,
        "starts": layer.starts.isoformat("minutes"),
        "ends": layer.ends.isoformat("minutes"),
        "days": sorted(layer.days),
        "people": list(layer.people),
        "turn_days": layer.turn_days,
        "since": layer.since.isoformat(),
    }


def layer_of(session: Session, team: Team, layer_id: int, *, lock: bool = False) -> Rotation:
    """The row of one of the team's layers. Raises NotFound."""
    locking = {"of": Rotation} if lock else None
    row = session.get(Rotation, layer_id, with_for_update=locking)
    if row is None or row.team_id != team.id:
        raise NotFound("There is no such layer", hint="look at the rotation anew")
    return row


def change_layer(
    session: Session, actor: Actor, team: Team, layer_id: int, layer: Layer
) -> Rotation:
    """The layer is `layer` from now on: its turns to come move, those that are over stay, and whoever
    has others is told. Raises BadInput naming the field."""
    row = layer_of(session, team, layer_id, lock=True)
    given = _columns(session, team, layer)
    changed = {name: value for name, value in given.items() if getattr(row, name) != value}
    if not changed:
        return row
    before = {name: getattr(row, name) for name in changed}
    said = {"team": team.key, "layer": row.id, "before": before, "after": changed}
    entry = record(session, "system", "people.layer_changed", actor, said)
    with telling(session, actor, team, entry):
        for name, value in changed.items():
            setattr(row, name, value)
        session.flush()
        lay_out(session, team)
    return row


def remove_layer(session: Session, actor: Actor, team: Team, layer_id: int) -> None:
    """Take a layer away; its turns to come are nobody's."""
    row = layer_of(session, team, layer_id)
    said = {"team": team.key, "layer": row.id}
    entry = record(session, "system", "people.layer_removed", actor, said)
    with telling(session, actor, team, entry):
        session.delete(row)
        session.flush()
        lay_out(session, team)


def stand_in(
    session: Session,
    actor: Actor,
    team: Team,
    user_id: int,
    start: datetime,
    end: datetime,
    reason: str = "",
) -> StandIn:
    """`user_id` has all turns of the team from `start` to `end`. Raises BadInput naming the field."""
    if end <= start:
        raise BadInput("it ends before it starts", place="ends_at", hint="a later time")
    if end - start > timedelta(days=92):
        raise BadInput("this is too long", place="ends_at", hint="92 days at most")
    if user_id not in {user.id for user in members(session, team)}:
        raise BadInput("somebody of this team is needed", place="person", hint="choose a member")
    row = StandIn(team_id=team.id, user_id=user_id, starts_at=start, ends_at=end, reason=reason)
    session.add(row)
    session.flush()
    said = {"team": team.key, "user": user_id}
    entry = record(session, "system", "people.stand_in", actor, said, {"reason": reason})
    with telling(session, actor, team, entry):
        lay_out(session, team)
    return row


def end_stand_in(session: Session, actor: Actor, team: Team, stand_in_id: int) -> None:
    """Take a standing in back: what has passed of it stays, the turns beneath it come back."""
    row = session.get(StandIn, stand_in_id)
    now = clock.now()
    if row is None or row.team_id != team.id or row.ends_at <= now:
        raise NotFound("Nobody stands in then", hint="look at the rotation anew")
    said = {"team": team.key, "user": row.user_id}
    entry = record(session, "system", "people.stand_in_ended", actor, said)
    with telling(session, actor, team, entry):
        if row.starts_at < now:
            row.ends_at = now
        else:
            session.delete(row)
        session.flush()
        lay_out(session, team)


def lay_out(session: Session, team: Team) -> int:
    """Make the turns of the next 13 weeks the team's shifts; what is over, and shifts from
    elsewhere, stay. Returns how many there are."""
    now = clock.now()
    of_team = set(session.scalars(select(User.id).where(User.team_id == team.id)))
    old = delete(Shift).where(Shift.source == SOURCE, Shift.ends_at > now)
    session.execute(old.where(Shift.user_id.in_(of_team | _left(session, team))))
    found = [turn for turn in coming(session, team, now, now + AHEAD) if turn.end > now]
    for turn in found:
        shift = Shift(user_id=turn.person, starts_at=turn.start, ends_at=turn.end, source=SOURCE)
        session.add(shift)
    session.flush()
    return len(found)


def _left(session: Session, team: Team) -> set[int]:
    """Who is named in the team's rotation and belongs to no team that lays out turns of its own."""
    named = {person for row, _ in layers(session, team) for person in row.people}
    named |= {row.user_id for row in stand_ins(session, team, clock.now())}
    people = session.scalars(select(User).where(User.id.in_(named))).unique()
    return {user.id for user in people if user.team is None or not has_turns(session, user.team)}
