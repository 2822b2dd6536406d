"""Signed addresses of calendars of a rotation: who holds one reads it without signing in."""

from itsdangerous import BadSignature, Signer
from sqlalchemy.orm import Session

from onboarding.config import settings
from onboarding.errors import NotFound
from onboarding.people.models import Team, User
from onboarding.people.rotations import team_of


def rotation(user: User, key: str) -> str:
    """What opens the calendar of a team's rotation; what ends all sessions of `user` ends it."""
    return _signer(user).sign(f"{user.id}.{key}").decode()


def rotation_team(session: Session, token: str) -> Team:
    """The team whose rotation the token opens. Raises NotFound."""
    number = token.partition(".")[0]
    known = number.isascii() and number.isdigit() and len(number) < 10
    user = session.get(User, int(number)) if known else None
    try:
        if user is not None and user.active:
            return team_of(session, _signer(user).unsign(token).decode().partition(".")[2])
    except BadSignature:
        pass
    raise NotFound("There is no such calendar", hint="copy its address from the rotation anew")


def _signer(user: User) -> Signer:
    return Signer(settings().key("secret"), salt=f"rotation:{user.session_salt}")
