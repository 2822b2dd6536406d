"""What is done when a promise of a ticket comes near or is missed: it is noted, and people are called."""

from datetime import datetime

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.tickets import telling, timing
from onboarding.tickets.clocks import Moment
from onboarding.tickets.models import Ticket
from onboarding.trail.log import SYSTEM, record


def look(session: Session, ticket: Ticket, now: datetime) -> None:
    """Look at the clocks of a locked ticket after time or people changed something. What comes near
    calls whoever has it, then its owner, then the team; what is missed is noted and calls them too."""
    for moment in timing.look(session, ticket, now):
        _note(session, ticket, moment)
        at = moment.promise.due
        words = f"the {moment.promise.name} is {'due ' if moment.what == 'near' else 'late since '}"
        telling.call_holder(session, ticket, f"{words}{at:%a %H:%M} UTC")


def answered(session: Session, ticket: Ticket, now: datetime) -> None:
    """Before an answer is counted: note what came near or was missed since anybody looked; nobody
    is called, the answer is there."""
    for moment in timing.passed(session, ticket, now):
        if moment.promise.name != timing.SOLUTION:
            _note(session, ticket, moment)


def solved(session: Session, ticket: Ticket, now: datetime) -> None:
    """As `answered`, before it is solved."""
    for moment in timing.passed(session, ticket, now):
        _note(session, ticket, moment)


def _note(session: Session, ticket: Ticket, moment: Moment) -> None:
    said = {"promise": moment.promise.name, "due": clock.iso(moment.promise.due)}
    record(session, ticket.stream, f"ticket.{moment.what}", SYSTEM, said)
