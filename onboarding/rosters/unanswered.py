"""Remind who was asked and has not answered; ask somebody else where they stay silent."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.config import settings
from onboarding.cutovers.models import Cutover
from onboarding.rosters import actions, asking, letters, queries, swaps
from onboarding.rosters.models import Roster, Seat
from onboarding.trail.log import SYSTEM, record

SILENT = "no answer, and nobody else could"
"""What is noted at a seat whose person stays silent while nobody could replace them."""


def waiting(session: Session) -> list[int]:
    """Seats whose people were asked for a cutover to come and have not answered."""
    query = (
        select(Seat.id)
        .join(Roster, Seat.roster_id == Roster.id)
        .join(Cutover, Roster.cutover_id == Cutover.id)
        .where(Seat.state == "invited", Seat.asked_at.is_not(None), Cutover.state == "booked")
        .where(Cutover.starts_at > clock.now())
        .order_by(Cutover.starts_at, Seat.id)
    )
    return list(session.scalars(query))


def look(session: Session, seat_id: int) -> None:
    """Remind or replace the person on the seat, as far as it is due."""
    seat, cutover = queries.seat_and_cutover(session, seat_id)
    if seat.state != "invited" or seat.asked_at is None or cutover.state != "booked":
        return
    chosen = settings()
    deadlines = asking.Deadlines(
        timedelta(hours=chosen.confirm_remind_hours), timedelta(hours=chosen.confirm_replace_hours)
    )
    asked = asking.Asked(seat.asked_at, seat.reminded_at)
    step = asking.due(asked, cutover.starts_at, clock.now(), deadlines)
    if step == asking.REMIND:
        letters.remind(session, cutover, seat)
        _note(session, cutover, seat, "seat.reminded")
    elif step == asking.REPLACE:
        _replace(session, cutover, seat)


def _replace(session: Session, cutover: Cutover, seat: Seat) -> None:
    """Open the seat and let a worker look for the next; where nobody else could, tell the team's
    lead and the account manager once and keep asking."""
    if not swaps.who_could(session, seat, cutover, longest=1):
        if seat.why != SILENT:
            seat.why = SILENT
            letters.tell_silent(session, cutover, seat, queries.responsible(session, cutover, seat))
            _note(session, cutover, seat, "seat.unanswered")
        return
    _note(session, cutover, seat, "seat.replaced")
    words = "Somebody else is asked now, for no answer came in time:"
    actions.replace(session, cutover, seat, "unanswered", "no answer in time", words)


def _note(session: Session, cutover: Cutover, seat: Seat, kind: str) -> None:
    said = {"seat": seat.id, "team": seat.team, "role": seat.role, "user": seat.user_id}
    record(session, cutover.stream, kind, SYSTEM, said)
