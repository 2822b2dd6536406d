"""Tables of what was counted of each run of a cutover once it was over, of the guard's alarms in it,
and of how forecasts turned out week by week."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.customers.models import Turnup
from onboarding.cutovers.models import Cutover
from onboarding.db import Model
from onboarding.people.models import User
from onboarding.ramps.models import Ramp


class RunFacts(Model):
    """One run that ended. `outcome`: finished, rolled_back, abandoned. `late_s` and `over_s` are how
    long after the window's start it began and after its end it ended (less than 0: before).
    `holds` counts holds by why (`runs.WHY`), `back_why` is why it was rolled back. `watched_s` is for
    how long the guard had counts, `off` the mean error of the forecast as a part of the traffic."""

    __tablename__ = "report_runs"
    ramp_id: Mapped[int] = mapped_column(ForeignKey(Ramp.id), primary_key=True)
    cutover_id: Mapped[int] = mapped_column(ForeignKey(Cutover.id), index=True)
    turnup_id: Mapped[int] = mapped_column(ForeignKey(Turnup.id), index=True)
    practice: Mapped[bool]
    ended_at: Mapped[datetime] = mapped_column(index=True)
    lasted_s: Mapped[float]
    outcome: Mapped[str]
    late_s: Mapped[float]
    over_s: Mapped[float]
    holds: Mapped[dict[str, Any]] = mapped_column(default=dict)
    back_why: Mapped[str] = mapped_column(default="")
    pages: Mapped[int] = mapped_column(default=0)
    overruled: Mapped[bool] = mapped_column(default=False)
    watched_s: Mapped[float] = mapped_column(default=0.0)
    off: Mapped[float | None]
    cutover: Mapped[Cutover] = relationship(lazy="joined")


class Alarm(Model):
    """An alarm of the guard in a real run: entry `number` of the cutover's trail. `seconds` since
    the trouble began, as far as the guard could tell. `verdict`: "" until somebody judged it, then
    real or false."""

    __tablename__ = "report_alarms"
    __table_args__ = (UniqueConstraint("ramp_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    ramp_id: Mapped[int] = mapped_column(ForeignKey(RunFacts.ramp_id), index=True)
    number: Mapped[int]
    at: Mapped[datetime] = mapped_column(index=True)
    signal: Mapped[str]
    action: Mapped[str]
    seconds: Mapped[float]
    sentence: Mapped[str]
    verdict: Mapped[str] = mapped_column(default="")
    judged_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    judged_at: Mapped[datetime | None]
    judge: Mapped[User | None] = relationship(lazy="joined")
    run: Mapped[RunFacts] = relationship(lazy="joined")


class Rehearsed(Model):
    """How one fault of a rehearsal's script was answered, as `ramps.scoring.Score` has it. Seconds
    count from when the fault could first be met."""

    __tablename__ = "report_faults"
    ramp_id: Mapped[int] = mapped_column(ForeignKey(RunFacts.ramp_id), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    expected: Mapped[str]
    verdict: Mapped[str]
    held_s: Mapped[float | None]
    back_s: Mapped[float | None]


class ForecastWeek(Model):
    """How the forecasts of a turn-up did in one week (its Monday, 00:00 UTC): over `hours` hours
    that came, `error` and `lean` as parts of the traffic, `within` the part of hours between low
    and high; the busiest hour that came, and the peak that was to be planned on (None: none was)."""

    __tablename__ = "report_forecast_weeks"
    __table_args__ = (Index("ix_report_forecast_weeks_week", "week"),)
    turnup_id: Mapped[int] = mapped_column(ForeignKey(Turnup.id), primary_key=True)
    week: Mapped[datetime] = mapped_column(primary_key=True)
    hours: Mapped[int]
    error: Mapped[float]
    lean: Mapped[float]
    within: Mapped[float]
    came: Mapped[float]
    planned: Mapped[float | None]
