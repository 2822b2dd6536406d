"""What a ticket is linked to: a turn-up and a cutover of its own customer, nobody else's."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.customers.models import Customer, Turnup
from onboarding.errors import BadInput
from onboarding.trail.models import Entry, Stream


def turnup_of(session: Session, turnup_id: int, customer_id: int | None) -> Turnup:
    """The turn-up, which says whose the ticket is where that is not known. Raises BadInput for one
    that does not exist, or is another customer's."""
    turnup = session.get(Turnup, turnup_id)
    if turnup is None or customer_id not in (None, turnup.customer_id):
        hint = "the number of one of the customer's turn-ups"
        raise BadInput("there is no such turn-up", place="turnup_id", hint=hint)
    return turnup


def check_cutover(
    session: Session, number: int | None, customer_id: int | None, turnup_id: int | None
) -> None:
    """Raises BadInput unless the cutover (None: no link) is one of the customer's, and of the
    turn-up where one is named. Cutovers are of a floor above: the customer's trail knows them."""
    if number is None:
        return
    hint = "the number in the address of its page"
    customer = session.get(Customer, customer_id) if customer_id is not None else None
    if customer is None:
        hint = "say whose ticket it is, or of which turn-up"
        raise BadInput("a cutover is linked by its customer only", place="cutover_id", hint=hint)
    query = select(Entry.payload).join(Stream).where(Stream.name == customer.stream)
    booked = session.scalars(query.where(Entry.kind == "cutover.booked"))
    known = {said["cutover"]: said["turnup"] for said in booked}
    if number not in known:
        raise BadInput("the customer has no such cutover", place="cutover_id", hint=hint)
    if turnup_id not in (None, known[number]):
        hint = "leave one of the two empty, or name both of the same"
        raise BadInput("this cutover is of another turn-up", place="cutover_id", hint=hint)
