"""What a ticket is about: how bad it is, whose it is, which turn-up or cutover; and support plans."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.customers.models import Customer
from onboarding.errors import BadInput
from onboarding.tickets import alarms, links, queries, regrading, timing, tracker
from onboarding.tickets.clocks import PLANS, SEVERITIES
from onboarding.tickets.handoff import OPEN
from onboarding.tickets.models import SupportPlan, Ticket
from onboarding.trail.log import Actor, record


@dataclass(frozen=True)
class About:
    """As a person set it; the turn-up's customer wins where both are given."""

    severity: int
    customer_id: int | None = None
    turnup_id: int | None = None
    cutover_id: int | None = None
    tracker_link: str = ""


def set_about(session: Session, actor: Actor, ticket_id: int, about: About) -> Ticket:
    """Promises are made anew where the severity or the customer is another. Raises BadInput."""
    ticket = queries.get(session, ticket_id, lock=True)
    if about.severity not in SEVERITIES:
        raise BadInput("this is no severity", place="severity", hint="1 to 4")
    customer_id = about.customer_id
    if about.turnup_id is not None:
        customer_id = links.turnup_of(session, about.turnup_id, customer_id).customer_id
    link = about.tracker_link.strip()
    if link and not link.startswith(("https://", "http://")):
        raise BadInput(
            "this is no link", place="tracker_link", hint="like https://tracker.example/7"
        )
    links.check_cutover(session, about.cutover_id, customer_id, about.turnup_id)
    ticket.turnup_id, ticket.cutover_id = about.turnup_id, about.cutover_id
    ticket.tracker_link = link[:500]
    regrading.regrade(session, actor, ticket, about.severity, customer_id)
    said = {
        "severity": ticket.severity,
        "customer": ticket.customer_id,
        "turnup": ticket.turnup_id,
        "cutover": ticket.cutover_id,
    }
    number = record(session, ticket.stream, "ticket.about", actor, said).number
    tracker.tell(session, ticket, "about", number)
    return ticket


def set_plan(session: Session, actor: Actor, customer: Customer, plan: str) -> None:
    """By what the customer's answers are promised from now on; open tickets too."""
    if plan not in PLANS:
        hint = f"one of {', '.join(PLANS)}"
        raise BadInput(f"{plan!r} is no support plan", place="plan", hint=hint)
    row = session.get(SupportPlan, customer.id, with_for_update=True)
    if row is not None and row.plan == plan:
        return
    now = clock.now()
    query = select(Ticket).where(Ticket.customer_id == customer.id, Ticket.state.in_(OPEN))
    query = query.order_by(Ticket.id).with_for_update(of=Ticket)
    theirs = session.scalars(query.execution_options(populate_existing=True)).unique().all()
    used = {ticket.id: timing.spent(session, ticket, now) for ticket in theirs}
    if row is None:
        session.add(SupportPlan(customer_id=customer.id, plan=plan))
    else:
        row.plan = plan
    session.flush()
    record(session, customer.stream, "customer.support_plan", actor, {"plan": plan})
    for ticket in theirs:
        timing.anew(session, ticket, used[ticket.id], now)
        alarms.look(session, ticket, now)
