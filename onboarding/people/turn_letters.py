"""Whoever has other turns after somebody changed a rotation is told which."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.channels.base import Letter
from onboarding.config import settings
from onboarding.outbox.actions import post
from onboarding.people.models import Shift, Team, User
from onboarding.trail.log import Actor
from onboarding.trail.models import Entry

MOST = 8  # turns that are named in a letter
Span = tuple[str, str]  # of a turn, in ISO 8601


@contextmanager
def telling(session: Session, actor: Actor, team: Team, entry: Entry) -> Iterator[None]:
    """Tell everybody but the `actor` whose turns to come are others at the end of the block, by mail.
    `entry` is what the trail says of the change."""
    before = _coming(session)
    yield
    session.flush()
    after = _coming(session)
    for user_id in sorted(before.keys() | after.keys()):
        lost = before.get(user_id, set()) - after.get(user_id, set())
        gained = after.get(user_id, set()) - before.get(user_id, set())
        if (lost or gained) and actor.user_id != user_id:
            user = session.get_one(User, user_id)
            post(session, "email", _letter(user, actor, session, team, entry, lost, gained))


def _coming(session: Session) -> Mapping[int, set[Span]]:
    found: dict[int, set[Span]] = {}
    for row in session.scalars(select(Shift).where(Shift.ends_at > clock.now())):
        span = (clock.iso(row.starts_at), clock.iso(row.ends_at))
        found.setdefault(row.user_id, set()).add(span)
    return found


def _letter(
    user: User,
    actor: Actor,
    session: Session,
    team: Team,
    entry: Entry,
    lost: Iterable[Span],
    gained: Iterable[Span],
) -> Letter:
    by = session.get(User, actor.user_id) if actor.user_id else None
    who = by.name if by else "Turnup"
    text = f"{who} has changed the rotation of {team.name}.\n"
    for head, spans in (("You no longer have", sorted(lost)), ("You have", sorted(gained))):
        if spans:
            text += f"\n{head}:\n" + "".join(_line(span, user.timezone) for span in spans[:MOST])
        if len(spans) > MOST:
            text += f"- and {len(spans) - MOST} more\n"
    text += f"\nAll turns: {settings().public_url}/people/rotations/{team.key}\n"
    key = f"rotation:{team.id}:{entry.number}:{user.id}"
    return Letter(key, user.email, f"Your turns of {team.name} have changed", text)


def _line(span: Span, zone: str) -> str:
    return f"- {clock.spoken(clock.parse(span[0]), clock.parse(span[1]), zone)}\n"
