"""What stands in the way of flips: ships are announced and known to support; a named person may
let one turn-up through."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.channels.base import Letter
from onboarding.clock import iso
from onboarding.config import settings
from onboarding.customers.models import Turnup
from onboarding.cutovers.models import Freeze, Ship, WindowException
from onboarding.errors import BadInput, NotFound
from onboarding.outbox.actions import post
from onboarding.people.models import Team, User
from onboarding.trail.log import Actor, record

RISKS = ("low", "medium", "high")


def add_ship(
    session: Session,
    actor: Actor,
    *,
    name: str,
    owner: str,
    risk: str,
    starts_at: datetime,
    ends_at: datetime,
    note: str,
) -> Ship:
    """Announce a release, and tell everybody in support of it. Raises BadInput at the field."""
    if risk not in RISKS:
        raise BadInput(f"{risk!r} is no risk", place="risk", hint=f"one of {', '.join(RISKS)}")
    if ends_at <= starts_at:
        raise BadInput("the ship ends before it starts", place="ends_at", hint="end it later")
    if starts_at <= clock.now():
        raise BadInput(
            "this has shipped already",
            place="starts_at",
            hint="support hears of it before it ships",
        )
    ship = Ship(name=name, owner=owner, risk=risk, starts_at=starts_at, ends_at=ends_at, note=note)
    session.add(ship)
    session.flush()
    said = {"ship": ship.id, "risk": risk, "starts_at": iso(starts_at), "ends_at": iso(ends_at)}
    record(session, "system", "ship.announced", actor, said)
    text = (
        f"{name} ({owner}, {risk} risk)\n{iso(starts_at)} to {iso(ends_at)} (UTC)\n\n"
        f"{note or 'There is no note yet: ask the owner what to tell customers.'}\n\n"
        f"Say that support is ready: {settings().public_url}/cutovers\n"
    )
    for user in _support(session):
        letter = Letter(f"ship:{ship.id}:{user.id}", user.email, f"Ships soon: {name}", text)
        post(session, "email", letter, topic="system")
    return ship


def mark_ready(session: Session, actor: Actor, ship_id: int) -> Ship:
    """Note that support knows what to say about this ship."""
    ship = session.get(Ship, ship_id, with_for_update={"of": Ship})
    if ship is None:
        raise NotFound(f"There is no ship {ship_id}")
    if ship.ready_at is None:
        ship.ready_by, ship.ready_at = actor.user_id, clock.now()
        record(session, "system", "ship.ready", actor, {"ship": ship.id})
    return ship


def let_through(
    session: Session, actor: Actor, obstacle: str, turnup_id: int, reason: str
) -> WindowException:
    """Allow a turn-up to be flipped although a freeze or ship stands in the way."""
    kind, _, number = obstacle.partition(":")
    table = {"freeze": Freeze, "ship": Ship}.get(kind)
    known = number.isascii() and number.isdigit() and len(number) < 10
    if table is None or not known or session.get(table, int(number)) is None:
        raise NotFound(f"There is no {obstacle}", hint="choose one from the calendar")
    turnup = session.get(Turnup, turnup_id, with_for_update={"of": Turnup})
    if turnup is None:
        raise NotFound(f"There is no turn-up {turnup_id}")
    query = select(WindowException).where(
        WindowException.obstacle == obstacle, WindowException.turnup_id == turnup_id
    )
    found = session.scalar(query)
    if found is not None:
        return found
    assert actor.user_id is not None, "a person answers for it"
    allowed = WindowException(
        obstacle=obstacle,
        turnup_id=turnup_id,
        approved_by=actor.user_id,
        reason=reason,
        at=clock.now(),
    )
    session.add(allowed)
    session.flush()
    said = {"obstacle": obstacle, "turnup": turnup_id}
    record(session, turnup.customer.stream, "window.let_through", actor, said, {"reason": reason})
    return allowed


def _support(session: Session) -> list[User]:
    query = select(User).join(Team, User.team_id == Team.id)
    query = query.where(Team.key == "support", User.active)
    return list(session.scalars(query.order_by(User.id)).unique())
