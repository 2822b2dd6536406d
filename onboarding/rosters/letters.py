"""The letters that ask somebody to stand by, and that let them go, each with its calendar part."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.channels.base import Letter
from onboarding.clock import iso, spoken
from onboarding.config import settings
from onboarding.cutovers.models import Cutover
from onboarding.outbox.actions import post, withdraw
from onboarding.paging.queries import reaches
from onboarding.people.models import Shift, User
from onboarding.rosters import ics, tokens
from onboarding.rosters.candidates import working_of
from onboarding.rosters.models import Seat
from onboarding.rosters.quiet import ask_at
from onboarding.trail.log import SYSTEM, record


def sequence(version: int) -> int:
    """Of an invitation sent at that version of its cutover: the version grows with every change; it
    counts twice, so that a letting go comes after the invitation it takes back."""
    return 2 * version


def duty(seat: Seat, cutover: Cutover, *, over: bool = False) -> ics.Duty:
    """The seat as calendars are told of it; `over`: of letting it go."""
    return ics.Duty(
        f"{tokens.for_reply(seat)}@turnup",
        sequence(cutover.version) + over,
        f"Standby: {cutover.title}",
        f"{seat.role} of {seat.team}\n{settings().public_url}/standby",
        cutover.starts_at,
        cutover.ends_at,
        seat.state == "accepted",
    )


def _organizer() -> str:
    """Whom calendars answer: where mail comes in, else the sender."""
    return settings().mail_in or settings().mail_from


def invite(session: Session, cutover: Cutover, seat: Seat) -> None:
    """Ask whoever holds `seat`, by mail and in their chat (a webhook they have proved): at once, or
    when their night is over."""
    user = session.get_one(User, seat.user_id)
    text = (
        f"You are asked to stand by as {seat.role} of {seat.team} for\n"
        f"{cutover.title}\n{_when(cutover, user)}\n\n"
        "Accept, decline or see who could stand in, without signing in:\n"
        f"{settings().public_url}/invitations/{tokens.for_invitation(seat)}\n\n"
        f"All your duties: {settings().public_url}/standby\n"
    )
    asked = ics.request(duty(seat, cutover), _organizer(), user.email, clock.now())
    extra = {"calendar": {"method": "REQUEST", "text": asked}}
    withdraw(session, _key(cutover, seat))
    key = f"{_key(cutover, seat)}{cutover.version}"
    letter = Letter(key, user.email, f"Standby: {cutover.title}", text, extra)
    message = post(session, "email", letter, topic=cutover.stream)
    message.due_at = max(message.due_at, _ask_at(session, user, cutover))
    seat.asked_at, seat.reminded_at = message.due_at, None
    _in_chat(session, cutover, letter, user, message.due_at)
    said = {"seat": seat.id, "team": seat.team, "role": seat.role, "user": user.id}
    record(session, cutover.stream, "seat.invited", SYSTEM, said)


def _in_chat(
    session: Session, cutover: Cutover, letter: Letter, user: User, due_at: datetime
) -> None:
    """The same words by every webhook that `user` has proved; chats show their `text`."""
    for way in reaches(session, user.id):
        if way.channel == "webhook" and way.verified_at is not None:
            key = f"{letter.key}:chat:{way.id}"
            said = Letter(key, way.address, letter.subject, letter.text)
            post(session, "webhook", said, topic=cutover.stream).due_at = due_at


def remind(session: Session, cutover: Cutover, seat: Seat) -> None:
    """Ask once more whoever holds `seat` and has not answered, never at night."""
    user = session.get_one(User, seat.user_id)
    text = (
        f"You were asked to stand by as {seat.role} of {seat.team} and have not answered:\n"
        f"{cutover.title}\n{_when(cutover, user)}\n\n"
        "Accept, decline or see who could stand in, without signing in:\n"
        f"{settings().public_url}/invitations/{tokens.for_invitation(seat)}\n\n"
        "Without an answer somebody else is asked.\n"
    )
    letter = Letter(_reminder(seat), user.email, f"Still to answer: {cutover.title}", text)
    message = post(session, "email", letter, topic=cutover.stream)
    message.due_at = max(message.due_at, _ask_at(session, user, cutover))
    _in_chat(session, cutover, letter, user, message.due_at)
    seat.reminded_at = message.due_at


def tell_moved(session: Session, cutover: Cutover, seat: Seat) -> None:
    """Tell whoever holds `seat` that their yes was to an earlier time; once for each time."""
    user = session.get_one(User, seat.user_id)
    text = (
        f"Your calendar's yes was to an earlier time and does not count: the window has moved.\n"
        f"{cutover.title}\n{_when(cutover, user)}\n\n"
        "Accept or decline the time as it is now, without signing in:\n"
        f"{settings().public_url}/invitations/{tokens.for_invitation(seat)}\n"
    )
    key = f"moved:{seat.id}:{tokens.asked_mark(seat)}:{iso(cutover.starts_at)}"
    letter = Letter(key, user.email, f"The time has moved: {cutover.title}", text)
    message = post(session, "email", letter, topic=cutover.stream)
    message.due_at = max(message.due_at, _ask_at(session, user, cutover))


def tell_silent(session: Session, cutover: Cutover, seat: Seat, whom: Iterable[int]) -> None:
    """Tell `whom` (ids of users) that the seat's person stays silent and nobody else could."""
    assert seat.user is not None
    words = (
        f"{seat.user.name} has not answered and nobody else of {seat.team} could be {seat.role} for"
    )
    _warn(session, cutover, seat, whom, ("silent", "No answer", words, SPEAK))


def tell_away(
    session: Session, cutover: Cutover, seat: Seat, whom: Iterable[int], *, replaced: bool
) -> None:
    """Tell `whom` (ids of users) that the seat's person is away then, and what comes of it."""
    assert seat.user is not None
    gone = f"{seat.user.name}, {seat.role} of {seat.team}, has entered a time away during"
    hope = "Somebody else is asked now; see who" if replaced else f"Nobody else could. {SPEAK}"
    kind = "away" if replaced else "away-alone"
    _warn(session, cutover, seat, whom, (kind, "Away", gone, hope))


def tell_dropped(
    session: Session, cutover: Cutover, seat: Seat, whom: Iterable[int], words: str
) -> None:
    """Tell `whom` (ids of users) that the seat's person had accepted but, as `words` say, cannot come."""
    assert seat.user is not None
    gone = f"{seat.user.name}, {seat.role} of {seat.team}, had accepted but {words}:"
    hope = "The place is open again; see who is asked"
    _warn(session, cutover, seat, whom, ("dropped", "Open again", gone, hope))


def tell_empty(session: Session, cutover: Cutover, seat: Seat) -> None:
    """Tell whoever booked that the seat's person has declined and that nobody else is looked for."""
    assert seat.user is not None
    gone = f"{seat.user.name}, {seat.role} of {seat.team}, has declined, and the seat is empty:"
    hope = f"{seat.team} stands by for no flip: nobody else is looked for. {SPEAK}"
    _warn(session, cutover, seat, [cutover.booked_by], ("empty", "Empty seat", gone, hope))


SPEAK = "Speak with them, or move the window"


def _warn(
    session: Session,
    cutover: Cutover,
    seat: Seat,
    whom: Iterable[int],
    said: tuple[str, str, str, str],
) -> None:
    """`said`: part of the letters' key, of their subject, their first words, what to do."""
    kind, subject, words, hint = said
    for number in whom:
        user = session.get_one(User, number)
        text = (
            f"{words}\n{cutover.title}\n{_when(cutover, user)}\n\n"
            f"{hint}: {settings().public_url}/cutovers/{cutover.id}\n"
        )
        key = f"{kind}:{seat.id}:{tokens.asked_mark(seat)}:{number}"
        letter = Letter(key, user.email, f"{subject}: {cutover.title}", text)
        message = post(session, "email", letter, topic=cutover.stream)
        message.due_at = max(message.due_at, _ask_at(session, user, cutover))


def let_go(session: Session, cutover: Cutover, seat: Seat, why: str, words: str) -> None:
    """Tell whoever holds `seat` that they don't any more; `why` is part of the letter's key. What
    they asked of colleagues, and waits for the morning, is not asked any more."""
    withdraw(session, _reminder(seat))
    withdraw(session, _swap(seat))
    if seat.user is None or withdraw(session, _key(cutover, seat)):
        return  # nobody there, or their invitation never went out
    over = ics.cancellation(
        duty(seat, cutover, over=True), _organizer(), seat.user.email, clock.now()
    )
    letter = Letter(
        f"seat:{seat.id}:{why}:{tokens.asked_mark(seat)}",
        seat.user.email,
        f"Standby: {words} {cutover.title}",
        f"{words} {cutover.title}\n{_when(cutover, seat.user)}\n",
        {"calendar": {"method": "CANCEL", "text": over}},
    )
    message = post(session, "email", letter, topic=cutover.stream)
    _in_chat(session, cutover, letter, seat.user, message.due_at)


def hold_back(session: Session, cutover: Cutover, seat: Seat) -> bool:
    """Take back what waits for the morning; whether the invitation itself did, so that its person
    knows of nothing yet."""
    withdraw(session, _reminder(seat))
    return withdraw(session, _key(cutover, seat))


def _key(cutover: Cutover, seat: Seat) -> str:
    return f"invite:{cutover.id}:{seat.id}:{tokens.asked_mark(seat)}:"


def _reminder(seat: Seat) -> str:
    return f"remind:{seat.id}:{tokens.asked_mark(seat)}"


def _swap(seat: Seat) -> str:
    return f"swap:{seat.id}:{tokens.asked_mark(seat)}:"


def _when(cutover: Cutover, user: User) -> str:
    start, end, theirs = cutover.starts_at, cutover.ends_at, cutover.turnup.customer.timezone
    lines = [f"{spoken(start, end, user.timezone)} ({user.timezone}, yours)"]
    if theirs != user.timezone:
        lines.append(f"{spoken(start, end, theirs)} ({theirs}, the customer's)")
    return "\n".join([*lines, f"{iso(start)} to {iso(end)} (UTC)"])


def _ask_at(session: Session, user: User, cutover: Cutover) -> datetime:
    now = clock.now()
    shift = select(Shift.id).where(
        Shift.user_id == user.id, Shift.starts_at <= now, Shift.ends_at > now
    )
    if session.scalar(shift.limit(1)) is not None:
        return now
    return ask_at(working_of(user), now, cutover.starts_at)


def ask_to_swap(session: Session, cutover: Cutover, seat: Seat, colleague: User) -> None:
    """Ask `colleague` to take the seat from whoever holds it."""
    assert seat.user is not None
    address = f"{settings().public_url}/swaps/{tokens.for_swap(seat, colleague)}"
    text = (
        f"{seat.user.name} asks whether you would stand by as {seat.role} of {seat.team} for\n"
        f"{cutover.title}\n{_when(cutover, colleague)}\n\n"
        f"Take it over or leave it, without signing in:\n{address}\n"
    )
    key = f"{_swap(seat)}{colleague.id}"
    letter = Letter(key, colleague.email, f"Take over? {cutover.title}", text)
    message = post(session, "email", letter, topic=cutover.stream)
    message.due_at = max(message.due_at, _ask_at(session, colleague, cutover))
    _in_chat(session, cutover, letter, colleague, message.due_at)


def swap_refused(session: Session, cutover: Cutover, seat: Seat, colleague: User) -> None:
    """Tell whoever asked that `colleague` leaves the seat with them."""
    assert seat.user is not None
    text = (
        f"{colleague.name} cannot take your seat ({seat.role} of {seat.team}) for\n"
        f"{cutover.title}\n{_when(cutover, seat.user)}\n\n"
        f"It is still yours: {settings().public_url}/standby\n"
    )
    key = f"swap-refused:{seat.id}:{tokens.asked_mark(seat)}:{colleague.id}"
    letter = Letter(key, seat.user.email, f"Still yours: {cutover.title}", text)
    post(session, "email", letter, topic=cutover.stream)
