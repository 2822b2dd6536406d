"""How people are reached: add a way, test it, prove it, take it away."""

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.errors import BadInput, NotFound, Refused
from onboarding.outbox.actions import post
from onboarding.paging import letters, queries
from onboarding.paging.models import Reach
from onboarding.people.actions import EMAIL
from onboarding.people.models import User
from onboarding.trail.log import Actor, record
from onboarding.vault import NAME

MOST = 5


def add(session: Session, actor: Actor, user: User, channel: str, address: str) -> Reach:
    """A further way to reach `user`, to be proved by a test page. Raises BadInput at `address`:
    a mail address, the name of the secret with a pager's routing key, a webhook's https address."""
    known = queries.reaches(session, user.id)
    if len(known) >= MOST:
        raise BadInput(f"there are {MOST} already", place="channel", hint="remove one first")
    _check(channel, address)
    if any((row.channel, row.address) == (channel, address) for row in known):
        raise BadInput("this is there already", place="address", hint="test it instead")
    position = max((row.position for row in known), default=-1) + 1
    row = Reach(user_id=user.id, position=position, channel=channel, address=address)
    row.created_at = clock.now()
    session.add(row)
    session.flush()
    said = {"user": user.id, "reach": row.id, "channel": channel}
    record(session, "system", "people.reach_added", actor, said, {"address": address})
    return row


def _check(channel: str, address: str) -> None:
    if channel not in letters.WAYS:
        hint = f"one of {', '.join(letters.WAYS)}"
        raise BadInput(f"{channel!r} is no way to reach people", place="channel", hint=hint)
    if channel == "email" and not EMAIL.fullmatch(address):
        raise BadInput("this is not a mail address", place="address", hint="like ada@example.com")
    if channel == "pager" and not NAME.fullmatch(address):
        hint = "small letters, digits and _, like ada_pager; the key itself goes to the operator"
        raise BadInput("this is no name of a secret", place="address", hint=hint)
    if channel == "webhook" and not address.startswith(("https://", "http://")):
        raise BadInput("this is no web address", place="address", hint="like https://example.com/x")


def test(session: Session, actor: Actor, user: User, reach_id: int) -> Reach:
    """Send a test page this way, at most one in ten seconds."""
    row = _own(session, user, reach_id)
    now = clock.now()
    if row.tested_at and (now - row.tested_at).total_seconds() < 10:
        raise Refused("A test is on its way", hint="wait ten seconds before the next")
    row.tested_at = now
    post(session, row.channel, letters.test(row, int(now.timestamp())), urgent=True)
    record(session, "system", "people.reach_tested", actor, {"user": user.id, "reach": row.id})
    return row


def prove(session: Session, actor: Actor, user: User, reach_id: int) -> Reach:
    """The test page arrived: this way works."""
    row = _own(session, user, reach_id)
    if row.tested_at is None:
        raise Refused("No test page was sent this way", hint="send one first")
    row.verified_at = clock.now()
    record(session, "system", "people.reach_proved", actor, {"user": user.id, "reach": row.id})
    return row


def remove(session: Session, actor: Actor, user: User, reach_id: int) -> None:
    """Take a way away."""
    row = _own(session, user, reach_id)
    record(session, "system", "people.reach_removed", actor, {"user": user.id, "reach": row.id})
    session.delete(row)


def _own(session: Session, user: User, reach_id: int) -> Reach:
    row = session.get(Reach, reach_id)
    if row is None or row.user_id != user.id:
        raise NotFound("There is no such way to reach you", hint="see /pages/reach")
    return row
