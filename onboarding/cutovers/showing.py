"""What the forms of a cutover show: a template's plan, the cutover as it is, or what was typed."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import request

from onboarding.customers.models import Turnup
from onboarding.cutovers import queries
from onboarding.cutovers.actions import Wiring
from onboarding.cutovers.models import Cutover
from onboarding.cutovers.plan import MAX_STEPS, StepPlan
from onboarding.cutovers.reading import UNITS, Row, filled_rows
from onboarding.web.times import input_time

EMPTY_ROWS = 3


@dataclass(frozen=True)
class Shown:
    """The texts in the fields; `hostnames` are the ids of those chosen."""

    title: str
    starts_at: str
    ends_at: str
    rows: Sequence[Row]
    hostnames: frozenset[str]
    switch: str
    switch_config: str
    metrics: str
    metrics_config: str

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
    return _shown(title, start, end, zone, steps, chosen, Wiring())


def of_cutover(cutover: Cutover, zone: str) -> Shown:
    """The cutover as it is."""
    chosen = frozenset(str(hostname.id) for hostname in cutover.hostnames)
    wiring = Wiring(cutover.switch, cutover.metrics)
    times = (cutover.starts_at, cutover.ends_at)
    return _shown(cutover.title, *times, zone, queries.plan_of(cutover), chosen, wiring)


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
    )
    if "share" in form:
        said = replace(said, rows=filled_rows(), hostnames=frozenset(form.getlist("hostname")))
    return said


def _shown(
    title: str,
    start: datetime,
    end: datetime,
    zone: str,
    steps: Iterable[StepPlan],
    chosen: frozenset[str],
    wiring: Wiring,
) -> Shown:
    return Shown(
        title,
        input_time(start, zone),
        input_time(end, zone),
        [_row(step) for step in steps],
        chosen,
        wiring.switch["kind"],
        json.dumps(wiring.switch["config"]),
        wiring.metrics["kind"],
        json.dumps(wiring.metrics["config"]),
    )


def _row(step: StepPlan) -> Row:
    unit = max((u for u, size in UNITS.items() if step.hold_s % size == 0), key=UNITS.__getitem__)
    limit = step.limits.get("errors")
    return Row(
        f"{step.share:g}",
        f"{step.hold_s // UNITS[unit]}",
        unit,
        "" if limit is None else f"{limit * 100:g}",
        step.needs_go,
    )
