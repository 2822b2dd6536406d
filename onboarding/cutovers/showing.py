"""What the forms of a cutover show: a template's plan, the cutover as it is, or what was typed."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.customers.models import Turnup
from onboarding.cutovers import queries
from onboarding.cutovers.actions import Wiring
from onboarding.cutovers.estimating import estimate
from onboarding.cutovers.models import Cutover
from onboarding.cutovers.plan import ASSUMED_PEAK, CHECKS, MAX_STEPS, StepPlan
from onboarding.cutovers.reading import ANYONE, UNITS, Row, filled_rows, hour_of, steps_of
from onboarding.errors import BadInput
from onboarding.switches.selectors import KINDS
from onboarding.web import forms
from onboarding.web.times import input_time

EMPTY_ROWS = 3


@dataclass(frozen=True)
class Shown:
    """The texts in the fields; `hostnames` are the ids of those chosen, `peak_hour` what is assumed
    where no forecast tells."""

    title: str
    starts_at: str
    ends_at: str
    rows: Sequence[Row]
    hostnames: frozenset[str]
    switch: str
    switch_config: str
    metrics: str
    metrics_config: str
    peak_hour: str

    @property
    def all_rows(self) -> list[Row]:
        """The rows of the plan and some empty ones to go on with."""
        return [*self.rows, *[Row()] * min(EMPTY_ROWS, MAX_STEPS - len(self.rows))]


def fresh(
    turnup: Turnup, steps: Sequence[StepPlan], start: datetime, end: datetime, zone: str
) -> Shown:
    """A booking of `turnup` that nobody has typed anything into."""
    chosen = frozenset(str(hostname.id) for hostname in turnup.hostnames)
    title = f"{turnup.customer.name}: {turnup.name}"
    return _shown(title, start, end, zone, steps, chosen, Wiring(), str(ASSUMED_PEAK))


def of_cutover(cutover: Cutover, zone: str) -> Shown:
    """The cutover as it is."""
    chosen = frozenset(str(hostname.id) for hostname in cutover.hostnames)
    wiring = Wiring(cutover.switch, cutover.metrics)
    times = (cutover.starts_at, cutover.ends_at)
    hour = "" if cutover.peak_hour is None else str(cutover.peak_hour)
    return _shown(cutover.title, *times, zone, queries.plan_of(cutover), chosen, wiring, hour)


def rest_of(cutover: Cutover, taken: int, zone: str) -> Shown:
    """The steps to come of a running cutover after the first `taken`, from now on, or what was
    typed instead."""
    shown = of_cutover(cutover, zone)
    shown = replace(shown, rows=shown.rows[taken:], starts_at=clock.iso(clock.now()))
    return replace(shown, rows=filled_rows()) if "share" in request.form else shown


def typed_over(shown: Shown) -> Shown:
    """`shown` with what this request's form says instead."""
    form = request.form
    said = replace(
        shown,
        title=form.get("title", shown.title),
        starts_at=form.get("starts_at", shown.starts_at),
        ends_at=form.get("ends_at", shown.ends_at),
        switch=form.get("switch", shown.switch),
        switch_config=form.get("switch_config", shown.switch_config),
        metrics=form.get("metrics", shown.metrics),
        metrics_config=form.get("metrics_config", shown.metrics_config),
        peak_hour=form.get("peak_hour", shown.peak_hour),
    )
    if "share" in form:
        said = replace(said, rows=filled_rows(), hostnames=frozenset(form.getlist("hostname")))
    return said


def plan_context(
    session: Session, turnup_id: int, shown: Shown, zone: str, first: int = 1, moved: float = 0.0
) -> dict[str, Any]:
    """What the fields of a plan need beside `shown`: what can be chosen, and the estimate of what
    is in the fields, or why there is none. `first`: the number of the first of them; `moved`: percent
    on the new path before it."""
    options = {"kinds": list(KINDS), "teams": queries.teams(session), "checks": CHECKS}
    found: dict[str, Any] = {"options": options, "estimate": None, "estimate_problem": None}
    try:
        start = forms.moment_from(shown.starts_at, "starts_at", zone)
        hour = hour_of(shown.peak_hour)
        steps = steps_of(shown.rows, first)
        found["estimate"] = estimate(session, turnup_id, start, steps, hour, moved)
    except BadInput as wrong:
        found["estimate_problem"] = wrong
    return found


def _shown(
    title: str,
    start: datetime,
    end: datetime,
    zone: str,
    steps: Iterable[StepPlan],
    chosen: frozenset[str],
    wiring: Wiring,
    peak_hour: str,
) -> Shown:
    return Shown(
        title,
        input_time(start, zone),
        input_time(end, zone),
        [row_of(step) for step in steps],
        chosen,
        wiring.switch["kind"],
        json.dumps(wiring.switch["config"]),
        wiring.metrics["kind"],
        json.dumps(wiring.metrics["config"]),
        peak_hour,
    )


def row_of(step: StepPlan) -> Row:
    """The step as it is typed."""
    unit = max((u for u, size in UNITS.items() if step.hold_s % size == 0), key=UNITS.__getitem__)
    picked = ", ".join(step.selector.values) if step.selector else ""
    if step.selector and step.selector.name:
        picked = f"{step.selector.name}: {picked}"
    return Row(
        f"{step.share:g}",
        f"{step.hold_s // UNITS[unit]}",
        unit,
        {signal: f"{limit * 100:g}" for signal, limit in step.limits.items()},
        step.selector.kind if step.selector else "",
        picked,
        (step.go_by or ANYONE) if step.needs_go else "",
        step.over_peak,
        step.before,
        step.after,
    )
