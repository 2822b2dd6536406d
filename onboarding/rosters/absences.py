"""Whoever has a seat and is away then: somebody else is asked, and those responsible are told."""

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.cutovers.models import Cutover
from onboarding.people.models import Away
from onboarding.rosters import actions, letters, queries, swaps
from onboarding.rosters.models import HOLDING, Roster, Seat
from onboarding.trail.log import SYSTEM, record

AWAY = "away then, and nobody else could"
"""What is noted at a seat whose person is away while nobody could replace them."""


def doubtful(session: Session) -> list[int]:
    """Seats of cutovers to come whose people are away then, or were when last looked at."""
    query = (
        select(Seat.id)
        .join(Roster, Seat.roster_id == Roster.id)
        .join(Cutover, Roster.cutover_id == Cutover.id)
        .where(Seat.state.in_(HOLDING), Seat.user_id.is_not(None))
        .where(Cutover.state == "booked", Cutover.starts_at > clock.now())
        .where(or_(_away_then().exists(), Seat.why == AWAY))
        .order_by(Cutover.starts_at, Seat.id)
    )
    return list(session.scalars(query))


def look(session: Session, seat_id: int) -> None:
    """Replace the person on the seat where they are away then; where nobody else could, tell the
    team's lead and the account manager once. A time away taken back leaves the seat with them."""
    seat, cutover = queries.seat_and_cutover(session, seat_id)
    if seat.state not in HOLDING or seat.user_id is None or cutover.state != "booked":
        return
    times = _away_then().where(Seat.id == seat.id, Cutover.id == cutover.id)
    if session.scalar(times.limit(1)) is None:
        seat.why = "" if seat.why == AWAY else seat.why
        return
    able = bool(swaps.who_could(session, seat, cutover, longest=1))
    if not able and seat.why == AWAY:
        return
    told = queries.responsible(session, cutover, seat)
    letters.tell_away(session, cutover, seat, told, replaced=able)
    said = {"seat": seat.id, "team": seat.team, "role": seat.role, "user": seat.user_id}
    kind = "seat.away" if able else "seat.away_alone"
    record(session, cutover.stream, kind, SYSTEM, said)
    if able:
        words = "You are away then; somebody else is asked now:"
        actions.replace(session, cutover, seat, "away", "away then", words)
    else:
        seat.why = AWAY


def _away_then() -> Select[int]:
    """Times away of a seat's person that share time with its cutover."""
    return select(Away.id).where(
        Away.user_id == Seat.user_id,
        Away.starts_at < Cutover.ends_at,
        Away.ends_at > Cutover.starts_at,
    )
