"""Reads of rosters that have a name."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.config import settings
from onboarding.cutovers.models import Cutover
from onboarding.errors import NotFound
from onboarding.people.models import Team
from onboarding.rosters.models import PageSettings, Roster, Seat
from onboarding.trail.models import Entry, Stream


def roster_of(session: Session, cutover_id: int) -> Roster | None:
    """The roster of a cutover, if one was asked for."""
    return session.scalar(select(Roster).where(Roster.cutover_id == cutover_id))


def seats(session: Session, cutover_id: int) -> Sequence[Seat]:
    """The seats of a cutover's roster, primaries first within each team."""
    query = select(Seat).join(Roster, Seat.roster_id == Roster.id)
    query = query.where(Roster.cutover_id == cutover_id)
    return session.scalars(query.order_by(Seat.team, Seat.role.desc(), Seat.id)).unique().all()


def standby_shown(session: Session, turnup_id: int) -> str:
    """What customers see of who stands by (names, teams or nobody): the turn-up's word, else the
    installation's."""
    row = session.get(PageSettings, turnup_id)
    return (row.standby_shown if row else "") or settings().show_standby


def seat_and_cutover(session: Session, seat_id: int) -> tuple[Seat, Cutover]:
    """The seat with its row locked, and its cutover. Raises NotFound."""
    seat = session.get(Seat, seat_id, with_for_update={"of": Seat})
    if seat is None:
        raise NotFound(f"There is no seat {seat_id}", hint="the roster was solved again; look anew")
    session.refresh(seat, ["user_id", "state", "invited_at", "user"])
    return seat, cutover_of(session, seat)


def cutover_of(session: Session, seat: Seat) -> Cutover:
    """The cutover a seat is for."""
    query = select(Cutover).join(Roster, Roster.cutover_id == Cutover.id)
    return session.scalars(query.where(Roster.id == seat.roster_id)).one()


def window_version(session: Session, cutover: Cutover) -> int:
    """The version of the cutover since which its window is what it is; 0 where it never moved."""
    query = select(Entry.payload).join(Stream)
    query = query.where(Stream.name == cutover.stream, Entry.kind == "cutover.changed")
    for payload in session.scalars(query.order_by(Entry.number.desc())):
        if payload.get("what") == "window":
            return int(payload["version"])
    return 0


def stands_by(session: Session, team: str) -> bool:
    """Whether seats of this team are filled by the solver."""
    found = session.scalar(select(Team.on_standby).where(Team.key == team))
    return bool(found)


def responsible(session: Session, cutover: Cutover, seat: Seat) -> list[int]:
    """Who is told where the seat is in doubt, other than whoever holds it: the lead of its team and
    the customer's account manager (ids of users)."""
    lead = session.scalar(select(Team.lead_id).where(Team.key == seat.team))
    found = (lead, cutover.turnup.customer.account_manager_id)
    return [n for n in dict.fromkeys(found) if n is not None and n != seat.user_id]


def open_to_answers(cutover: Cutover) -> bool:
    """Whether people may still answer and swap."""
    return cutover.state in ("booked", "running")


def duties(session: Session, user_id: int, since: datetime) -> list[tuple[Seat, Cutover]]:
    """What somebody is asked for or stands by for, from `since` on, by start."""
    query = (
        select(Seat, Cutover)
        .join(Roster, Seat.roster_id == Roster.id)
        .join(Cutover, Roster.cutover_id == Cutover.id)
        .where(Seat.user_id == user_id, Seat.state.in_(("invited", "accepted")))
        .where(Cutover.state != "cancelled", Cutover.ends_at > since)
        .order_by(Cutover.starts_at)
    )
    return [(seat, cutover) for seat, cutover in session.execute(query).unique()]
