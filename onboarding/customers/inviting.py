"""Team-mates: asked by mail, taken back, joined."""

import secrets
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.config import settings
from onboarding.customers import contacts
from onboarding.customers.letters import to_join
from onboarding.customers.models import Customer, Invitation, Member
from onboarding.customers.queries import open_invitations, people_of
from onboarding.errors import BadInput, NotFound, Refused, marked
from onboarding.outbox.actions import post
from onboarding.people.actions import EMAIL, add_user, fingerprint, let_in
from onboarding.people.models import User
from onboarding.trail.log import Actor, lock_stream, record
from onboarding.web.language import spoken

VALID = timedelta(days=14)
MOST_A_DAY = 20


def invite(session: Session, actor: Actor, customer: Customer, by: User, email: str) -> Invitation:
    """Ask `email` to join. Raises BadInput at the field, and Refused beyond 20 a day."""
    email = email.strip().lower()
    if not EMAIL.fullmatch(email) or len(email) > 254:
        raise BadInput(
            marked("this is not a mail address"), place="email", hint=marked("like ada@example.com")
        )
    lock_stream(session, customer.stream)
    if email in {user.email for user in people_of(session, customer)}:
        raise BadInput(
            marked("they are in the team already"),
            place="email",
            hint=marked("give another address"),
        )
    if email in {one.email for one in open_invitations(session, customer)}:
        raise BadInput(
            marked("they were asked already"),
            place="email",
            hint=marked("revoke that invitation to ask again"),
        )
    now = clock.now()
    _refuse_too_many(session, customer)
    token = secrets.token_urlsafe(24)
    invitation = Invitation(
        customer=customer,
        email=email,
        token_hash=fingerprint(token),
        inviter=by,
        created_at=now,
        expires_at=now + VALID,
    )
    session.add(invitation)
    session.flush()
    key, address = f"invitation:{invitation.id}", f"{settings().public_url}/join/{token}"
    letter = to_join(key, email, customer.name, by.name, address, invitation.expires_at)
    said = replace(letter, subject=spoken(letter.subject), text=spoken(letter.text))
    post(session, "email", said, topic=key, urgent=True)
    payload = {"invitation": invitation.id}
    record(session, customer.stream, "customer.invited", actor, payload, {"email": email})
    return invitation


def _refuse_too_many(session: Session, customer: Customer) -> None:
    """Nobody sends the world mail through us."""
    query = select(func.count(Invitation.id)).where(
        Invitation.customer_id == customer.id,
        Invitation.created_at > clock.now() - timedelta(days=1),
    )
    if (session.scalar(query) or 0) >= MOST_A_DAY:
        raise Refused(
            marked("{most_a_day} were invited within a day", most_a_day=MOST_A_DAY),
            hint=marked("go on tomorrow"),
        )


def revoke(session: Session, actor: Actor, customer: Customer, invitation_id: int) -> None:
    """The link stops working at once. Raises NotFound, and Refused where they have joined."""
    lock_stream(session, "system")  # as join() does: one of the two is first
    found = session.get(Invitation, invitation_id, populate_existing=True)
    if found is None or found.customer_id != customer.id:
        raise NotFound(marked("There is no such invitation"), hint=marked("reload the page"))
    if found.joined_at is not None:
        raise Refused(marked("They have joined already"), hint=marked("reload the page"))
    if found.revoked_at is None:
        found.revoked_at = clock.now()
        payload = {"invitation": found.id}
        record(session, customer.stream, "customer.uninvited", actor, payload)


def look_up(session: Session, token: str) -> Invitation:
    """The open invitation of this link. Raises NotFound in the same words for one that was never
    made, was revoked, has run out, or was used."""
    query = select(Invitation).where(Invitation.token_hash == fingerprint(token))
    found = session.scalar(query.execution_options(populate_existing=True))
    done = found is None or found.revoked_at or found.joined_at or found.expires_at <= clock.now()
    if found is None or done:
        raise NotFound(
            marked("This invitation does not work any more"),
            hint=marked("ask whoever invited you for a new one"),
        )
    return found


def join(session: Session, token: str, name: str, password: str) -> User:
    """A new person of the customer, whose address is confirmed by the link. Raises NotFound, and
    BadInput naming the field."""
    lock_stream(session, "system")
    found = look_up(session, token)
    customer, now = found.customer, clock.now()
    member = contacts.waiting(session, customer, found.email)
    if member is None:
        user = add_user(
            session,
            Actor("signup", "web"),
            email=found.email,
            name=name,
            role="customer",
            password=password,
            timezone=customer.timezone,
        )
        member = Member(customer_id=customer.id, user_id=user.id)
        session.add(member)
    else:
        user = member.user
        let_in(user, name, password)
    member.joined_at = member.confirmed_at = now
    found.joined_at, found.joined_by = now, user.id
    payload = {"user": user.id, "invitation": found.id}
    record(session, customer.stream, "customer.joined", Actor(f"user:{user.id}", "web"), payload)
    return user
