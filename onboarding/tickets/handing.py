"""Hand a ticket to a team and take it back: the nine steps between claiming and solving."""

from datetime import datetime

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.errors import BadInput, NotAllowed, Refused, Stale
from onboarding.people import rotations
from onboarding.people.models import User
from onboarding.tickets import handoff, hours, promised, queries, telling, texts, tracker
from onboarding.tickets.clocks import due
from onboarding.tickets.handoff import SUPPORT
from onboarding.tickets.models import Handover, Ticket
from onboarding.tickets.moving import move
from onboarding.tickets.saying import Said, add, write
from onboarding.tickets.tracker import Told
from onboarding.trail.log import Actor


def claim(session: Session, actor: Actor, user: User, ticket_id: int, seen: int | None = 0) -> None:
    """`user` owns the talk with the customer from now on, whoever holds the ticket. `seen` is the
    owner that the caller saw (0: any): where it is somebody else by now, Stale is raised."""
    ticket = queries.get(session, ticket_id, lock=True)
    if seen != 0 and ticket.owner_id != seen:
        name = ticket.owner.name if ticket.owner else "nobody"
        raise Stale(f"{name} owns it by now", hint="look at it anew, then take it over if you must")
    before, ticket.owner_id = ticket.owner_id, user.id
    session.flush()
    session.refresh(ticket, ["owner"])
    move(session, actor, ticket, "claim", {"owner": user.id, "before": before})
    telling.settled(session, actor, ticket, SUPPORT, f"{user.name} has claimed it")


def assign(
    session: Session, actor: Actor, user: User, ticket_id: int, team: str, question: str
) -> Handover:
    """Hand it to `team` with a question; whoever owns it stays its owner. Whoever is on the team's
    rotation is told. A hand-over that runs already is passed on. Raises BadInput at the field."""
    ticket = queries.get(session, ticket_id, lock=True)
    asked = texts.clean(question, "question")
    if team == SUPPORT:
        raise BadInput("support has it already", place="team", hint="choose another team")
    rotations.team_of(session, team)
    if ticket.state == "new":
        claim(session, actor, user, ticket_id)
    handoff.after(ticket.state, "assign")
    now = clock.now()
    running = queries.open_handover(session, ticket)
    if running is not None:
        _end(running, "passed_on", "", now)
        telling.passed_on(session, actor, ticket, running, team)
    times = hours.for_team(session, ticket, team)
    row = Handover(
        ticket_id=ticket.id,
        team=team,
        question=asked,
        asked_by=user.id,
        asked_at=now,
        accept_by=due(now, promised.time(session, "handover_accept", ticket.severity), times),
        due_at=due(now, promised.time(session, "handover_answer", ticket.severity), times),
    )
    row.look_at = row.accept_by
    session.add(row)
    session.flush()
    write(session, actor, ticket, user, f"To {team}: {asked}", "note")
    said = {"handover": row.id, "due": clock.iso(row.due_at)}
    move(session, actor, ticket, "assign", {"to": team, **said})
    telling.handed_over(session, actor, ticket, row)
    return row


def accept(session: Session, actor: Actor, user: User, ticket_id: int) -> Handover:
    """Somebody of the team takes it: `user` holds it."""
    ticket, row = _of_ours(session, user, ticket_id)
    _accepted(row, user, clock.now())
    move(session, actor, ticket, "accept", {"handover": row.id})
    telling.settled(session, actor, ticket, row.team, f"{user.name} has it")
    return row


def answer(session: Session, actor: Actor, user: User, ticket_id: int, words: str) -> Handover:
    """The team's word to support: the ticket goes back to its owner."""
    ticket, row = _of_ours(session, user, ticket_id)
    said = texts.clean(words, "words")
    handoff.after(ticket.state, "answer")
    now = clock.now()
    _accepted(row, user, now)
    row.answered_at = now
    write(session, actor, ticket, user, said, "note")
    _end(row, "answered", said, now)
    move(session, actor, ticket, "answer", {"handover": row.id})
    telling.settled(session, actor, ticket, row.team, "answered")
    telling.back(session, actor, ticket, row, f"{row.team} has answered")
    return row


def heard_elsewhere(session: Session, told: Told) -> Ticket:
    """What the tracker elsewhere says is a note in the ticket, or in the one that it was merged
    into, of which whoever has it and its owner hear; where it is done there and a team has the
    ticket, that is the team's word to support, and its owner has it again."""
    ticket = queries.get(session, tracker.ticket_of(session, told.link), lock=True)
    ticket = queries.going_on(session, ticket, lock=True)
    if not tracker.once(session, ticket, told):
        return ticket
    row = queries.open_handover(session, ticket)
    note = add(session, tracker.TRACKER, ticket, Said(told.text, "api", "Tracker"), "note")
    if not told.done or row is None:
        telling.tracker_said(session, tracker.TRACKER, ticket, note)
    else:
        row.accepted_at = row.accepted_at or clock.now()
        row.answered_at = clock.now()
        _end(row, "answered", told.text, row.answered_at)
        move(session, tracker.TRACKER, ticket, "answer", {"handover": row.id})
        telling.settled(session, tracker.TRACKER, ticket, row.team, "answered")
        telling.back(session, tracker.TRACKER, ticket, row, f"{row.team} has answered")
    return ticket


def give_back(session: Session, actor: Actor, user: User, ticket_id: int, reason: str) -> Handover:
    """The team returns it to its owner with a reason."""
    ticket, row = _of_ours(session, user, ticket_id)
    said = texts.clean(reason, "reason")
    write(session, actor, ticket, user, f"Returned: {said}", "note")
    _end(row, "returned", said, clock.now())
    move(session, actor, ticket, "return", {"handover": row.id})
    telling.settled(session, actor, ticket, row.team, "returned")
    telling.back(session, actor, ticket, row, f"{row.team} has returned it")
    return row


def take_back(session: Session, actor: Actor, ticket_id: int) -> Ticket:
    """Support takes it back: its owner, the same person as before, holds it again."""
    ticket = queries.get(session, ticket_id, lock=True)
    handoff.after(ticket.state, "take_back")
    row = queries.open_handover(session, ticket)
    if row is not None:
        _end(row, "told" if ticket.state == "talking" else "taken_back", "", clock.now())
        session.flush()
        telling.settled(session, actor, ticket, row.team, "support took it back")
    move(session, actor, ticket, "take_back", {"handover": row.id if row else None})
    if row is not None:
        telling.taken_back(session, actor, ticket, row)
    return ticket


def _of_ours(session: Session, user: User, ticket_id: int) -> tuple[Ticket, Handover]:
    ticket = queries.get(session, ticket_id, lock=True)
    row = queries.open_handover(session, ticket)
    if row is None:
        raise Refused(
            f"This ticket is {handoff.STATES[ticket.state].words}: no team has it",
            hint="look at it anew",
        )
    if user.team_key != row.team and user.role != "admin":
        raise NotAllowed(
            f"It was handed to {row.team}",
            hint="somebody of that team answers it; support may take it back",
        )
    return ticket, row


def _accepted(row: Handover, user: User, now: datetime) -> None:
    if row.accepted_at is None:
        row.accepted_at = now
    row.accepted_by = user.id
    row.look_at = None if row.answered_at else row.due_at


def _end(row: Handover, how: str, words: str, now: datetime) -> None:
    row.ended, row.words, row.ended_at, row.look_at = how, words, now, None
