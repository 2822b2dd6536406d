"""The call to station: half an hour before the window whoever stands by says that they are there.

Who does not is called by their next way, then their backup, the team's lead and the account manager
are: five minutes apart, each step in the cutover's trail, so that a seat that stays silent is known
to all of them before the flip begins.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.cutovers import queries as cutovers
from onboarding.cutovers.models import Cutover
from onboarding.paging import actions as paging
from onboarding.paging import queries as pages
from onboarding.paging.models import Page
from onboarding.people.models import Team, User
from onboarding.rosters.models import HOLDING, Roster, Seat
from onboarding.trail.log import SYSTEM, Actor, record
from onboarding.trail.models import Entry
from onboarding.web.times import span

BEFORE = timedelta(minutes=30)
EARLIEST = timedelta(hours=2)
"""How long before the window somebody may report on station: who says so days before is not there yet."""
WAIT_S = 300  # between two calls
CALLED = ("primary", "backup")
#: What in a cutover's trail concerns the call.
HEARD = (
    "seat.on_station",
    "seat.declined",
    "seat.replaced",
    "seat.away",
    "seat.dropped",
    "seat.passed_on",
    "page.acknowledged",
    "cutover.cancelled",
    "cutover.changed",
    "ramp.finished",
)


def key(seat: Seat) -> str:
    """The key of the seat's call, of one person on it."""
    return f"station:{seat.id}:{seat.user_id}"


def silent(session: Session, at: datetime) -> list[tuple[Seat, Cutover]]:
    """Seats of real cutovers whose window opens within half an hour or is open, and whose people
    have not said that they are there: those who accepted, and those who still owe an answer."""
    query = (
        select(Seat, Cutover)
        .join(Roster, Seat.roster_id == Roster.id)
        .join(Cutover, Roster.cutover_id == Cutover.id)
        .where(Seat.state.in_(HOLDING), Seat.user_id.is_not(None))
        .where(Seat.on_station_at.is_(None), Seat.role.in_(CALLED))
        .where(Cutover.state.in_(("booked", "running")), Cutover.practice.is_(False))
        .where(Cutover.starts_at <= at + BEFORE, Cutover.ends_at > at)
        .order_by(Cutover.starts_at, Seat.id)
    )
    return [(seat, cutover) for seat, cutover in session.execute(query).unique()]


def is_silent(seat: Seat) -> bool:
    """Whether somebody holds the seat and has not said that they are there."""
    return seat.state in HOLDING and seat.user_id is not None and seat.on_station_at is None


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


def reports_from(cutover: Cutover) -> datetime:
    """From when on people may report on station for a cutover that has not begun."""
    return cutover.starts_at - EARLIEST


def may_report(session: Session, cutover: Cutover) -> bool:
    """Whether people may say now that they are there: it runs, may begin early, or begins soon."""
    soon = clock.now() >= reports_from(cutover)
    return soon or cutover.state == "running" or cutovers.early_start(session, cutover) is not None


def stand_in(session: Session, seat: Seat, cutover: Cutover, left: User) -> Page | None:
    """Call whoever comes after `left`, who gave the seat back while the cutover runs: nothing is
    solved again then. Nobody is called for a shadow, nor for practice."""
    if cutover.practice or seat.role not in CALLED:
        return None
    text = (
        f"{seat.role} of {seat.team} is empty for {cutover.title}, which runs\n"
        f"{left.name} cannot go on. Whoever answers takes over the seat or finds somebody for it."
    )
    found = [number for number in _whom(session, seat, cutover) if number != left.id]
    return paging.page(
        session,
        SYSTEM,
        cutover.stream,
        [f"user:{number}" for number in found] or [f"team:{seat.team}"],
        text,
        f"/cutovers/{cutover.id}",
        f"stand-in:{seat.id}:{left.id}",
        "critical",
        wait_s=WAIT_S,
    )


def called_in(session: Session, seat: Seat, cutover: Cutover, state: str) -> None:
    """Somebody has got the seat: nobody needs to stand in, and while the cutover runs whoever did not
    take it themselves (`state` invited) is called at once."""
    for page in pages.of_subject(session, cutover.stream):
        if page.key.startswith(f"stand-in:{seat.id}:"):
            paging.resolve(session, SYSTEM, page.id, "somebody has the seat")
    if state == "invited" and cutover.state == "running" and not cutover.practice:
        call(session, seat, cutover)


def call(session: Session, seat: Seat, cutover: Cutover) -> Page:
    """Call whoever sits there; asked again it changes nothing."""
    assert seat.user is not None, "somebody holds the seat"
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
    """The person (if any), the backup of a primary, the team's lead, the account manager."""
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
    if entry.kind.startswith("seat."):
        words = "on station" if entry.kind == "seat.on_station" else "the seat was given back"
        who = said["from"] if entry.kind == "seat.passed_on" else said["user"]
        paging.resolve_key(session, SYSTEM, f"station:{said['seat']}:{who}", words)
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
    """The calls of a cutover's seats that are not over, by seat: whoever sits there has not
    answered, or gave the seat back while it runs."""
    ours = or_(Page.key.startswith("station:"), Page.key.startswith("stand-in:"))
    query = select(Page).where(Page.subject == cutover.stream, ours)
    query = query.where(Page.state != "resolved").order_by(Page.id)
    return {int(page.key.split(":")[1]): page for page in session.scalars(query).unique()}
