"""Tables of what the network carries already, as its metrics source tells it."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.db import Model
from onboarding.forecasts.models import Site


class BaseSource(Model):
    """Where a site's own load is asked for: a range query of Prometheus at `url`.

    `unit` is what the query gives, req/s or bit/s; `secret` the name of a bearer token. `until` is
    up to when it has been asked, `asked` and `came` how many samples of five minutes the last time
    should have brought and did, `problem` why it brought none or fewer.
    """

    __tablename__ = "base_sources"
    __table_args__ = (UniqueConstraint("site_id", "unit"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey(Site.id))
    unit: Mapped[str]
    url: Mapped[str]
    query: Mapped[str]
    secret: Mapped[str] = mapped_column(default="")
    until: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    asked: Mapped[int] = mapped_column(default=0)
    came: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(default="")
    site: Mapped[Site] = relationship()


class SiteLoad(Model):
    """The highest five minutes of an hour at a site, in its source's unit; `samples` of twelve."""

    __tablename__ = "site_loads"
    source_id: Mapped[int] = mapped_column(ForeignKey(BaseSource.id), primary_key=True)
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    load: Mapped[float]
    samples: Mapped[int]
