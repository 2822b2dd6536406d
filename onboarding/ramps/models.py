"""Tables of ramps: runs, the intents behind every touch of a switch, and people's commands."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.cutovers.models import Cutover
from onboarding.db import Model


class Ramp(Model):
    """A cutover being carried out, once (`run`). One conductor at a time drives it: the lease.

    `state` and what may follow are in `ramps.machine`. `step` is the position of the step last
    reached (0: none). `target_share` is what was last intended, `share` what was last read back
    from the switch. Every write checks `fence`, which rises with every new leaseholder.
    """

    __tablename__ = "ramps"
    __table_args__ = (
        UniqueConstraint("cutover_id", "run"),
        Index("ix_ramps_state", "state", "lease_until"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    cutover_id: Mapped[int] = mapped_column(ForeignKey(Cutover.id))
    run: Mapped[int]
    state: Mapped[str]
    step: Mapped[int] = mapped_column(default=0)
    target_share: Mapped[float] = mapped_column(default=0.0)
    share: Mapped[float | None]
    read_at: Mapped[datetime | None]
    step_since: Mapped[datetime | None]
    held_s: Mapped[float] = mapped_column(default=0.0)
    reason: Mapped[str] = mapped_column(default="")
    guard: Mapped[dict[str, Any]] = mapped_column(default=dict)
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict)
    metrics_until: Mapped[datetime | None]
    lease_holder: Mapped[str] = mapped_column(default="")
    lease_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    cutover: Mapped[Cutover] = relationship(lazy="joined")


class Intent(Model):
    """Committed before a switch is touched; closed with what was read back afterwards."""

    __tablename__ = "ramp_intents"
    id: Mapped[int] = mapped_column(primary_key=True)
    ramp_id: Mapped[int] = mapped_column(ForeignKey(Ramp.id), index=True)
    key: Mapped[str] = mapped_column(unique=True)
    event: Mapped[str]
    from_share: Mapped[float]
    to_share: Mapped[float]
    step: Mapped[int]
    state: Mapped[str] = mapped_column(default="open")
    fence: Mapped[int]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    read_share: Mapped[float | None]
    error: Mapped[str] = mapped_column(default="")


class Command(Model):
    """What a person asked for: waiting → done or refused, with the answer. `seen` is the ramp's
    state and step as they saw it; where it has moved on, the command is refused as stale."""

    __tablename__ = "ramp_commands"
    __table_args__ = (Index("ix_ramp_commands_waiting", "state", "cutover_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    cutover_id: Mapped[int] = mapped_column(ForeignKey(Cutover.id))
    key: Mapped[str] = mapped_column(unique=True)
    verb: Mapped[str]
    seen: Mapped[str] = mapped_column(default="")
    arguments: Mapped[dict[str, Any]] = mapped_column(default=dict)
    actor: Mapped[str]
    source: Mapped[str]
    state: Mapped[str] = mapped_column(default="waiting")
    answer: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
