"""Read plans and wirings from forms: rows of fields with the same names."""

import json
from dataclasses import dataclass
from typing import Any

from flask import request

from onboarding.cutovers.actions import Wiring
from onboarding.cutovers.plan import MAX_STEPS, StepPlan
from onboarding.errors import BadInput
from onboarding.web import forms

UNITS = {"s": 1, "min": 60, "h": 3600, "d": 86400}


def steps() -> list[StepPlan]:
    """The plan: lists `share`, `hold`, `unit`, `limit` (percent of errors, may be empty) and
    `go` (numbers of the rows that need a go). Rows without a share are left out."""
    shares = request.form.getlist("share")
    if len(shares) > MAX_STEPS:
        raise BadInput("the plan is too long", place="steps", hint=f"{MAX_STEPS} steps at most")
    rows = filled_rows()
    return [_step(number, row) for number, row in enumerate(rows, start=1)]


@dataclass(frozen=True)
class Row:
    """One step as it is typed: texts of the fields of its row."""

    share: str = ""
    hold: str = ""
    unit: str = "s"
    limit: str = ""
    go: bool = False


def filled_rows() -> list[Row]:
    """The rows of the form that have a share, as they were typed."""
    go = set(request.form.getlist("go"))
    return [
        Row(share, _nth("hold", n), _nth("unit", n) or "s", _nth("limit", n), str(n) in go)
        for n, share in enumerate(request.form.getlist("share"), start=1)
        if share.strip()
    ]


def _step(number: int, row: Row) -> StepPlan:
    """`number` counts filled rows: what `check_plan` calls step 2 is step 2 here."""
    place, unit, limit = f"step {number}", row.unit, row.limit
    hold = forms.number_from(row.hold, f"{place} hold", least=0, most=10**7)
    if unit not in UNITS:
        raise BadInput(f"{unit!r} is no unit", place=f"{place} unit", hint=f"one of {list(UNITS)}")
    limits = {}
    if limit:
        percent = forms.number_from(limit, f"{place} limit", least=0, most=100)
        limits = {"errors": percent / 100}
    moved = forms.number_from(row.share, f"{place} share", least=-1e9, most=1e9)
    return StepPlan(moved, round(hold * UNITS[unit]), row.go, limits)


def _nth(name: str, number: int) -> str:
    values = request.form.getlist(name)
    return values[number - 1].strip() if number <= len(values) else ""


def wiring() -> Wiring:
    """The switch and metrics: kinds from the form, configurations as JSON objects."""
    return Wiring(
        {"kind": forms.text("switch", longest=50), "config": _object("switch_config")},
        {"kind": forms.text("metrics", longest=50), "config": _object("metrics_config")},
    )


def _object(name: str) -> dict[str, Any]:
    given = forms.text(name, longest=20000, needed=False) or "{}"
    try:
        value = json.loads(given)
    except ValueError as wrong:
        raise BadInput(f"this is not JSON: {wrong}", place=name, hint="like {}") from wrong
    if not isinstance(value, dict):
        raise BadInput("this is not a JSON object", place=name, hint='like {"backend": "www"}')
    return value
