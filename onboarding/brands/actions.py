"""Choose what customers see."""

import hashlib
import unicodedata

from sqlalchemy.orm import Session

from onboarding.brands import queries
from onboarding.brands.colours import colour
from onboarding.brands.models import Brand
from onboarding.brands.pictures import clean_png
from onboarding.customers.models import Customer
from onboarding.errors import BadInput, NotFound
from onboarding.trail.log import Actor, lock_stream, record

LONGEST = 60


def choose(
    session: Session,
    actor: Actor,
    customer_id: int | None,
    *,
    name: str,
    tint: str,
    logo: bytes | None = None,
    without_logo: bool = False,
) -> Brand:
    """Set name and colour ("" for none), and the logo where one is given; `without_logo` takes it
    away. For one customer, or (None) for all. Raises BadInput naming the field."""
    stream = _stream(session, customer_id)
    said = " ".join(name.split())
    if len(said) > LONGEST or any(unicodedata.category(one)[0] == "C" for one in said):
        raise BadInput(
            "this name cannot be shown", place="name", hint=f"at most {LONGEST} plain characters"
        )
    tinted = colour(tint) if tint.strip() else ""
    picture = clean_png(logo) if logo else None
    lock_stream(session, stream)
    row = queries.row_of(session, customer_id)
    if row is None:
        row = Brand(customer_id=customer_id)
        session.add(row)
    row.name, row.colour = said, tinted
    if picture or without_logo:
        row.logo = picture
        row.logo_digest = hashlib.sha256(picture).hexdigest() if picture else ""
    session.flush()
    payload = {"customer": customer_id, "colour": tinted, "logo": row.logo_digest[:12]}
    record(session, stream, "brand.changed", actor, payload)
    return row


def _stream(session: Session, customer_id: int | None) -> str:
    if customer_id is None:
        return "system"
    customer = session.get(Customer, customer_id)
    if customer is None:
        raise NotFound(f"There is no customer {customer_id}")
    return customer.stream
