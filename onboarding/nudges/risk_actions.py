"""A customer who does nothing is reminded, then the turn-up is at risk until they act."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.config import settings
from onboarding.customers.models import Customer, Member, Turnup
from onboarding.nudges import queries
from onboarding.nudges.actions import NUDGES, Words, send
from onboarding.nudges.models import Risk
from onboarding.nudges.rules import Overdue, reminders
from onboarding.nudges.silence import at_risk
from onboarding.nudges.waiting import waiting
from onboarding.people.models import User
from onboarding.people.tongues import speaking_to
from onboarding.trail.log import lock_stream, record
from onboarding.trail.models import Entry
from onboarding.web.language import _


def watch(session: Session, turnup_id: int, holiday: queries.Holiday) -> None:
    """Remind the customer, raise the flag, or take it down, as the silence is now."""
    turnup = session.get(Turnup, turnup_id)
    if turnup is None:
        return
    lock_stream(session, turnup.customer.stream)
    since = waiting(session, [turnup]).get(turnup.id)
    raised = session.scalar(select(Risk).where(Risk.turnup_id == turnup.id))
    if raised is not None and since is None:
        _clear(session, turnup, raised)  # somebody else has the ball now
    if since is None or raised is not None:
        return
    quiet, grace = timedelta(days=settings().quiet_days), timedelta(days=settings().risk_days)
    owners = queries.readers_of(session, turnup.customer, holiday)
    thing = Overdue(f"{turnup.id}:quiet:{clock.iso(since)}", since + quiet, owners, each=True)
    sent = queries.sent(session, turnup)
    for one in reminders([thing], sent, clock.now(), grace):
        user = session.get_one(User, one.reader)
        send(session, turnup, user, "quiet", [one.key], _words(turnup, user))
    reminded = min((one.at for one in sent if one.key == thing.key), default=None)
    if at_risk(since, reminded, clock.now(), quiet, grace):
        session.add(Risk(turnup_id=turnup.id, since=since, raised_at=clock.now()))
        session.flush()
        payload = {"turnup": turnup.id, "since": clock.iso(since)}
        record(session, turnup.customer.stream, "risk.raised", NUDGES, payload)


def react(session: Session, stream: str, entry: Entry) -> None:
    """The follower: what one of the customer's own people does takes their flags down."""
    kind, _, number = stream.partition(":")
    user = entry.actor.removeprefix("user:")
    if kind != "customer" or not user.isdigit():
        return
    if session.get(Member, (int(number), int(user))) is None:
        return
    query = select(Risk).join(Turnup, Turnup.id == Risk.turnup_id)
    for raised in session.scalars(query.where(Turnup.customer_id == int(number))):
        _clear(session, session.get_one(Turnup, raised.turnup_id), raised)


def _clear(session: Session, turnup: Turnup, raised: Risk) -> None:
    session.delete(raised)
    session.flush()
    payload = {"turnup": turnup.id}
    stream = session.get_one(Customer, turnup.customer_id).stream
    record(session, stream, "risk.cleared", NUDGES, payload)


def _words(turnup: Turnup, user: User) -> Words:
    about = " ".join(turnup.name.split())
    address = f"{settings().public_url.rstrip('/')}/workspace?turnup={turnup.id}"
    with speaking_to(user):
        stands = _(
            "{about} waits for you: what comes next, why, and how long it takes stands here."
        )
        said = (
            _("Hello {name},").format(name=user.name),
            stands.format(about=about),
            address,
            _("You may take more or less help at any time, on the same page."),
        )
        subject = _("[{about}] waits for you").format(about=about)[:180]
    return Words(subject, "\n\n".join(said), f"{user.name}")
