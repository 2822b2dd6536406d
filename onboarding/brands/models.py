"""Table of brands."""

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.customers.models import Customer
from onboarding.db import Model


class Brand(Model):
    """What customers see: of all (no `customer_id`), or what one customer sees instead. Empty
    fields are as in the brand of all. `colour` is `#rrggbb`, `logo` a cleaned PNG and
    `logo_digest` its SHA-256, by which it is fetched."""

    __tablename__ = "brands"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey(Customer.id), unique=True)
    name: Mapped[str] = mapped_column(default="")
    colour: Mapped[str] = mapped_column(default="")
    logo: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    logo_digest: Mapped[str] = mapped_column(default="", index=True)
    customer: Mapped[Customer | None] = relationship(lazy="joined")
