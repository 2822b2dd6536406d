"""The turn-ups of a segment, as a condition on queries."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, exists, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from onboarding.customers.models import Customer, Turnup
from onboarding.forecasts.models import Site, SiteShare
from onboarding.people.models import User
from onboarding.reports.asked import Asked


def within(turnup_id: InstrumentedAttribute[int], asked: Asked) -> list[ColumnElement[bool]]:
    """What narrows a query by its column `turnup_id` to the segment. Practice is in none."""
    query = select(Turnup.id).where(Turnup.practice.is_(False))
    if asked.level or asked.manager:
        query = query.join(Customer, Customer.id == Turnup.customer_id)
    if asked.level:
        query = query.where(Customer.help_level == asked.level)
    if asked.manager:
        query = query.where(Customer.account_manager_id == asked.manager)
    if asked.region:
        query = query.where(_lands_in(asked.region))
    return [turnup_id.in_(query)]


def _lands_in(region: str) -> ColumnElement[bool]:
    """Traffic that goes to a site there; where nobody said where it goes, it goes everywhere."""
    shares = select(SiteShare.turnup_id).where(SiteShare.turnup_id == Turnup.id)
    there = shares.join(Site, Site.id == SiteShare.site_id)
    there = there.where(Site.region == region, SiteShare.share > 0)
    return or_(exists(there), not_(exists(shares)))


def regions(session: Session) -> list[str]:
    """The regions there are."""
    query = select(Site.region).where(Site.region != "").distinct().order_by(Site.region)
    return list(session.scalars(query))


def managers(session: Session) -> Sequence[tuple[int, str]]:
    """Ids and names of those who have customers."""
    having = select(Customer.account_manager_id).where(Customer.account_manager_id.is_not(None))
    query = select(User.id, User.name).where(User.id.in_(having)).order_by(User.name, User.id)
    return [(number, name) for number, name in session.execute(query)]


def named(session: Session) -> dict[str, Any]:
    """What the form lists."""
    return {"regions": regions(session), "managers": managers(session)}
