"""Tables of ramps: runs, the intents behind every touch of a switch, and people's commands."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.cutovers.models import Cutover
from onboarding.db import Model


class Ramp(Model):
    """A cutover being carried out, once (`run`). One conductor at a time drives it: the lease.

    `state` and what may follow are in `ramps.machine`; `since` is when it was entered. `step` is
    the position of the step last reached (0: none), `step_since` when its share is in full effect,
    `held_s` for how long it has been held on good data, `peak_until` when the daily peak is over
    that it has to be held across. `target_share` and `target_selector` are what was last intended,
    `share` and `selector` what was last read at the switch (selectors as in `Selector.as_json`,
    empty for none). `muted` are signals that ask for nothing for a time (`ramps.muting`). `script` is that of a
    rehearsal (`simulation.scripts`), `faults_at` when each of its faults begins, by its place there, in seconds since the epoch. `replanned_by` is whoever changed the plan since the last go. Every write checks `fence`, which rises with every
    new leaseholder.
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
    target_selector: Mapped[dict[str, Any]] = mapped_column(default=dict)
    selector: Mapped[dict[str, Any]] = mapped_column(default=dict)
    read_at: Mapped[datetime | None]
    step_since: Mapped[datetime | None]
    held_s: Mapped[float] = mapped_column(default=0.0)
    peak_until: Mapped[datetime | None]
    replanned_by: Mapped[int | None]
    script: Mapped[str] = mapped_column(default="")
    faults_at: Mapped[dict[str, Any]] = mapped_column(default=dict)
    muted: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reason: Mapped[str] = mapped_column(default="")
    since: Mapped[datetime]
    guard: Mapped[dict[str, Any]] = mapped_column(default=dict, deferred=True)
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict)
    metrics_until: Mapped[datetime | None]
    lease_holder: Mapped[str] = mapped_column(default="")
    lease_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    cutover: Mapped[Cutover] = relationship(lazy="joined")


class Intent(Model):
    """Committed before a switch is touched; closed with what was read back afterwards.

    `state`: open, done, failed, undone (nobody wanted it any more) or superseded (by another).
    `key` is what the switch is set with; where it must be set anew, `tries` makes it another.
    """

    __tablename__ = "ramp_intents"
    id: Mapped[int] = mapped_column(primary_key=True)
    ramp_id: Mapped[int] = mapped_column(ForeignKey(Ramp.id), index=True)
    command_id: Mapped[int | None] = mapped_column(ForeignKey("ramp_commands.id"))
    key: Mapped[str] = mapped_column(unique=True)
    event: Mapped[str]
    tries: Mapped[int] = mapped_column(default=0)
    from_share: Mapped[float]
    to_share: Mapped[float]
    to_selector: Mapped[dict[str, Any]] = mapped_column(default=dict)
    step: Mapped[int]
    state: Mapped[str] = mapped_column(default="open")
    fence: Mapped[int]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    read_share: Mapped[float | None]
    error: Mapped[str] = mapped_column(default="")


class Command(Model):
    """What a person asked for: waiting → acting (the switch is being touched) → done, or refused,
    with the answer. `seen` is what they saw (`run/state/step`); where the ramp has moved on since,
    the command is refused as stale."""

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
    reason: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="waiting")
    answer: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]


class Stop(Model):
    """One press that held every ramp; in force until `lifted_at`. `actor` and `lifted_by` are
    actors of the trail."""

    __tablename__ = "ramp_stops"
    id: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str]
    actor: Mapped[str]
    at: Mapped[datetime]
    lifted_at: Mapped[datetime | None] = mapped_column(index=True)
    lifted_by: Mapped[str] = mapped_column(default="")


class Moment(Model):
    """Some seconds of a run as they were seen, for charts afterwards and for pages opened late.

    `seconds` long, ending at `at`. `moved`, `control`: `{"seconds", "requests", "errors", …}` of
    the counts that came in them (None: none came), which end at `counted_at`. `evidence`: by
    signal, the highest, 1 is enough to roll back. `fine`: kept second by second, around an alarm.
    """

    __tablename__ = "ramp_moments"
    id: Mapped[int] = mapped_column(primary_key=True)
    ramp_id: Mapped[int] = mapped_column(ForeignKey(Ramp.id), index=True)
    at: Mapped[datetime]
    seconds: Mapped[float]
    state: Mapped[str]
    step: Mapped[int]
    share: Mapped[float | None]
    counted_at: Mapped[datetime | None]
    moved: Mapped[dict[str, Any] | None]
    control: Mapped[dict[str, Any] | None]
    evidence: Mapped[dict[str, Any]] = mapped_column(default=dict)
    fine: Mapped[bool] = mapped_column(default=False)
