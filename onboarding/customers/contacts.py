"""People of a customer whom somebody else named: kept as theirs, in once they have joined."""

import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.customers.models import Customer, Member
from onboarding.people.actions import add_user
from onboarding.people.models import User
from onboarding.trail.log import Actor


def add_contact(
    session: Session, actor: Actor, customer: Customer, email: str, name: str = ""
) -> User:
    """Note a person of the customer who cannot sign in yet, and is written to by nobody, until they
    join by an invitation. Raises BadInput where the address has an account."""
    user = add_user(
        session,
        actor,
        email=email,
        name=name or email,
        role="customer",
        password=secrets.token_urlsafe(24),  # nobody knows it
        timezone=customer.timezone,
        active=False,
    )
    session.add(Member(customer_id=customer.id, user_id=user.id))
    session.flush()
    return user


def waiting(session: Session, customer: Customer, email: str) -> Member | None:
    """The person of the customer with this address who has not joined yet."""
    query = select(Member).join(User, User.id == Member.user_id)
    query = query.where(Member.customer_id == customer.id, User.email == email)
    return session.scalar(query.where(Member.joined_at.is_(None), User.active.is_(False)))
