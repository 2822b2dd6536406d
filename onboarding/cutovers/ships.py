"""Ships: what product teams release, told to support before it ships."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.channels.base import Letter
from onboarding.clock import iso
from onboarding.config import settings
from onboarding.cutovers.models import Ship
from onboarding.cutovers.voiding import void
from onboarding.errors import BadInput, NotFound, Refused
from onboarding.outbox.actions import post
from onboarding.people.models import Team, User
from onboarding.trail.log import Actor, record

RISKS = ("low", "medium", "high")
GONE = "Does not ship"
_READY = "Say that support is ready: {}/ships\n"


@dataclass(frozen=True)
class ShipSaid:
    """What is said of a ship. `uid` is its name where it comes from: said again, it changes the
    ship of that name."""

    name: str
    owner: str
    risk: str
    starts_at: datetime
    ends_at: datetime
    note: str = ""
    uid: str = ""


@dataclass(frozen=True)
class News:
    """What support is to hear of a ship, and the number of its entry in the trail."""

    heading: str
    said: ShipSaid
    noted: int


def add_ship(
    session: Session,
    actor: Actor,
    said: ShipSaid,
    feed_id: int | None = None,
    news: list[News] | None = None,
) -> tuple[Ship, str]:
    """Announce a release, and tell everybody in support of it; again where it changes. The ship,
    and "made", "changed" or "same". Where `news` is given it is added there, for whoever tells all
    of it at once. Raises BadInput at the field."""
    if said.risk not in RISKS:
        raise BadInput(f"{said.risk!r} is no risk", place="risk", hint=f"one of {', '.join(RISKS)}")
    if said.ends_at <= said.starts_at:
        raise BadInput("the ship ends before it starts", place="ends_at", hint="end it later")
    ship = _known(session, said.uid, feed_id)
    if ship is not None and _said(ship) == said:
        return ship, "same"
    if said.starts_at <= clock.now():
        hint = "support hears of it before it ships"
        raise BadInput("this has shipped already", place="starts_at", hint=hint)
    outcome = "made" if ship is None else "changed"
    if ship is not None and (ship.starts_at, ship.ends_at) != (said.starts_at, said.ends_at):
        void(session, actor, f"ship:{ship.id}")
    ship = ship or Ship(feed_id=feed_id, uid=said.uid)
    ship.name, ship.owner, ship.risk, ship.note = said.name, said.owner, said.risk, said.note
    ship.starts_at, ship.ends_at = said.starts_at, said.ends_at
    ship.ready_by = ship.ready_at = None  # they were ready for something else
    session.add(ship)
    session.flush()
    noted = _note(session, actor, ship, "announced" if outcome == "made" else "changed")
    heading = "Ships soon" if outcome == "made" else "Ships otherwise than told"
    if news is None:
        _tell(session, ship, noted, heading, _READY.format(settings().public_url))
    else:
        news.append(News(heading, said, noted))
    return ship, outcome


def withdraw_ship(session: Session, actor: Actor, ship_id: int) -> None:
    """It does not ship; support is told. Raises Refused where it has, or its calendar says so."""
    ship = _held(session, ship_id)
    if ship.feed_id is not None:
        raise Refused(f"{ship.name!r} is read from a calendar", hint="take it out there")
    if ship.starts_at <= clock.now():
        raise Refused(f"{ship.name!r} has shipped", hint="only what is to come is taken back")
    drop_ship(session, actor, ship)


def drop_ship(session: Session, actor: Actor, ship: Ship, news: list[News] | None = None) -> None:
    """The ship is no more: support is told where it had not shipped yet, `news` as in `add_ship`."""
    void(session, actor, f"ship:{ship.id}")
    noted = _note(session, actor, ship, "withdrawn")
    if ship.starts_at > clock.now():
        if news is None:
            _tell(session, ship, noted, GONE, "")
        else:
            news.append(News(GONE, _said(ship), noted))
    session.delete(ship)
    session.flush()


def mark_ready(session: Session, actor: Actor, ship_id: int) -> Ship:
    """Note that support knows what to say about this ship."""
    ship = _held(session, ship_id)
    if ship.ready_at is None:
        ship.ready_by, ship.ready_at = actor.user_id, clock.now()
        record(session, "system", "ship.ready", actor, {"ship": ship.id})
    return ship


def say(session: Session, actor: Actor, ship_id: int, note: str) -> Ship:
    """What support must know of a ship, said or said otherwise: they are told, and asked anew
    whether they are ready. The same again is nothing new. Raises Refused where it has shipped, or
    its calendar says so."""
    ship = _held(session, ship_id)
    if ship.feed_id is not None:
        raise Refused(f"{ship.name!r} is read from a calendar", hint="say it there")
    if ship.starts_at <= clock.now():
        raise Refused(f"{ship.name!r} has shipped", hint="support hears of it before it ships")
    if ship.note != note:
        ship.note, ship.ready_by, ship.ready_at = note, None, None
        noted = _note(session, actor, ship, "changed")
        _tell(session, ship, noted, "What to say of a ship", _READY.format(settings().public_url))
    return ship


def _held(session: Session, ship_id: int) -> Ship:
    ship = session.get(Ship, ship_id, with_for_update={"of": Ship})
    if ship is None:
        raise NotFound(f"There is no ship {ship_id}")
    return ship


def _known(session: Session, uid: str, feed_id: int | None) -> Ship | None:
    if not uid:
        return None
    query = select(Ship).where(Ship.uid == uid, Ship.feed_id == feed_id)
    return session.scalars(query.order_by(Ship.id).limit(1)).unique().first()


def _said(ship: Ship) -> ShipSaid:
    times = (ship.starts_at, ship.ends_at)
    return ShipSaid(ship.name, ship.owner, ship.risk, *times, ship.note, ship.uid)


def _note(session: Session, actor: Actor, ship: Ship, what: str) -> int:
    """The number of the entry in the trail."""
    said = {"ship": ship.id, "risk": ship.risk}
    times = {"starts_at": iso(ship.starts_at), "ends_at": iso(ship.ends_at)}
    return record(session, "system", f"ship.{what}", actor, said | times).number


def _tell(session: Session, ship: Ship, noted: int, heading: str, ending: str) -> None:
    text = (
        f"{ship.name} ({ship.owner}, {ship.risk} risk)\n"
        f"{iso(ship.starts_at)} to {iso(ship.ends_at)} (UTC)\n\n"
        f"{ship.note or 'There is no note yet: ask the owner what to tell customers.'}\n\n{ending}"
    )
    told = f"ship:{ship.id}:{noted}"
    for user in support(session):
        letter = Letter(f"{told}:{user.id}", user.email, f"{heading}: {ship.name}", text)
        post(session, "email", letter, topic="system")


def support(session: Session) -> list[User]:
    """Everybody in support, by id."""
    query = select(User).join(Team, User.team_id == Team.id)
    query = query.where(Team.key == "support", User.active)
    return list(session.scalars(query.order_by(User.id)).unique())
