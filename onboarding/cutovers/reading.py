"""Read plans and wirings from forms: rows of fields with the same names."""

import json
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
    go = set(request.form.getlist("go"))
    rows = enumerate(shares, start=1)
    return [_step(number, share, str(number) in go) for number, share in rows if share.strip()]


def _step(number: int, share: str, needs_go: bool) -> StepPlan:
    place = f"step {number}"
    hold = forms.number_from(_nth("hold", number), f"{place} hold", least=0, most=10**7)
    unit = _nth("unit", number) or "s"
    if unit not in UNITS:
        raise BadInput(f"{unit!r} is no unit", place=f"{place} unit", hint=f"one of {list(UNITS)}")
    limit = _nth("limit", number)
    limits = {}
    if limit:
        percent = forms.number_from(limit, f"{place} limit", least=0, most=100)
        limits = {"errors": percent / 100}
    moved = forms.number_from(share, f"{place} share", least=-1e9, most=1e9)
    return StepPlan(moved, round(hold * UNITS[unit]), needs_go, limits)


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
