"""Signed addresses: who holds one may do one thing, without signing in.

An invitation names the seat, the person and the moment they were asked, so that it dies when the
seat passes to somebody else, and a seat number used anew opens nothing.
"""

from datetime import UTC, datetime, timedelta

from itsdangerous import BadSignature, Signer
from sqlalchemy.orm import Session

from onboarding.config import settings
from onboarding.errors import NotFound
from onboarding.people.models import User
from onboarding.rosters.models import Seat

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def asked_mark(seat: Seat) -> int:
    """The moment somebody was asked for this seat, in microseconds: tells one asking from the next."""
    return (seat.invited_at - EPOCH) // timedelta(microseconds=1) if seat.invited_at else 0


def for_invitation(seat: Seat) -> str:
    """What opens the invitation to `seat` for whoever holds it now."""
    return _sign("invitation", seat, seat.user_id)


def for_reply(seat: Seat) -> str:
    """What a calendar's reply carries back. It opens no page: calendars are shown to others."""
    return _sign("reply", seat, seat.user_id)


def for_swap(seat: Seat, colleague: User) -> str:
    """What lets `colleague` take the seat from whoever holds it now."""
    return _sign("swap", seat, seat.user_id, colleague.id)


def invitation(session: Session, token: str) -> Seat:
    """The seat the token opens, still held by whom it was made for. Raises NotFound."""
    return _opened(session, "invitation", token, 0)[0]


def reply(session: Session, token: str) -> Seat:
    """The seat a calendar's reply is about, held by whom it was sent to. Raises NotFound."""
    return _opened(session, "reply", token, 0)[0]


def swap(session: Session, token: str) -> tuple[Seat, User]:
    """The seat, held by who asked, and the colleague who was asked. Raises NotFound."""
    seat, (colleague_id,) = _opened(session, "swap", token, 1)
    colleague = session.get(User, colleague_id)
    if colleague is None or not colleague.active:
        raise _over()
    return seat, colleague


def _sign(kind: str, seat: Seat, *people: int | None) -> str:
    parts = (seat.id, asked_mark(seat), *people)
    return _signer(kind).sign("-".join(str(part) for part in parts)).decode()


def _opened(session: Session, kind: str, token: str, more: int) -> tuple[Seat, list[int]]:
    try:
        signed = _signer(kind).unsign(token).decode().split("-")
    except BadSignature:
        raise _over() from None
    number, asked, holder, *others = (int(part) for part in signed)
    seat = session.get(Seat, number)
    if seat is None or seat.user is None or not seat.user.active or len(others) != more:
        raise _over()
    if (seat.user_id, asked_mark(seat)) != (holder, asked):
        raise _over()
    return seat, others


def _over() -> NotFound:
    return NotFound("This invitation is over", hint="sign in and see /standby for your duties")


def for_feed(user: User) -> str:
    """The user's address of their calendar; what ends all their sessions ends it too."""
    return _signer(f"calendar:{user.session_salt}").sign(str(user.id)).decode()


def feed_user(session: Session, token: str) -> User:
    """Whose calendar the token opens. Raises NotFound."""
    number = token.partition(".")[0]
    known = number.isascii() and number.isdigit() and len(number) < 10
    user = session.get(User, int(number)) if known else None
    try:
        if user is not None and user.active:
            _signer(f"calendar:{user.session_salt}").unsign(token)
            return user
    except BadSignature:
        pass
    raise NotFound("There is no such calendar", hint="copy its address from /standby anew")


def _signer(salt: str) -> Signer:
    return Signer(settings().key("secret"), salt=salt)
