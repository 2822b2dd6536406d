"""Two people answer a customer at once: on the page the second is shown the first's words before
theirs go out; by mail and through the API, where nobody can be asked, both answers go out and both
people are told."""

from sqlalchemy.orm import Session

from onboarding.errors import BadInput
from onboarding.people.models import User
from onboarding.tickets import queries, telling
from onboarding.tickets.models import Ticket, TicketMessage
from onboarding.trail.log import Actor


def check(session: Session, user: User, ticket_id: int, seen: int) -> None:
    """Raises BadInput, with their words, where somebody else has answered after the message `seen`,
    the last that `user` saw."""
    ticket = queries.get(session, ticket_id, lock=True)
    found = _others(session, user, ticket, seen)
    if found:
        raise BadInput(
            f"{found[0].name} has answered meanwhile: “{found[0].text[:300]}”",
            place="anyway",
            hint="send yours too, or leave it",
        )


def tell(session: Session, actor: Actor, user: User, ticket: Ticket, said: TicketMessage) -> None:
    """`user` answered without having been asked: where somebody else has answered what the customer
    said last, each of the two hears of the other's answer."""
    public = queries.public_messages(session, ticket)
    last = max((one.number for one in public if one.side == "customer"), default=0)
    for other in reversed(_others(session, user, ticket, last)):
        if other.number < said.number:
            telling.crossed(session, ticket, user, said, other)
            return


def _others(session: Session, user: User, ticket: Ticket, seen: int) -> list[TicketMessage]:
    """What others of the vendor's people told the customer after the message `seen`."""
    mine = f"user:{user.id}"
    return [
        message
        for message in queries.public_messages(session, ticket)
        if message.number > seen and message.side == "staff" and message.actor != mine
    ]
