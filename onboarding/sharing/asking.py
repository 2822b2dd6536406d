"""What the holder of a full link asks for: to be heard, and that the flip is held.

An edge that other edges share: a hold is answered by a conductor, so it opens transactions of its
own. Call `please_hold` outside `transaction()`.
"""

from datetime import timedelta

import structlog
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.channels.base import Letter
from onboarding.config import settings
from onboarding.cutovers.models import Cutover
from onboarding.db import transaction
from onboarding.errors import NotAllowed, Refused, TurnupError
from onboarding.outbox.actions import post
from onboarding.paging import actions as paging
from onboarding.paging import queries as pages
from onboarding.people.models import User
from onboarding.ramps import actions as ramps
from onboarding.ramps import queries as runs
from onboarding.ramps.stand_in import answer
from onboarding.ramps.states import DRIVEN
from onboarding.readiness.evidence import ready
from onboarding.rooms import actions as rooms
from onboarding.rooms.models import Room, RoomMessage
from onboarding.rooms.words import clean
from onboarding.rosters import queries as rosters
from onboarding.sharing import doors, queries, showing
from onboarding.sharing import part as parts
from onboarding.sharing.models import ShareLink
from onboarding.trail.log import Actor
from onboarding.web.language import marked

log = structlog.get_logger()
SAFETY_S = 8.0  # long enough for a dead conductor's lease to run out, so that somebody acts
LONGEST = 500  # characters of a reason
TWICE = timedelta(seconds=30)  # a form sent again so soon is the same press, later it is another


def acting(session: Session, token: str, item_id: int | None = None) -> Actor:
    """The link's person as the trail names them. Raises NotAllowed where the link only shows, or
    somebody else is signed in."""
    link = doors.opened(session, token)
    person = parts.may_work(session, link, item_id)
    if showing.visitor(link):
        raise NotAllowed(
            marked("You are signed in as somebody else"), hint=marked("use the turn-up's own page")
        )
    return Actor(f"user:{person.id}", "link")


def tell_manager(session: Session, link: ShareLink, room: Room, name: str, text: str) -> None:
    """The account manager hears of the first question in a while, in a cutover's room too: those
    who stand by may have other things to look at. Call it before the words are in the room."""
    manager = link.turnup.customer.account_manager
    if room.cutover_id is None or manager is None:
        return  # the customer's own room tells the manager by itself
    since = clock.now() - rooms.SILENCE
    asked = select(RoomMessage.id).where(
        RoomMessage.room_id == room.id, RoomMessage.side == "customer", RoomMessage.at > since
    )
    if session.scalar(asked.limit(1)) is not None:
        return
    number = session.scalar(
        select(RoomMessage.number)
        .where(RoomMessage.room_id == room.id)
        .order_by(RoomMessage.number.desc())
        .limit(1)
    )
    subject = f"[{link.turnup.customer.name}] asks"
    where = f"{settings().public_url.rstrip('/')}/rooms/{room.id}"
    body = f"{name} asks in the room of {room.title}:\n\n{clean(text)}\n\n{where}\n"
    letter = Letter(f"room:{room.id}:{number or 0}:asked", manager.email, subject, body)
    post(session, "email", letter, topic=f"room:{room.id}", urgent=True)


def please_hold(token: str, key: str, words: str) -> str:
    """Hold the flip as the link's person, where its plan lets them; tell the room and call whoever
    stands by in any case. `key` makes it the same request for as long as a press may be sent twice
    (`TWICE`); an old form that is pressed again is heard anew. Returns "held" where the ramp is
    held by it, else "told"."""
    with transaction() as session:
        who = acting(session, token)
        link = doors.opened(session, token)
        cutover = queries.shown_cutover(session, link.turnup)
        if cutover is None or cutover.state not in ("booked", "running"):
            raise Refused(
                marked("Nothing moves, so there is nothing to hold"), hint=marked("ask us instead")
            )
        number, reason = cutover.id, clean(words)[:LONGEST] if words.strip() else ""
        run = runs.current(session, number)
        asks = cutover.customer_holds and run is not None and run.state in DRIVEN
        assert link.user is not None, "a full link"
        name, key = link.user.name, _press(session, cutover, f"link:{link.id}:{key}")
    outcome = _held(who, number, key, reason or "asked for by the customer") if asks else ""
    with transaction() as session:
        _tell(session, who, number, key, _as_told(name, reason, outcome))
        run = runs.current(session, number)
        stands = run is not None and run.state == "held"
    return "held" if outcome == "done" and stands else "told"


def _press(session: Session, cutover: Cutover, key: str) -> str:
    """The key of this press: that of the last one with the form's `key`, where it was just now."""
    room = rooms.of_cutover(session, cutover)
    same = or_(
        RoomMessage.about == f"hold:{key}",
        RoomMessage.about.startswith(f"hold:{key}@", autoescape=True),
    )
    query = select(RoomMessage).where(RoomMessage.room_id == room.id, same)
    last = session.scalar(query.order_by(RoomMessage.number.desc()).limit(1))
    if last is None:
        return key
    if last.at > clock.now() - TWICE:
        return (last.about or "").removeprefix("hold:")
    return f"{key}@{last.number}"


def _held(who: Actor, cutover_id: int, key: str, reason: str) -> str:
    """By the same way as staff's Hold: the state of the command, or what it was refused for."""
    try:
        with transaction() as session:
            command = ramps.ask(session, who, cutover_id, "hold", key=key, reason=reason).id
        found = answer(command, ready, seconds=SAFETY_S)
        return "done" if found.state == "done" else found.text or found.state
    except TurnupError as refused:  # whatever went wrong, people are called
        log.warning("share.hold_refused", cutover=cutover_id, why=refused.line())
        return refused.line()


def _as_told(name: str, reason: str, outcome: str) -> str:
    said = f"{name} (customer) asks to hold" + (f": {reason}" if reason else ".")
    if outcome == "done":
        return f"{said}\nIt is held until a person resumes it."
    why = f"\nIt was not held by itself: {outcome}" if outcome else ""
    return f"{said}{why}\nSomebody of us must hold it, or say why not."


def _tell(session: Session, who: Actor, cutover_id: int, key: str, text: str) -> None:
    cutover = session.get_one(Cutover, cutover_id)
    room = rooms.of_cutover(session, cutover)
    if not rooms.tell(session, room, text, f"hold:{key}"):
        return  # the same press: it is told, and somebody was called for it
    paging.page(
        session,
        who,
        cutover.stream,
        _called(session, cutover),
        f"{cutover.title}: {text}"[: paging.LONGEST_TEXT],
        f"/cutovers/{cutover.id}",
        _page_key(session, cutover, key),
    )


def _page_key(session: Session, cutover: Cutover, key: str) -> str:
    """That of the request for which people are being called already. Where somebody has answered
    for an earlier one, this is another: they may be looking elsewhere by now, so all are called."""
    kind = f"share:hold:{cutover.id}:"
    live = pages.of_subject(session, cutover.stream)
    called = (one.key for one in live if one.state == "open" and one.key.startswith(kind))
    return next(called, f"{kind}{key}")


def _called(session: Session, cutover: Cutover) -> list[str]:
    """Who stands by, primaries first; then the team of operations and the account manager."""
    seats = [
        seat
        for seat in rosters.seats(session, cutover.id)
        if seat.user_id and seat.state == "accepted" and seat.role in ("primary", "backup")
    ]
    people = [f"user:{seat.user_id}" for seat in sorted(seats, key=lambda s: s.role != "primary")]
    manager = session.get(User, cutover.turnup.customer.account_manager_id or 0)
    last = [f"user:{manager.id}"] if manager else []
    return list(dict.fromkeys([*people, "team:ops", *last]))
