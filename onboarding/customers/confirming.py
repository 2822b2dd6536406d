"""Mail addresses are confirmed by a signed link that runs out; until then all else works."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.config import settings
from onboarding.customers.letters import to_confirm
from onboarding.customers.models import Customer, Member
from onboarding.errors import NotFound, Refused, marked
from onboarding.outbox.actions import post
from onboarding.outbox.models import Message
from onboarding.people.models import User
from onboarding.trail.log import Actor, lock_stream, record
from onboarding.web.language import spoken

VALID = timedelta(days=3)
APART = timedelta(minutes=1)
MOST_A_DAY = 5


@dataclass(frozen=True)
class Confirmable:
    """What a link that works stands for."""

    member: Member
    customer: Customer


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().key("secret"), salt="confirm-address")


def send_link(session: Session, customer: Customer, user: User) -> None:
    """Mail `user` a link that confirms their address. Raises Refused where the last one is not a
    minute old, where five went out within a day, and where it is confirmed already."""
    lock_stream(session, customer.stream)  # two clicks at once: the second sees the first's letter
    member = session.get_one(Member, (customer.id, user.id), populate_existing=True)
    if member.confirmed_at is not None:
        raise Refused(
            marked("Your address is confirmed already"), hint=marked("nothing needs to be done")
        )
    topic, now = f"confirm:{user.id}", clock.now()
    times = session.scalars(
        select(Message.created_at)
        .where(Message.topic == topic, Message.created_at > now - timedelta(days=1))
        .order_by(Message.created_at.desc())
    ).all()
    if times and now - times[0] < APART:
        raise Refused(
            marked("A letter is on its way"),
            hint=marked("wait a minute, and look into the spam folder"),
        )
    if len(times) >= MOST_A_DAY:
        raise Refused(
            marked("{most_a_day} letters went out today", most_a_day=MOST_A_DAY),
            hint=marked("try again tomorrow, or ask us"),
        )
    until = now + VALID
    signed = [customer.id, user.id, user.email, int(until.timestamp())]
    address = f"{settings().public_url}/confirm/{_signer().dumps(signed)}"
    sent = session.scalar(select(func.count(Message.id)).where(Message.topic == topic)) or 0
    letter = to_confirm(f"{topic}:{sent + 1}", user.email, customer.name, address, until)
    said = replace(letter, subject=spoken(letter.subject), text=spoken(letter.text))
    post(session, "email", said, topic=topic, urgent=True)


def sent_at(session: Session, user: User) -> datetime | None:
    """When the last link was sent; None where none was."""
    query = select(func.max(Message.created_at)).where(Message.topic == f"confirm:{user.id}")
    return session.scalar(query)


def look_up(session: Session, token: str) -> Confirmable:
    """What the link stands for; nothing is changed. Raises NotFound for one that was altered, has
    run out, or is about an address that has changed since."""
    gone = NotFound(
        marked("This link does not work any more"), hint=marked("sign in and have a new one sent")
    )
    try:
        customer_id, user_id, email, until = _signer().loads(token)
    except BadData:
        raise gone from None
    member = session.get(Member, (customer_id, user_id))
    if member is None or member.user.email != email or clock.now().timestamp() > until:
        raise gone
    return Confirmable(member, session.get_one(Customer, customer_id))


def confirm(session: Session, token: str) -> None:
    """Note that whoever holds the link reads that mail; a second time changes nothing."""
    found = look_up(session, token)
    lock_stream(session, found.customer.stream)
    session.refresh(found.member)
    if found.member.confirmed_at is None:
        found.member.confirmed_at = clock.now()
        actor = Actor(f"user:{found.member.user_id}", "web")
        payload = {"user": found.member.user_id}
        record(session, found.customer.stream, "customer.confirmed", actor, payload)
