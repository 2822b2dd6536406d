"""Reads of searches for windows."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from onboarding.customers.models import Customer, Turnup
from onboarding.errors import NotFound
from onboarding.windows.models import WindowSearch


def get(session: Session, search_id: int, *, lock: bool = False) -> WindowSearch:
    """The search. Raises NotFound."""
    locking = {"of": WindowSearch} if lock else None
    found = session.get(WindowSearch, search_id, with_for_update=locking)
    if found is None:
        raise NotFound(f"There is no search {search_id}")
    return found


def open_searches(session: Session) -> Sequence[int]:
    """Ids of searches that no worker has finished."""
    query = select(WindowSearch.id).where(WindowSearch.state.in_(("queued", "running")))
    return session.scalars(query.order_by(WindowSearch.id)).all()


def recent(session: Session, limit: int = 20) -> Sequence[WindowSearch]:
    """The last searches, newest first, without what they found."""
    query = select(WindowSearch).options(defer(WindowSearch.result))
    return session.scalars(query.order_by(WindowSearch.id.desc()).limit(limit)).unique().all()


def waiting(session: Session, limit: int = 200) -> Sequence[Turnup]:
    """Turn-ups for which a window may be looked for: not flipped yet, by customer."""
    query = select(Turnup).join(Customer, Turnup.customer_id == Customer.id)
    query = query.where(Turnup.stage.in_(("config", "forecast", "test", "scheduled")))
    return session.scalars(query.order_by(Customer.name, Turnup.id).limit(limit)).unique().all()
