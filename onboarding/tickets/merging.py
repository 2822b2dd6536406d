"""Two tickets ask the same: they go on as one, and nothing that was asked is lost on the way."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.errors import BadInput, Refused
from onboarding.tickets import alarms, following, queries, telling, texts, timing
from onboarding.tickets.models import Ticket, TicketMail, TicketMessage
from onboarding.tickets.moving import asked_further, move
from onboarding.tickets.regrading import regrade
from onboarding.tickets.saying import Said, add
from onboarding.tickets.texts import Attachment
from onboarding.trail.log import Actor


def merge(session: Session, actor: Actor, ticket_id: int, into_id: int) -> Ticket:
    """The same is asked in `into_id`: what was said with its files is there too, and what is written
    here from now on goes there, what a tracker says too. Whatever still waits for an answer waits there, which opens it again
    where it was over; the graver severity counts. Whoever asked here, or follows, gets the answers given there.
    Both must be the same customer's, or their answers would reach the other's."""
    if ticket_id == into_id:
        raise BadInput("this is the ticket itself", place="into", hint="another's number")
    first, second = sorted((ticket_id, into_id))  # two merges at once wait in the same order
    rows = {one: queries.get(session, one, lock=True) for one in (first, second)}
    ticket, into = rows[ticket_id], rows[into_id]
    if into.merged_into_id is not None:
        hint = f"merge it into {texts.title(into.merged_into_id)}"
        raise Refused(f"{texts.title(into.id)} was merged itself", hint=hint)
    if _asker(ticket) != _asker(into):
        hint = "link them in a note instead"
        raise Refused("These are of different customers", hint=hint)
    alarms.solved(session, ticket, clock.now())
    ticket.merged_into_id = into.id
    into.tracker_link = into.tracker_link or ticket.tracker_link
    move(session, actor, ticket, "merge", {"into": into.id})
    telling.over(session, actor, ticket, f"merged into {texts.title(into.id)}")
    mails = update(TicketMail).where(TicketMail.ticket_id == ticket.id)
    session.execute(mails.values(ticket_id=into.id))
    following.united(session, actor, ticket, into)
    last = _copy(session, actor, ticket, into)
    _go_on(session, actor, ticket, into, last)
    return into


def _asker(ticket: Ticket) -> tuple[int | None, str]:
    mine = ticket.customer_id
    return (mine, "" if mine else ticket.requester_email)


def _copy(session: Session, actor: Actor, ticket: Ticket, into: Ticket) -> TicketMessage | None:
    """What was said in the merged one, as the customer sees it, with its files; the customer's last
    word of it. Who waits since when is set by whoever calls this."""
    waiting, asked, last = into.waiting_since, into.asked_at, None
    for message in queries.public_messages(session, ticket):
        said = f"From {texts.title(ticket.id)}:\n{message.text}"
        files = [Attachment(file.name, file.content) for file in message.files]
        words = Said(said[: texts.LONGEST], message.source, message.name, files=files)
        copied = add(session, actor, into, words, message.side)
        copied.at = message.at  # what is counted of answers counts from when it was said
        copied.actor, copied.team = message.actor, message.team  # and is theirs who said it
        last = copied if message.side == "customer" else last
    into.waiting_since, into.asked_at = waiting, asked
    return last


def _go_on(
    session: Session, actor: Actor, ticket: Ticket, into: Ticket, last: TicketMessage | None
) -> None:
    """The clocks of the two as one: the earlier word counts, and an answer that was given to a
    person's; what they asked after that answer waits for the next."""
    if into.first_response_at is None:
        if ticket.asked_at is not None:
            into.first_response_at = ticket.first_response_at
            into.first_working_s = ticket.first_working_s
        into.asked_at = min(filter(None, (into.asked_at, ticket.asked_at)), default=None)
        answered, waits = into.first_response_at, into.waiting_since
        if answered is not None and waits is not None and waits > answered:
            timing.customer_spoke(session, into)
        alarms.look(session, into, clock.now())
    since, ticket.waiting_since, ticket.next_due_at = ticket.waiting_since, None, None
    if since is not None and last is not None:
        if into.waiting_since is None or since < into.waiting_since:
            into.waiting_since, into.next_due_at = since, None
        asked_further(session, actor, into, {"message": last.number, "merged": ticket.id})
        telling.customer_wrote(session, actor, into, last)
    regrade(session, actor, into, min(into.severity, ticket.severity), into.customer_id)
