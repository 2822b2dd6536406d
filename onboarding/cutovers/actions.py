"""Book, change and cancel cutovers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.checklists.actions import set_cutover_at
from onboarding.clock import iso
from onboarding.customers.models import Hostname, Turnup
from onboarding.cutovers import queries
from onboarding.cutovers.calendar import Conflict
from onboarding.cutovers.checking import check_rest, check_steps, check_times, rows_of
from onboarding.cutovers.conflicts import accepted_conflicts, note_conflicts
from onboarding.cutovers.models import Cutover
from onboarding.cutovers.plan import StepPlan
from onboarding.cutovers.reserving import reserve_capacity
from onboarding.errors import AdapterError, BadInput, Refused, Stale
from onboarding.forecasts.actions import release
from onboarding.metrics.registry import check as check_source
from onboarding.metrics.registry import source
from onboarding.names import one_line
from onboarding.switches.base import Ability
from onboarding.switches.registry import switch
from onboarding.trail.log import Actor, record


@dataclass(frozen=True)
class Wiring:
    """What moves the traffic and what is seen of it: `{"kind", "config"}` of each adapter."""

    switch: dict[str, Any] = field(default_factory=lambda: {"kind": "rehearsal", "config": {}})
    metrics: dict[str, Any] = field(default_factory=lambda: {"kind": "rehearsal", "config": {}})

    @property
    def practice(self) -> bool:
        """Whether no real traffic is touched."""
        return bool(self.switch["kind"] == "rehearsal")

    def check(self) -> Ability:
        """What the switch can do. Raises BadInput naming the key that is wrong; nothing is
        reached for."""
        ability = switch(self.switch["kind"], self.switch["config"], key="cutover:0").ability
        source(self.metrics["kind"], self.metrics["config"], feed="cutover:0")
        if self.practice != (self.metrics["kind"] == "rehearsal"):
            raise BadInput(
                "practice traffic and real traffic are mixed",
                place="metrics",
                hint="use `rehearsal` for both the switch and the metrics, or for neither",
            )
        return ability

    def reach(self) -> None:
        """That the switch, and the source where it can tell, are as they have to be by their own
        `check`. Raises BadInput, place "switch" or "metrics" or a key of its config, where they are
        not. Reaches out: never within a transaction."""
        try:
            switch(self.switch["kind"], self.switch["config"], key="cutover:0").check()
        except AdapterError as wrong:
            raise BadInput(wrong.message, place="switch", hint=wrong.hint) from wrong
        try:
            check_source(source(self.metrics["kind"], self.metrics["config"], feed="cutover:0"))
        except AdapterError as wrong:
            raise BadInput(wrong.message, place="metrics", hint=wrong.hint) from wrong


def book(
    session: Session,
    actor: Actor,
    turnup: Turnup,
    *,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    steps: Sequence[StepPlan],
    hostnames: Sequence[Hostname],
    wiring: Wiring,
    zone: str = "UTC",
    despite: str = "",
    peak_hour: int | None = None,
) -> Cutover:
    """A booked cutover with its plan. `zone` is the one its times were agreed in; `despite` is why
    it is booked where it conflicts with others; `peak_hour` (UTC) is the daily peak where no
    forecast tells. Raises BadInput before anything is written."""
    check_steps(session, steps, wiring.check())
    check_times(session, turnup, starts_at, ends_at, steps, peak_hour)
    met = accepted_conflicts(
        session, turnup, starts_at, ends_at, practice=wiring.practice, despite=despite
    )
    if not hostnames:
        raise BadInput("no hostname is chosen", place="hostnames", hint="choose at least one")
    if any(hostname.turnup_id != turnup.id for hostname in hostnames):
        raise BadInput("a hostname is of another turn-up", place="hostnames", hint="choose again")
    assert actor.user_id is not None, "a person books"
    cutover = Cutover(
        turnup=turnup,
        title=one_line(title) or f"{turnup.customer.name}: {turnup.name}",
        starts_at=starts_at,
        ends_at=ends_at,
        zone=zone,
        practice=wiring.practice,
        switch=wiring.switch,
        metrics=wiring.metrics,
        booked_by=actor.user_id,
        created_at=clock.now(),
        peak_hour=peak_hour,
        steps=rows_of(steps),
        hostnames=list(hostnames),
    )
    session.add(cutover)
    session.flush()
    _settle(session, cutover)
    record(session, cutover.stream, "cutover.booked", actor, _said(cutover))
    note_conflicts(session, actor, cutover, met, despite)
    record(
        session,
        turnup.customer.stream,
        "cutover.booked",
        actor,
        {"cutover": cutover.id, "turnup": turnup.id, "starts_at": iso(starts_at)},
    )
    return cutover


def change_plan(
    session: Session,
    actor: Actor,
    cutover_id: int,
    steps: Sequence[StepPlan],
    version: int,
    peak_hour: int | None = None,
) -> Cutover:
    """Replace the steps; `version` is what the editor saw. Votes given before no longer count."""
    cutover = _changeable(session, cutover_id, version)
    check_steps(session, steps, Wiring(cutover.switch, cutover.metrics).check())
    window = (cutover.starts_at, cutover.ends_at)
    check_times(session, cutover.turnup, *window, steps, peak_hour)
    cutover.peak_hour = peak_hour
    _replace(session, cutover, steps)
    return _changed(session, actor, cutover, "plan")


def change_rest(
    session: Session, actor: Actor, cutover: Cutover, steps: Sequence[StepPlan], taken: int
) -> None:
    """Replace the steps after the first `taken` of a running cutover; see `checking.check_rest`."""
    check_rest(session, cutover, steps, taken, Wiring(cutover.switch, cutover.metrics).check())
    before = [str(step) for step in queries.plan_of(cutover)]
    _replace(session, cutover, steps)
    _changed(session, actor, cutover, "plan", {"from_step": taken + 1, "was": before})


def _replace(session: Session, cutover: Cutover, steps: Sequence[StepPlan]) -> None:
    cutover.steps.clear()
    session.flush()
    cutover.steps.extend(rows_of(steps))


def change_window(
    session: Session,
    actor: Actor,
    cutover_id: int,
    starts_at: datetime,
    ends_at: datetime,
    version: int,
    *,
    zone: str = "",
    despite: str = "",
) -> Cutover:
    """Move the window; due times, reservations and votes follow, acceptances are asked anew and
    everybody is told once. The same window again changes nothing and tells nobody."""
    cutover = _changeable(session, cutover_id, version)
    if (cutover.starts_at, cutover.ends_at) == (starts_at, ends_at):
        return cutover
    steps, peak_hour = queries.plan_of(cutover), cutover.peak_hour
    check_times(session, cutover.turnup, starts_at, ends_at, steps, peak_hour)
    met = accepted_conflicts(
        session, cutover.turnup, starts_at, ends_at,
        practice=cutover.practice, despite=despite, without=cutover.id,
    )  # fmt: skip
    cutover.starts_at, cutover.ends_at = starts_at, ends_at
    cutover.zone = zone or cutover.zone
    _changed(session, actor, cutover, "window")
    note_conflicts(session, actor, cutover, met, despite)
    return cutover


def rewire(
    session: Session,
    actor: Actor,
    cutover_id: int,
    wiring: Wiring,
    version: int,
    *,
    despite: str = "",
) -> Cutover:
    """Set which switch and which metrics carry the cutover; from practice to the real thing it may
    conflict with others as a new one would."""
    cutover = _changeable(session, cutover_id, version)
    check_steps(session, queries.plan_of(cutover), wiring.check())
    met: list[Conflict] = []
    if cutover.practice and not wiring.practice:
        met = accepted_conflicts(
            session, cutover.turnup, cutover.starts_at, cutover.ends_at,
            practice=False, despite=despite, without=cutover.id,
        )  # fmt: skip
    kept = {"guard": cutover.metrics["guard"]} if cutover.metrics.get("guard") else {}
    cutover.switch, cutover.metrics = wiring.switch, {**kept, **wiring.metrics}
    cutover.practice = wiring.practice
    _changed(session, actor, cutover, "wiring")
    note_conflicts(session, actor, cutover, met, despite)
    return cutover


def cancel(session: Session, actor: Actor, cutover_id: int, reason: str) -> Cutover:
    """Call it off; what was reserved is free again."""
    cutover = queries.get(session, cutover_id, lock=True)
    if cutover.state != "booked":
        raise Refused(f"This cutover is {cutover.state}", hint="only a booked one is cancelled")
    cutover.state = "cancelled"
    cutover.version += 1
    session.flush()
    release(session, cutover.stream)
    _set_due_times(session, cutover.turnup_id)
    said = {"cutover": cutover.id, "turnup": cutover.turnup_id}
    for stream in (cutover.stream, cutover.turnup.customer.stream):
        record(session, stream, "cutover.cancelled", actor, said, {"reason": reason})
    return cutover


def _changeable(session: Session, cutover_id: int, version: int) -> Cutover:
    cutover = queries.get(session, cutover_id, lock=True)
    if cutover.state != "booked":
        raise Refused(f"This cutover is {cutover.state}", hint="only a booked one is changed here")
    if cutover.version != version:
        raise Stale("Somebody changed this cutover meanwhile", hint="reload and look again")
    return cutover


def _changed(
    session: Session,
    actor: Actor,
    cutover: Cutover,
    what: str,
    more: Mapping[str, Any] | None = None,
) -> Cutover:
    cutover.version += 1
    session.flush()
    _settle(session, cutover)
    said = {"what": what, **_said(cutover), **(more or {})}
    record(session, cutover.stream, "cutover.changed", actor, said)
    return cutover


def _settle(session: Session, cutover: Cutover) -> None:
    """Tell the floors below: T for the checklist's due times, capacity for the forecast."""
    _set_due_times(session, cutover.turnup_id)
    reserve_capacity(session, cutover)


def _set_due_times(session: Session, turnup_id: int) -> None:
    """The checklist's T is the start of the cutover that people mean; none without one."""
    current = queries.current(session, turnup_id)
    set_cutover_at(session, turnup_id, current.starts_at if current else None)


def _said(cutover: Cutover) -> dict[str, Any]:
    return {
        "version": cutover.version,
        "starts_at": iso(cutover.starts_at),
        "ends_at": iso(cutover.ends_at),
        "customer_zone": cutover.turnup.customer.timezone,
        "shares": [step.share for step in cutover.steps],
        "steps": [str(step) for step in queries.plan_of(cutover)],
        "switch": cutover.switch["kind"],
        "practice": cutover.practice,
    }
