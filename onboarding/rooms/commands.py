"""Carry out what somebody asks for in a room: by the rules of the web, whichever side it came from.

An edge that other edges share: it opens transactions of its own, for a hold is answered by a
conductor. Call it outside `transaction()`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from onboarding import clock
from onboarding.cutovers import queries as cutovers
from onboarding.db import db, transaction
from onboarding.errors import BadInput, NotAllowed, NotFound, Refused, TurnupError
from onboarding.people.models import User
from onboarding.people.permissions import may
from onboarding.ramps import actions as ramps
from onboarding.ramps import queries as runs
from onboarding.ramps.stand_in import answer
from onboarding.ramps.states import STATES
from onboarding.readiness.actions import vote
from onboarding.readiness.evidence import ready
from onboarding.rooms import actions, calling, queries, ticketing
from onboarding.rooms.words import COMMANDS, Command, helped, parse
from onboarding.rosters import queries as rosters
from onboarding.trail.log import Actor, record

#: What is answered to whoever speaks in the room, proved or not: they read the answer anyway.
ANSWERED = ("status", "who", "help")
SAFETY_S = 8.0  # long enough for a dead conductor's lease to run out, so that somebody acts


@dataclass(frozen=True)
class Asked:
    """A command with who asks for it, where, and the key that makes it the same one for ever."""

    command: Command
    acting: Actor
    user_id: int
    room_id: int
    cutover_id: int
    key: str


def obey(acting: Actor, user_id: int, room_id: int, number: int, text: str) -> str:
    """Carry out the message `number`, where it is a command, and say in the room what came of it:
    the same words as returned; "" where it is none. `user_id` 0 is a guest's, who is `ANSWERED`."""
    command = parse(text)
    if command is None:
        return ""
    try:
        words = _carried_out(command, acting, user_id, room_id, number)
    except TurnupError as refused:
        words = refused.line()
    with transaction() as session:
        actions.tell(session, queries.get(session, room_id), words, f"answer:{number}")
    return words


def _carried_out(command: Command, acting: Actor, user_id: int, room_id: int, number: int) -> str:
    known = COMMANDS.get(command.name)
    if known is None:
        raise NotFound(f"There is no command !{command.name}", hint="!help lists them")
    session = db.session()
    role = session.get_one(User, user_id).role if user_id else ""
    if not user_id and command.name not in ANSWERED:
        raise NotAllowed(f"Guests may not ask for !{command.name}", hint="prove who you are first")
    if known.permission and not may(role, known.permission):
        raise NotAllowed(
            f"Your role does not allow !{command.name}",
            hint=f"it needs the permission {known.permission}; say here what you see, it is read",
        )
    if command.name == "help":
        return helped()
    if command.name in ANYWHERE:
        session.rollback()
        return ANYWHERE[command.name](acting, user_id, room_id, command.words)
    cutover_id = queries.get(session, room_id).cutover_id
    session.rollback()
    if cutover_id is None:
        raise Refused("This room belongs to no cutover", hint="ask in the room of the cutover")
    key = f"room:{room_id}:{number}"
    return HANDLERS[command.name](Asked(command, acting, user_id, room_id, cutover_id, key))


def _status(asked: Asked) -> str:
    session = db.session()
    cutover = cutovers.get(session, asked.cutover_id)
    run, standing = runs.current(session, cutover.id), runs.standing(session, cutover.id)
    said = f"{cutover.title}: {STATES[standing.state]}"
    if run is None:
        return f"{said}. It is {cutover.state}, from {cutover.starts_at:%d %b %H:%M} UTC."
    steps = len(cutover.steps)
    said += f"; {run.share or 0:g} % on the new path, step {min(standing.step, steps)} of {steps}."
    if run.read_at is None:
        return f"{said} The switch was not read yet."
    old = max(0, round((clock.now() - run.read_at).total_seconds()))
    return f"{said} Read from the switch at {run.read_at:%H:%M:%S} UTC, {old} s ago."


def _who(asked: Asked) -> str:
    """As the customer's page has it, whoever asks: the customer reads the answer too."""
    session = db.session()
    shown = rosters.standby_shown(session, cutovers.get(session, asked.cutover_id).turnup_id)
    if shown == "nobody":
        return "Who stands by is not told in rooms: see the roster of the cutover."
    seats = rosters.seats(session, asked.cutover_id)
    held = [seat for seat in seats if seat.user is not None and seat.state == "accepted"]
    if not held:
        return "Nobody stands by yet: nobody has accepted a seat."
    return "\n".join(
        dict.fromkeys(
            f"{seat.team} {seat.role}"
            + (f": {seat.user.name.split()[0]}" if seat.user and shown == "names" else "")
            for seat in held
        )
    )


def _flip(asked: Asked) -> str:
    with transaction() as session:
        command_id = ramps.ask(
            session,
            asked.acting,
            asked.cutover_id,
            asked.command.name,
            key=asked.key,
            reason=asked.command.words,
        ).id
    found = answer(command_id, ready, seconds=SAFETY_S)
    if found.state == "refused":
        raise Refused(found.text, hint="!status says where it stands")
    return found.text or f"!{asked.command.name} is under way: the switch has not answered yet."


def _vote(asked: Asked) -> str:
    go = asked.command.name == "go"
    with transaction() as session:
        user = session.get_one(User, asked.user_id)
        reason = asked.command.words[:500]
        given = vote(session, asked.acting, user, asked.cutover_id, go, reason)
        return f"{given.team} says {'go' if go else 'no-go'}."


def _log(asked: Asked) -> str:
    if not asked.command.words:
        raise BadInput("what is to be kept?", place="!log", hint="!log what happened")
    with transaction() as session:
        stream = cutovers.get(session, asked.cutover_id).stream
        said = {"text": asked.command.words[:2000]}
        record(session, stream, "note.added", asked.acting, {"room": asked.room_id}, said)
    return "Kept in the timeline."


HANDLERS: Mapping[str, Callable[[Asked], str]] = {
    "status": _status,
    "who": _who,
    "hold": _flip,
    "rollback": _flip,
    "go": _vote,
    "nogo": _vote,
    "log": _log,
}
#: What needs no cutover: called with who acts, their number, the room's, and the words.
ANYWHERE: Mapping[str, Callable[[Actor, int, int, str], str]] = {
    "ticket": ticketing.open_from,
    "page": calling.page_from,
    "ack": calling.ack_from,
}
