"""Make users, set passwords, make and revoke API tokens, sign people in."""

import hashlib
import re
import secrets
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.errors import BadInput, NotAllowed, marked
from onboarding.names import one_line
from onboarding.people.models import ApiToken, SignIn, Team, User
from onboarding.people.permissions import ROLES
from onboarding.people.places import place
from onboarding.trail.log import Actor, record
from onboarding.zones import zones

TEAMS = {
    "account_management": "Account management",
    "support": "Support",
    "ops": "Operations",
    "neteng": "Network engineering",
    "engineering": "Product engineering",
}
EMAIL = re.compile(r"[^@\s\x00-\x1f<>,;]+@[^@\s\x00-\x1f<>,;]+")
MIN_PASSWORD = 10
LASTS = timedelta(days=400)  # as long as a browser keeps a cookie


def ensure_teams(session: Session) -> dict[str, Team]:
    """The teams every installation starts with; those that are there are left as they are."""
    found = {team.key: team for team in session.scalars(select(Team))}
    for key, name in TEAMS.items():
        if key not in found:
            found[key] = Team(key=key, name=name, on_standby=key != "account_management")
            session.add(found[key])
    session.flush()
    return found


def add_user(
    session: Session,
    actor: Actor,
    *,
    email: str,
    name: str,
    role: str,
    password: str,
    team: str = "",
    timezone: str = "UTC",
    country: str = "",
    subdivision: str = "",
    **profile: object,
) -> User:
    """A new user. Raises BadInput naming the field. `profile`: hours, days, skills, trainee, active."""
    country, subdivision = place(country, subdivision)
    email, name = email.strip().lower(), one_line(name)
    _check(session, email, name, role, password, timezone)
    row = session.scalar(select(Team).where(Team.key == team)) if team else None
    if team and row is None:
        raise BadInput(
            marked("there is no team {team}", team=repr(team)),
            place="team",
            hint=marked("use the key of a team"),
        )
    user = User(
        email=email,
        name=name,
        role=role,
        team_id=row.id if row else None,
        password_hash=PasswordHasher().hash(password),
        timezone=timezone,
        country=country,
        subdivision=subdivision,
        session_salt=secrets.token_hex(8),
        created_at=clock.now(),
        **profile,
    )
    session.add(user)
    session.flush()
    personal = {"email": email, "name": name}
    record(session, "system", "people.added", actor, {"user": user.id, "role": role}, personal)
    return user


def let_in(user: User, name: str, password: str) -> None:
    """Somebody who was only noted so far signs in from now on. Raises BadInput naming the field."""
    check_password(password)
    user.name = _named(name)
    user.password_hash = PasswordHasher().hash(password)
    user.active = True


def _named(name: str) -> str:
    name = one_line(name)
    if not name or len(name) > 100:
        raise BadInput(marked("a name is needed"), place="name", hint=marked("1 to 100 characters"))
    return name


def _check(
    session: Session, email: str, name: str, role: str, password: str, timezone: str
) -> None:
    if not EMAIL.fullmatch(email) or len(email) > 254:
        raise BadInput(
            marked("this is not a mail address"), place="email", hint=marked("like ada@example.com")
        )
    _named(name)
    if role not in ROLES:
        raise BadInput(
            marked("there is no role {role}", role=repr(role)),
            place="role",
            hint=marked("one of {what}", what=sorted(ROLES)),
        )
    if timezone not in zones():
        raise BadInput(
            marked("{timezone} is not a time zone", timezone=repr(timezone)),
            place="timezone",
            hint=marked("like Europe/London"),
        )
    check_password(password)
    if session.scalar(select(User.id).where(func.lower(User.email) == email)):
        raise BadInput(
            marked("this address has an account already"),
            place="email",
            hint=marked("sign in instead"),
        )


def check_password(password: str) -> None:
    """Raises BadInput where the password is too short or absurdly long."""
    if not MIN_PASSWORD <= len(password) <= 200:
        raise BadInput(
            marked("this password does not do"),
            place="password",
            hint=marked("{min_password} to 200 characters", min_password=MIN_PASSWORD),
        )


def authenticate(session: Session, email: str, password: str) -> User:
    """The user with this address and password. Raises NotAllowed; the same work is done, and the
    same words said, whether the address or the password is wrong."""
    user = session.scalar(select(User).where(User.email == email.strip().lower()))
    try:
        PasswordHasher().verify(user.password_hash if user else _nobody(), password)
    except (VerificationError, InvalidHashError):
        user = None
    if user is None or not user.active:
        raise NotAllowed(
            marked("Address and password do not match"), hint=marked("check both and try again")
        )
    return user


def _nobody() -> str:
    return PasswordHasher().hash("nobody has this password")


def make_token(session: Session, actor: Actor, user: User, name: str) -> str:
    """A new API token for `user`, shown once."""
    token = "tu_" + secrets.token_urlsafe(32)
    row = ApiToken(
        user_id=user.id, name=name, token_hash=fingerprint(token), created_at=clock.now()
    )
    session.add(row)
    record(session, "system", "people.token_made", actor, {"user": user.id, "name": name})
    return token


def sign_in(session: Session, user: User, mark: str) -> None:
    """Let in the browser that holds `mark` as `user`, until it is signed out; those that are older
    than a browser keeps a cookie are ended."""
    now = clock.now()
    session.execute(delete(SignIn).where(SignIn.at < now - LASTS))
    session.add(SignIn(mark=fingerprint(mark), user_id=user.id, at=now))


def sign_out(session: Session, mark: str) -> None:
    """End the sign-in of this mark, and with it its open pages. Nothing where it had none."""
    session.execute(delete(SignIn).where(SignIn.mark == fingerprint(mark)))


def sign_out_everywhere(session: Session, user_id: int) -> None:
    """End every sign-in of a person; their tokens for programs stay."""
    ended = session.scalars(
        delete(SignIn).where(SignIn.user_id == user_id).returning(SignIn.mark)
    ).all()
    actor = Actor(f"user:{user_id}", "web")
    record(session, "system", "people.signed_out", actor, {"user": user_id, "ended": len(ended)})


def signed_in(session: Session, user_id: int, salt: str, mark: str) -> User | None:
    """The person, where the sign-in of `mark` is theirs and was not ended, they are active, and
    `salt` is of the password they still have. One query."""
    query = select(User).join(SignIn, SignIn.user_id == User.id)
    is_theirs = (User.id == user_id, User.session_salt == salt, SignIn.mark == fingerprint(mark))
    return session.scalar(query.where(User.active, *is_theirs))


def fingerprint(token: str) -> str:
    """What is kept of a random token."""
    return hashlib.sha256(token.encode()).hexdigest()


def user_by_token(session: Session, token: str) -> User | None:
    """The user whose unrevoked API token this is."""
    query = select(User).join(ApiToken, ApiToken.user_id == User.id)
    query = query.where(ApiToken.token_hash == fingerprint(token), ApiToken.revoked_at.is_(None))
    return session.scalar(query.where(User.active))
