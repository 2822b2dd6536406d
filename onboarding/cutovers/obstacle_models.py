"""Tables around obstacles: calendars that freezes and ships are read from, what a customer wishes
of a window, starts that are allowed before their window."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.customers.models import Customer
from onboarding.cutovers.models import Cutover
from onboarding.db import Model
from onboarding.people.models import User


class ObstacleFeed(Model):
    """An iCal address whose events are freezes or ships (`kind`: freeze, ship). `owner` and `risk`
    are those of ships that do not say otherwise, `region` that of its freezes; times without a zone
    are in `zone`. `read_at` is when its last good state was read, `error` what went wrong since."""

    __tablename__ = "obstacle_feeds"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    address: Mapped[str]
    owner: Mapped[str] = mapped_column(default="")
    risk: Mapped[str] = mapped_column(default="medium")
    region: Mapped[str] = mapped_column(default="")
    zone: Mapped[str] = mapped_column(default="UTC")
    added_by: Mapped[int] = mapped_column(ForeignKey(User.id))
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    tried_at: Mapped[datetime | None]
    found: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")


class WindowWishes(Model):
    """What a customer wishes of a window: `days` (ISO weekdays, none: any), `hours` as
    `"22:00-06:00"` (empty: any), both on their clock. `holidays` makes the public holidays of
    `country` and `subdivision` (ISO 3166) freezes of theirs."""

    __tablename__ = "window_wishes"
    customer_id: Mapped[int] = mapped_column(ForeignKey(Customer.id), primary_key=True)
    country: Mapped[str] = mapped_column(default="")
    subdivision: Mapped[str] = mapped_column(default="")
    holidays: Mapped[bool] = mapped_column(default=False)
    days: Mapped[list[int]] = mapped_column(default=list)
    hours: Mapped[str] = mapped_column(default="")
    changed_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    changed_at: Mapped[datetime]


class EarlyStart(Model):
    """Somebody let a cutover, as it is planned in `version`, start before its window opens."""

    __tablename__ = "early_starts"
    __table_args__ = (UniqueConstraint("cutover_id", "version"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    cutover_id: Mapped[int] = mapped_column(ForeignKey(Cutover.id))
    version: Mapped[int]
    allowed_by: Mapped[int] = mapped_column(ForeignKey(User.id))
    reason: Mapped[str]
    at: Mapped[datetime]
    allower: Mapped[User] = relationship(lazy="joined")
