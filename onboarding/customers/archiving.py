"""Put turn-ups away that go nowhere any more, and take them back."""

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.customers.models import Turnup
from onboarding.errors import Refused
from onboarding.trail.log import Actor, record


def archive(session: Session, actor: Actor, found: Turnup, reason: str = "") -> None:
    """Take a turn-up off the board; everything of it is kept. Raises Refused where it is away."""
    if found.archived_at is not None:
        raise Refused("It is put away already", hint="reload the page")
    found.archived_at = clock.now()
    said = {"reason": reason} if reason else None
    record(session, found.customer.stream, "turnup.archived", actor, {"turnup": found.id}, said)


def restore(session: Session, actor: Actor, found: Turnup) -> None:
    """Put it back on the board, where it was. Raises Refused where it is there."""
    if found.archived_at is None:
        raise Refused("It is on the board already", hint="reload the page")
    found.archived_at = None
    record(session, found.customer.stream, "turnup.restored", actor, {"turnup": found.id})
