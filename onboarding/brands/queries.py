"""Reads of brands."""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from onboarding.brands.models import Brand
from onboarding.errors import NotFound


@dataclass(frozen=True)
class Look:
    """What to show: each "" where nothing was chosen. `logo` is the digest it is fetched by."""

    name: str = ""
    colour: str = ""
    logo: str = ""


def of_customer(session: Session, customer_id: int) -> Look:
    """What this customer sees: field by field their own, else that of all."""
    query = select(Brand).where(or_(Brand.customer_id == customer_id, Brand.customer_id.is_(None)))
    rows = sorted(session.scalars(query), key=lambda row: row.customer_id is None)

    def first(name: str) -> str:
        return next((found for row in rows if (found := getattr(row, name))), "")

    return Look(first("name"), first("colour"), first("logo_digest"))


def of_all(session: Session) -> Look:
    """What everybody sees who is no customer."""
    row = row_of(session, None)
    return Look(row.name, row.colour, row.logo_digest) if row else Look()


def row_of(session: Session, customer_id: int | None) -> Brand | None:
    """What was chosen for one customer, or (None) for all."""
    is_theirs = (
        Brand.customer_id.is_(None) if customer_id is None else Brand.customer_id == customer_id
    )
    return session.scalar(select(Brand).where(is_theirs))


def logo(session: Session, digest: str) -> bytes:
    """The picture. Raises NotFound."""
    found = session.scalar(select(Brand.logo).where(Brand.logo_digest == digest).limit(1))
    if found is None:
        raise NotFound("There is no such picture")
    return found
