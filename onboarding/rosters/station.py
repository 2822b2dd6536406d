"""The call to station: half an hour before the window whoever stands by says that they are there.

Who does not is called by their next way, then their backup, the team's lead and the account manager
are: five minutes apart, each step in the cutover's trail, so that a seat that stays silent is known
to all of them before the flip begins.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.cutovers.models import Cutover
from onboarding.paging import actions as paging
from onboarding.paging.models import Page
from onboarding.people.models import Team
from onboarding.rosters.models import Roster, Seat
from onboarding.trail.log import SYSTEM, Actor, record
from onboarding.trail.models import Entry
from onboarding.web.times import span

BEFORE = timedelta(minutes=30)
WAIT_S = 300  # between two calls
CALLED = ("primary", "backup")
#: What in a cutover's trail concerns the call.
HEARD = (
    "seat.on_station",
    "seat.declined",
    "page.acknowledged",
    "cutover.cancelled",
    "cutover.changed",
    "ramp.finished",
)


def key(seat: Seat) -> str:
    """The key of the seat's call, of one person on it."""
    return f"station:{seat.id}:{seat.user_id}"


def silent(session: Session, at: datetime) -> list[tuple[Seat, Cutover]]:
    """Accepted seats of real cutovers whose window opens within half an hour or is open, and who
    have not said that they are there."""
    query = (
        select(Seat, Cutover)
        .join(Roster, Seat.roster_id == Roster.id)
        .join(Cutover, Roster.cutover_id == Cutover.id)
        .where(Seat.state == "accepted", Seat.on_station_at.is_(None), Seat.role.in_(CALLED))
        .where(Cutover.state.in_(("booked", "running")), Cutover.practice.is_(False))
        .where(Cutover.starts_at <= at + BEFORE, Cutover.ends_at > at)
        .order_by(Cutover.starts_at, Seat.id)
    )
    return [(seat, cutover) for seat, cutover in session.execute(query).unique()]


def not_there(session: Session, cutover: Cutover) -> list[str]:
    """Who holds a primary seat of `cutover` and has not reported on station, as "Omar (ops)".

    Empty where its plan does not demand that they do, and for practice.
    """
    if cutover.practice or not cutover.demand_on_station:
        return []
    query = (
        select(Seat)
        .join(Roster, Seat.roster_id == Roster.id)
        .where(Roster.cutover_id == cutover.id, Seat.role == "primary")
        .where(Seat.user_id.is_not(None), Seat.on_station_at.is_(None))
        .order_by(Seat.id)
    )
    seats = session.scalars(query).unique()
    return [f"{seat.user.name} ({seat.team})" for seat in seats if seat.user]


def call(session: Session, seat: Seat, cutover: Cutover) -> Page:
    """Call whoever sits there; asked again it changes nothing."""
    assert seat.user is not None, "an accepted seat has somebody"
    left = cutover.starts_at - clock.now()
    when = f"opens in {span(left)}" if left > timedelta() else f"opened {span(-left)} ago"
    text = (
        f"{seat.user.name}: on station for {cutover.title}? The window {when}\n"
        f"{seat.role} of {seat.team}. “I have it” reports {seat.user.name} on station; anybody "
        "else who answers takes over finding them or somebody for the seat."
    )
    where = f"/cutovers/{cutover.id}"
    return paging.page(
        session,
        SYSTEM,
        cutover.stream,
        [f"user:{number}" for number in _whom(session, seat, cutover)],
        text,
        where,
        key(seat),
        "critical",
        wait_s=WAIT_S,
    )


def _whom(session: Session, seat: Seat, cutover: Cutover) -> Sequence[int]:
    """The person, the backup of a primary, the team's lead, the account manager."""
    backups = select(Seat.user_id).where(
        Seat.roster_id == seat.roster_id,
        Seat.team == seat.team,
        Seat.role == "backup",
        Seat.state == "accepted",
        Seat.user_id.is_not(None),
    )
    behind = session.scalars(backups.order_by(Seat.id)).all() if seat.role == "primary" else ()
    lead = session.scalar(select(Team.lead_id).where(Team.key == seat.team))
    found = (seat.user_id, *behind, lead, cutover.turnup.customer.account_manager_id)
    return [number for number in dict.fromkeys(found) if number is not None]


def react(session: Session, cutover: Cutover, entry: Entry) -> None:
    """What happened in the cutover's trail: a report ends its call; answering the call with the
    link in it is a report; what nobody stands by for any more calls nobody."""
    said = entry.payload
    if entry.kind in ("seat.on_station", "seat.declined"):
        words = "on station" if entry.kind == "seat.on_station" else "the seat was given back"
        paging.resolve_key(session, SYSTEM, f"station:{said['seat']}:{said['user']}", words)
    elif entry.kind == "page.acknowledged" and str(said.get("key", "")).startswith("station:"):
        _report(session, cutover, said["key"], said["user"])
    elif entry.kind in ("cutover.cancelled", "ramp.finished"):
        paging.close_for(session, SYSTEM, cutover.stream, "nothing is left to stand by for")
    elif entry.kind == "cutover.changed" and said.get("what") == "window":
        paging.close_for(session, SYSTEM, cutover.stream, "the window has moved")


def _report(session: Session, cutover: Cutover, name: str, user_id: int) -> None:
    _, seat_id, whose = name.split(":")
    seat = session.get(Seat, int(seat_id), with_for_update={"of": Seat})
    if seat is None or seat.user_id != user_id or int(whose) != user_id or seat.on_station_at:
        return  # the backup or the lead has it: the seat is still silent
    seat.state, seat.on_station_at = "accepted", clock.now()
    told = {"seat": seat.id, "team": seat.team, "role": seat.role, "user": user_id}
    record(session, cutover.stream, "seat.on_station", Actor(f"user:{user_id}", "link"), told)
    paging.resolve_key(session, SYSTEM, name, "on station")


def calls(session: Session, cutover: Cutover) -> dict[int, Page]:
    """The calls of a cutover's seats that nobody on them has answered, by seat."""
    query = select(Page).where(Page.subject == cutover.stream, Page.key.startswith("station:"))
    query = query.where(Page.state != "resolved").order_by(Page.id)
    return {int(page.key.split(":")[1]): page for page in session.scalars(query).unique()}
