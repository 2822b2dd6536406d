"""Reads of customers and turn-ups that are worth a name."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.customers.models import Customer, Invitation, Member, StageEntry, Turnup
from onboarding.errors import NotFound, marked
from onboarding.people.models import User

_GONE = marked("It may have been removed; go back and look again")


def customer_of(session: Session, user: User) -> Customer | None:
    """The customer that `user` is a member of; None for the vendor's own people."""
    query = select(Customer).join(Member, Member.customer_id == Customer.id)
    return session.scalar(query.where(Member.user_id == user.id))


def by_slug(session: Session, slug: str) -> Customer:
    """The customer at `/customers/<slug>`. Raises NotFound."""
    found = session.scalar(select(Customer).where(Customer.slug == slug))
    if found is None:
        raise NotFound(marked("There is no such customer"), hint=_GONE)
    return found


def turnup(session: Session, turnup_id: int) -> Turnup:
    """One turn-up. Raises NotFound."""
    found = session.get(Turnup, turnup_id)
    if found is None:
        raise NotFound(marked("There is no such turn-up"), hint=_GONE)
    return found


def visible_turnup(session: Session, user: User, turnup_id: int) -> Turnup:
    """One turn-up as `user` may see it: the vendor's people see all, a customer's only their own.

    Raises NotFound in the same words for one that does not exist and one of somebody else.
    """
    found = turnup(session, turnup_id)
    if user.role == "customer":
        mine = session.get(Member, (found.customer_id, user.id))
        if mine is None:
            raise NotFound(marked("There is no such turn-up"), hint=_GONE)
    return found


def visible_customer(session: Session, user: User, slug: str) -> Customer:
    """As `visible_turnup`, for a customer."""
    found = by_slug(session, slug)
    if user.role == "customer" and session.get(Member, (found.id, user.id)) is None:
        raise NotFound(marked("There is no such customer"), hint=_GONE)
    return found


def turnups_of(session: Session, customer: Customer) -> Sequence[Turnup]:
    """All turn-ups of a customer, the newest first."""
    query = select(Turnup).where(Turnup.customer_id == customer.id)
    return session.scalars(query.order_by(Turnup.id.desc())).all()


def people_of(session: Session, customer: Customer) -> Sequence[User]:
    """Those of the customer who sign in."""
    query = select(User).join(Member, Member.user_id == User.id).where(User.active)
    return session.scalars(query.where(Member.customer_id == customer.id).order_by(User.id)).all()


def members_of(session: Session, customer: Customer) -> Sequence[Member]:
    """All people of the customer with when each joined (None: not yet) and confirmed their address."""
    query = select(Member).where(Member.customer_id == customer.id)
    return session.scalars(query.order_by(Member.user_id)).all()


def open_invitations(session: Session, customer: Customer) -> Sequence[Invitation]:
    """Those who were asked to join and may still do so, in the order they were asked."""
    query = select(Invitation).where(
        Invitation.customer_id == customer.id,
        Invitation.revoked_at.is_(None),
        Invitation.joined_at.is_(None),
        Invitation.expires_at > clock.now(),
    )
    return session.scalars(query.order_by(Invitation.id)).all()


def stage_entries(session: Session, found: Turnup) -> Sequence[StageEntry]:
    """The stages a turn-up went through, in order."""
    query = select(StageEntry).where(StageEntry.turnup_id == found.id)
    return session.scalars(query.order_by(StageEntry.id)).all()


def account_managers(session: Session) -> Sequence[User]:
    """Those whom a customer can be given to."""
    query = select(User).where(User.role.in_(("account_manager", "support", "admin")), User.active)
    return session.scalars(query.order_by(User.name)).all()
