"""Who is told what of a ticket: whoever is on, whoever has it, its owner; nobody else."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.outbox.actions import post
from onboarding.paging import actions as paging
from onboarding.paging import passing
from onboarding.paging.models import Page
from onboarding.paging.queries import called
from onboarding.people import queries as people
from onboarding.people import reply_addresses
from onboarding.people.models import User
from onboarding.tickets import letters
from onboarding.tickets.clocks import SEVERITIES
from onboarding.tickets.handoff import SUPPORT
from onboarding.tickets.models import Handover, Ticket, TicketMessage
from onboarding.tickets.texts import title
from onboarding.trail.log import SYSTEM, Actor, head_number

DOWN = SEVERITIES[1]
EMERGENCY = "emergency"  # ends the key of a page that a mail to an emergency address opens


def on_duty(session: Session, team: str, at: datetime) -> list[User]:
    """Who of the team is on its rotation at `at`; where nobody is, the first whom its pages call."""
    shift, away = people.on_shift(session, at), people.away(session, at)
    on = [number for number in shift if number not in away]
    query = select(User).where(User.id.in_(on), User.active).order_by(User.id)
    found = [user for user in session.scalars(query).unique() if user.team_key == team]
    if found:
        return found
    first = called(session, [f"team:{team}"], at)[:1]
    return [session.get_one(User, person.id) for person in first]


def opened(session: Session, actor: Actor, ticket: Ticket, text: str) -> None:
    """A new ticket: whoever of support is on is told; where traffic is down, called."""
    if ticket.severity == 1:
        call(session, actor, ticket, SUPPORT, DOWN)
        return
    for user in on_duty(session, SUPPORT, clock.now()):
        _write(session, actor, ticket, user, "opened", "new ticket", text)


def call(session: Session, actor: Actor, ticket: Ticket, team: str, what: str) -> None:
    """Page a team about the ticket, once while the page is open."""
    _page(session, actor, ticket, [f"team:{team}"], what, f"ticket:{ticket.id}:{team}")


def call_holder(session: Session, ticket: Ticket, what: str) -> None:
    """Page whoever owes the next word, then its owner, then the team that has it."""
    _page(session, SYSTEM, ticket, _owing(ticket), what, f"ticket:{ticket.id}:due")


def changed_hands(session: Session, actor: Actor, ticket: Ticket) -> None:
    """Somebody else owes the next word: what is due calls them from now on, and nobody before them.
    Whoever was called because it became graver need not look at it any more."""
    why = f"{ticket.holder.name if ticket.holder else ticket.holder_team} has the ticket now"
    paging.resolve_key(session, actor, f"ticket:{ticket.id}:down", why)
    passing.pass_on(session, actor, f"ticket:{ticket.id}:due", _owing(ticket), why)


def _owing(ticket: Ticket) -> list[str]:
    """Where nobody of the team has it yet, the team comes first; unless traffic is down: it is
    called by a page of its own then."""
    team = f"team:{ticket.holder_team}"
    first = [team] if ticket.holder_id is None and ticket.severity != 1 else []
    return list(dict.fromkeys([*first, *_involved(ticket), team]))


def _page(
    session: Session, actor: Actor, ticket: Ticket, audience: list[str], what: str, key: str
) -> None:
    whose = ticket.customer.name if ticket.customer else ticket.requester_email
    text = f"[{title(ticket.id)}] {what}: {ticket.subject}\n{whose}, severity {ticket.severity}"
    severity = "critical" if ticket.severity == 1 else "error"
    link = f"/tickets/{ticket.id}"
    paging.page(session, actor, ticket.stream, audience, text, link, key, severity, words=True)


def call_emergency(
    session: Session, actor: Actor, ticket: Ticket, audience: list[str], text: str
) -> Page:
    """Page `audience` about a mail to the customer's emergency address; what comes while that page
    is not over is added to it. Whoever has the ticket, and its owner, come first."""
    link, key = f"/tickets/{ticket.id}", f"ticket:{ticket.id}:{EMERGENCY}"
    who = [*_involved(ticket), *audience]
    return paging.page(session, actor, ticket.stream, who, text, link, key, "critical", words=True)


def _involved(ticket: Ticket, but: int | None = None) -> list[str]:
    both = dict.fromkeys((ticket.holder_id, ticket.owner_id))
    return [f"user:{one}" for one in both if one is not None and one != but]


def graver(session: Session, actor: Actor, ticket: Ticket, handover: Handover | None) -> None:
    """It is graver than it was. Where traffic is down, whoever has it is called: the team where
    nobody of it has accepted or claimed it. Else they hear of it by mail. Whoever did it knows;
    where one person of support has it alone, support's rotation is told too."""
    alone = handover is None and ticket.state != "new"
    if ticket.severity == 1:
        waits = handover is not None and handover.accepted_at is None
        if ticket.state == "new" or waits:
            call(session, actor, ticket, ticket.holder_team, DOWN)
            return
        audience = _involved(ticket, actor.user_id)
        audience += _beside(session, actor) if alone else []
        if audience:
            key = f"ticket:{ticket.id}:down"
            _page(session, actor, ticket, list(dict.fromkeys(audience)), DOWN, key)
        return
    number = head_number(session, ticket.stream)
    what = f"it is of severity {ticket.severity} by now"
    told = {user.id: user for user in _readers(session, ticket)}
    if alone:
        told |= {user.id: user for user in on_duty(session, SUPPORT, clock.now())}
    for user in told.values():
        _write(session, actor, ticket, user, f"graver:{number}", what, SEVERITIES[ticket.severity])


def _beside(session: Session, actor: Actor) -> list[str]:
    """Whom a page to support calls, without whoever acts; nobody where they are on its rotation
    themselves."""
    now = clock.now()
    if actor.user_id in people.on_shift(session, now):
        return []
    team = called(session, [f"team:{SUPPORT}"], now)
    return [f"user:{person.id}" for person in team if person.id != actor.user_id]


def over(session: Session, actor: Actor, ticket: Ticket, why: str) -> None:
    """It is solved, closed, or goes on elsewhere: no page about it calls anybody any more."""
    paging.close_for(session, actor, ticket.stream, why)


def settled(session: Session, actor: Actor, ticket: Ticket, team: str, why: str) -> None:
    """Somebody of the team has it: nobody is called any more. Of support: nor about an emergency."""
    paging.resolve_key(session, actor, f"ticket:{ticket.id}:{team}", why)
    if team == SUPPORT:
        paging.resolve_key(session, actor, f"ticket:{ticket.id}:{EMERGENCY}", why)


def heard(session: Session, actor: Actor, ticket: Ticket) -> None:
    """The customer was answered: whoever was called because that was due, because traffic is down by
    now, or because of their emergency, is left alone."""
    for what in ("due", "down", EMERGENCY):
        why = "the customer was answered"
        paging.resolve_key(session, actor, f"ticket:{ticket.id}:{what}", why)


def customer_wrote(session: Session, actor: Actor, ticket: Ticket, message: TicketMessage) -> None:
    """The owner and whoever has it; where nobody has claimed it, whoever of support is on."""
    for user in _readers(session, ticket):
        key = f"said:{message.number}"
        _write(session, actor, ticket, user, key, "the customer wrote", message.text)


def tracker_said(session: Session, actor: Actor, ticket: Ticket, note: TicketMessage) -> None:
    """The owner and whoever has it hear of a note that nobody of ours wrote."""
    for user in _readers(session, ticket):
        key = f"tracker-said:{note.number}"
        _write(session, actor, ticket, user, key, "the tracker says", note.text)


def _readers(session: Session, ticket: Ticket) -> list[User]:
    both = {user.id: user for user in (ticket.owner, ticket.holder) if user is not None}
    return list(both.values()) or on_duty(session, ticket.holder_team, clock.now())


def team_spoke(
    session: Session, actor: Actor, ticket: Ticket, user: User, message: TicketMessage
) -> None:
    """The owner sees what a team wrote to the customer."""
    if ticket.owner is not None:
        what = f"{user.name} wrote to the customer"
        _write(session, actor, ticket, ticket.owner, f"told:{message.number}", what, message.text)


def crossed(
    session: Session, ticket: Ticket, user: User, said: TicketMessage, other: TicketMessage
) -> None:
    """`user` answered beside `other`'s answer, which they may not have seen: both hear of it."""
    kind, _, number = other.actor.partition(":")
    first = session.get(User, int(number)) if kind == "user" and number.isdigit() else None
    key = f"crossed:{other.number}:{said.number}"
    what = f"{other.name} had answered before you"
    _write(session, SYSTEM, ticket, user, key, what, other.text)
    if first is not None:
        what = f"{user.name} has answered beside you"
        _write(session, SYSTEM, ticket, first, key, what, said.text)


def handed_over(session: Session, actor: Actor, ticket: Ticket, handover: Handover) -> None:
    """Whoever is on the team's rotation now; where traffic is down they are called."""
    words = letters.handed(ticket, handover)
    if ticket.severity == 1:
        call(session, actor, ticket, handover.team, "handed to you")
        return
    for user in on_duty(session, handover.team, clock.now()):
        key = f"handed:{handover.id}"
        _write(session, actor, ticket, user, key, f"handed to {handover.team}", words)


def back(session: Session, actor: Actor, ticket: Ticket, handover: Handover, what: str) -> None:
    """The owner hears that the team has answered, or returned it."""
    if ticket.owner is not None:
        key = f"back:{handover.id}:{handover.ended}"
        _write(session, actor, ticket, ticket.owner, key, what, handover.words)


def escalated(session: Session, ticket: Ticket, handover: Handover) -> None:
    """The owner hears that nobody of the team has accepted it."""
    if ticket.owner is not None:
        key, what = f"late:{handover.id}:{handover.escalations}", f"{handover.team} is called"
        words = f"Nobody of {handover.team} has accepted it in time; they are called."
        _write(session, SYSTEM, ticket, ticket.owner, key, what, words)


def nudged(session: Session, ticket: Ticket, handover: Handover) -> None:
    """Whoever accepted it is reminded, and the owner hears that the answer is late."""
    key, words = f"nudge:{handover.id}:{handover.nudges}", letters.handed(ticket, handover)
    if handover.accepted_by is not None:
        user = session.get_one(User, handover.accepted_by)
        _write(session, SYSTEM, ticket, user, key, "your answer is due", words)
    if ticket.owner is not None and ticket.owner_id != handover.accepted_by:
        what = f"the answer of {handover.team} is late"
        _write(session, SYSTEM, ticket, ticket.owner, key, what, words)


def passed_on(session: Session, actor: Actor, ticket: Ticket, handover: Handover, to: str) -> None:
    """The team that had it owes nothing any more: nobody of it is called, and whoever had accepted
    it hears where it went."""
    settled(session, actor, ticket, handover.team, f"passed on to {to}")
    if handover.accepted_by is not None:
        user = session.get_one(User, handover.accepted_by)
        key, words = f"passed:{handover.id}", "Nothing more is owed."
        _write(session, actor, ticket, user, key, f"passed on to {to}", words)


def taken_back(session: Session, actor: Actor, ticket: Ticket, handover: Handover) -> None:
    """Whoever held it for the team need not go on."""
    if handover.accepted_by is not None:
        user = session.get_one(User, handover.accepted_by)
        key, what = f"back:{handover.id}", "support has taken it back"
        _write(session, actor, ticket, user, key, what, "Nothing more is owed.")


def _write(
    session: Session, actor: Actor, ticket: Ticket, user: User, key: str, what: str, words: str
) -> None:
    if user.id == actor.user_id:
        return  # whoever did it knows
    answered_at = reply_addresses.made("ticket", ticket.id, user)
    letter = letters.to_staff(ticket, user.email, key, what, words, answered_at)
    post(session, "email", letter, topic=f"ticket:{ticket.id}")
