"""A clock set by hand for tickets, and whom their pages call."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from onboarding.db import db
from onboarding.paging import queries as paging_queries
from onboarding.paging.models import Page
from onboarding.people.models import User
from onboarding.tickets import jobs
from onboarding.tickets.models import Handover

MONDAY = datetime(2027, 3, 1, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Time:
    """The house's clock, set by hand."""

    def __init__(self) -> None:
        self.now = MONDAY

    def passes(self, span: timedelta) -> None:
        self.now += span
        jobs.sweep()


def pages() -> dict[str, str]:
    """The state of each page by its key."""
    db.session().rollback()
    return {page.key: page.state for page in db.session().scalars(select(Page).order_by(Page.id))}


def live_page(key: str) -> Page:
    """The page of this key that is not over."""
    db.session().rollback()
    found = paging_queries.by_key(db.session(), key)
    assert found is not None, key
    return found


def called_now(number: int, why: str = "due") -> list[str]:
    """Who was called about what is due in a ticket, in their order."""
    page = live_page(f"ticket:{number}:{why}")
    return [db.session().get_one(User, call.user_id).email.split("@")[0] for call in page.calls]


def last_handover(number: int) -> Handover:
    db.session().rollback()
    query = select(Handover).where(Handover.ticket_id == number).order_by(Handover.id.desc())
    found = db.session().scalar(query.limit(1))
    assert found is not None
    return found
