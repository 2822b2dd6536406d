"""Open rooms, speak in them, close them, and keep what is worth it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.channels.base import Letter
from onboarding.config import settings
from onboarding.customers.models import Customer
from onboarding.cutovers.models import Cutover
from onboarding.errors import BadInput, NotFound, Refused, TooFast, marked
from onboarding.outbox.actions import post
from onboarding.people.models import Team, User
from onboarding.rooms import knowing, queries
from onboarding.rooms.models import COMMUNITY, Draft, Room, RoomMessage
from onboarding.rooms.words import LONGEST, clean
from onboarding.trail.log import SYSTEM, Actor, lock_stream, record

#: One person's messages over all rooms: at most so many within so many seconds.
LIMITS = (
    (8, 10, marked("You wrote 8 messages within 10 s, and the room is for all")),
    (30, 60, marked("You wrote 30 messages within 60 s, and the room is for all")),
)
#: The account manager hears of what a customer says after so long a silence.
SILENCE = timedelta(minutes=30)
NO_WORDS: Mapping[str, str] = {}


@dataclass(frozen=True)
class Author:
    """Who speaks: as the trail names them, and what the room shows of them."""

    actor: Actor
    side: str
    name: str
    team: str = ""


PROGRAM = Author(SYSTEM, "program", "Turnup")


def author(session: Session, acting: Actor, user: User, room: Room) -> Author:
    """How `user` appears: the vendor's people by first name and team, as on the customer's page;
    a customer's by their name, among other customers by the first alone."""
    first = user.name.split()[0]
    if user.role == "customer":
        return Author(acting, "customer", first if room.key == COMMUNITY else user.name)
    team = session.get(Team, user.team_id) if user.team_id else None
    return Author(acting, "staff", first, team.key if team else "")


def of_cutover(session: Session, cutover: Cutover) -> Room:
    """The cutover's room, opened where it is not yet."""
    known = queries.by_key(session, cutover.stream)
    if known is not None:
        return known
    customer_id = cutover.turnup.customer_id
    return _open(session, SYSTEM, cutover.stream, cutover.title, customer_id, cutover.id)


def of_customer(session: Session, actor: Actor, customer: Customer) -> Room:
    """The customer's own room, beside those of cutovers; opened where it is not yet."""
    known = queries.by_key(session, customer.stream)
    return known or _open(session, actor, customer.stream, customer.name, customer.id)


def community(session: Session) -> Room:
    """The one room in which every customer may ask and answer."""
    known = queries.by_key(session, COMMUNITY)
    return known or _open(session, SYSTEM, COMMUNITY, "Community", None)


def _open(
    session: Session,
    actor: Actor,
    key: str,
    title: str,
    customer_id: int | None,
    cutover_id: int | None = None,
) -> Room:
    lock_stream(session, "system" if key == COMMUNITY else key)  # of two at once, one opens it
    known = queries.by_key(session, key)
    if known is not None:
        return known
    room = Room(key=key, title=title, customer_id=customer_id, cutover_id=cutover_id)
    room.opened_at = clock.now()
    session.add(room)
    session.flush()
    record(session, room.stream, "room.opened", actor, {"key": key})
    return room


def say(session: Session, who: Author, room: Room, text: str) -> RoomMessage:
    """Say `text` in the room. Raises BadInput where it cannot be shown, Refused in a closed room,
    TooFast where the person has said too much just now."""
    said = clean(text)
    _within_limits(session, who.actor)  # a flood is turned away before it takes the room's lock
    lock_stream(session, room.stream)
    session.refresh(room, ["archived_at"])
    if room.archived_at is not None:
        raise Refused(
            marked("This room was closed with its cutover"),
            hint=marked("it is there to be read; ask for a talk in the customer's own room"),
        )
    _within_limits(session, who.actor)
    _tell_the_manager(session, who, room, said)
    return _write(session, who, room, said)


def _within_limits(session: Session, actor: Actor) -> None:
    now = clock.now()
    for most, seconds, said in LIMITS:
        since = now - timedelta(seconds=seconds)
        query = select(func.count()).where(RoomMessage.actor == actor.name, RoomMessage.at > since)
        if (session.scalar(query) or 0) >= most:
            raise TooFast(said, hint=marked("wait a moment, then say it in one message"))


def _tell_the_manager(session: Session, who: Author, room: Room, text: str) -> None:
    """A customer who begins to talk in their own room is heard, though nobody has it open."""
    if who.side != "customer" or room.customer is None or room.cutover_id is not None:
        return
    last = queries.messages(session, room.id)[-1:]
    if last and last[0].at > clock.now() - SILENCE:
        return
    manager = room.customer.account_manager
    channel, to = ("email", manager.email) if manager else ("console", "operator")
    number = last[0].number if last else 0
    subject = f"[{room.customer.name}] wants to talk"
    where = f"{settings().public_url.rstrip('/')}/rooms/{room.id}"
    body = f"{who.name} says in the room of {room.customer.name}:\n\n{text}\n\n{where}\n"
    letter = Letter(f"room:{room.id}:{number}", to, subject, body)
    post(session, channel, letter, topic=f"room:{room.id}", urgent=True)


def tell(
    session: Session,
    room: Room,
    text: str,
    about: str | None = None,
    words: Mapping[str, str] = NO_WORDS,
) -> bool:
    """The program says it, in closed rooms too; what is said `about` one thing is said once. `words`
    is it by other languages, for the customer's people. Whether it was said now."""
    lock_stream(session, room.stream)
    told = select(RoomMessage.id).where(
        RoomMessage.room_id == room.id, RoomMessage.about == about, RoomMessage.about.is_not(None)
    )
    if session.scalar(told) is not None:
        return False
    others = {code: clean(said[:LONGEST]) for code, said in words.items()}
    _write(session, PROGRAM, room, clean(text[:LONGEST]), about, others)
    return True


def _write(
    session: Session,
    who: Author,
    room: Room,
    text: str,
    about: str | None = None,
    words: Mapping[str, str] = NO_WORDS,
) -> RoomMessage:
    said = {"side": who.side}
    entry = record(session, room.stream, "room.said", who.actor, said, {"text": text})
    row = RoomMessage(
        room_id=room.id,
        number=entry.number,
        at=entry.at,
        actor=who.actor.name,
        source=who.actor.source,
        side=who.side,
        name=who.name,
        team=who.team,
        text=text,
        words=dict(words),
        folded="\n".join((text, *words.values())).casefold(),
        about=about,
    )
    session.add(row)
    session.flush()
    knowing.said(session, room, row)
    return row


def archive(session: Session, actor: Actor, room: Room) -> None:
    """Nobody writes any more; all of it stays to be read. Twice is once."""
    if room.key == COMMUNITY:
        raise Refused("The community's room stays open", hint="it belongs to every customer")
    if room.archived_at is None:
        room.archived_at = clock.now()
        record(session, room.stream, "room.archived", actor)


def reopen(session: Session, actor: Actor, room: Room) -> None:
    """People may write again. Twice is once."""
    if room.archived_at is not None:
        room.archived_at = None
        record(session, room.stream, "room.reopened", actor)


def keep(session: Session, actor: Actor, room: Room, number: int) -> None:
    """Keep a message in the cutover's timeline, with who said it and when."""
    if room.cutover is None:
        raise NotFound("This room has no timeline", hint="it belongs to no cutover")
    said = _standing(session, room, number)
    payload = {"happened_at": clock.iso(said.at), "room": room.id, "message": number}
    note = {"text": f"{said.name}: {said.text}"[:2000]}
    record(session, room.cutover.stream, "note.added", actor, payload, note)


def _standing(session: Session, room: Room, number: int) -> RoomMessage:
    said = queries.message(session, room.id, number)
    if said.taken_back_at is not None:
        raise Refused("This was taken back", hint=f"by {said.taken_back_by}; its text is erased")
    return said


def mark(
    session: Session, actor: Actor, room: Room, number: int, question: str, answer: str
) -> Draft:
    """Note a question and its answer (the message `number`) as worth writing down."""
    _standing(session, room, number)
    for place, words in (("question", question), ("answer", answer)):
        if not words.strip():
            raise BadInput("this is needed", place=place, hint="in words that stand alone")
    known = select(Draft.id).where(Draft.room_id == room.id, Draft.number == number)
    lock_stream(session, room.stream)
    if session.scalar(known) is not None:
        raise Refused("This was marked already", hint="see what is worth writing down")
    assert actor.user_id is not None, "a person marks"
    draft = Draft(room_id=room.id, number=number, question=question, answer=answer)
    draft.marked_by, draft.at = actor.user_id, clock.now()
    session.add(draft)
    session.flush()
    said = {"draft": draft.id, "message": number}
    record(session, room.stream, "room.marked", actor, said)
    before = queries.question_before(session, queries.message(session, room.id, number))
    knowing.marked(session, draft, before.name if before else "")
    return draft
