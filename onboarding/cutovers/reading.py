"""Read plans and wirings from forms: rows of fields with the same names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import request

from onboarding.cutovers.actions import Wiring
from onboarding.cutovers.plan import CHECKS, MAX_STEPS, StepPlan
from onboarding.errors import BadInput
from onboarding.fields import read_config
from onboarding.switches.selectors import Selector, selector
from onboarding.web import forms

UNITS = {"s": 1, "min": 60, "h": 3600, "d": 86400}
ANYONE = "anyone"
#: The fields of what is never to be passed, by signal.
LIMITS = {"errors": "limit", "slow": "limit-slow", "misses": "limit-misses"}


def steps(first: int = 1) -> list[StepPlan]:
    """The plan: lists `share`, `hold`, `unit`, those of `LIMITS` (percent, may be empty), `pick` (the
    kind of a selector, or empty), `picked` (its values) and `go_by` (empty, "anyone" or a team); `peak` holds numbers of rows, `before-<row>` and `after-<row>` keys of checks. Rows with
    neither a share nor something picked are left out. `first` is the number of the first step."""
    if len(request.form.getlist("share")) > MAX_STEPS:
        raise BadInput("the plan is too long", place="steps", hint=f"{MAX_STEPS} steps at most")
    return steps_of(filled_rows(), first)


def taken() -> tuple[int, float]:
    """`taken`, the steps that a running plan has behind it, and `moved`, the percent that they moved;
    nothing in a form without them."""
    if "taken" not in request.form:
        return 0, 0.0
    count = int(forms.number("taken", least=0, most=MAX_STEPS))
    return count, forms.number("moved", least=0, most=100)


def steps_of(rows: Sequence["Row"], first: int = 1) -> list[StepPlan]:
    """The plan of rows as they are typed. Raises BadInput naming the step's field."""
    return [_step(number, row) for number, row in enumerate(rows, start=first)]


@dataclass(frozen=True)
class Row:
    """One step as it is typed: texts of the fields of its row."""

    share: str = ""
    hold: str = ""
    unit: str = "s"
    limits: Mapping[str, str] = field(default_factory=dict)
    pick: str = ""
    picked: str = ""
    go_by: str = ""
    over_peak: bool = False
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


def filled_rows() -> list[Row]:
    """The rows of the form that move something, as they were typed."""
    found = [_row(number) for number in range(1, len(request.form.getlist("share")) + 1)]
    return [row for row in found if row.share or row.picked]


def _row(number: int) -> Row:
    form = request.form
    return Row(
        _nth("share", number),
        _nth("hold", number),
        _nth("unit", number) or "s",
        {signal: _nth(name, number) for signal, name in LIMITS.items()},
        _nth("pick", number),
        _nth("picked", number),
        _nth("go_by", number),
        str(number) in form.getlist("peak"),
        tuple(form.getlist(f"before-{number}")[: len(CHECKS)]),
        tuple(form.getlist(f"after-{number}")[: len(CHECKS)]),
    )


def _step(number: int, row: Row) -> StepPlan:
    """`number` counts filled rows: what `check_plan` calls step 2 is step 2 here."""
    place, unit = f"step {number}", row.unit
    hold = forms.number_from(row.hold, f"{place} hold", least=0, most=10**7)
    if unit not in UNITS:
        raise BadInput(f"{unit!r} is no unit", place=f"{place} unit", hint=f"one of {list(UNITS)}")
    limits = {
        signal: forms.number_from(given, f"{place} {LIMITS[signal]}", least=0, most=100) / 100
        for signal, given in row.limits.items()
        if given
    }
    moved = forms.number_from(row.share or "0", f"{place} share", least=-1e9, most=1e9)
    return StepPlan(
        moved,
        round(hold * UNITS[unit]),
        bool(row.go_by),
        limits,
        _selector(row, place),
        row.over_peak,
        "" if row.go_by == ANYONE else row.go_by,
        row.before,
        row.after,
    )


def _selector(row: Row, place: str) -> Selector | None:
    """What the row picks: values with commas between; a header is `X-Beta: yes, maybe`."""
    if not row.pick and not row.picked:
        return None
    name, values = "", row.picked
    if row.pick == "header":
        name, _, values = row.picked.partition(":")
    try:
        return selector(row.pick, values.split(","), name)
    except BadInput as wrong:
        raise BadInput(wrong.message, place=f"{place} selector", hint=wrong.hint) from wrong


def peak_hour() -> int | None:
    """The hour (UTC) in which the daily peak begins; None where the field is empty or missing."""
    return hour_of(forms.text("peak_hour", longest=2, needed=False))


def hour_of(given: str) -> int | None:
    """The hour (UTC) as it is typed; None for nothing. Raises BadInput."""
    return int(forms.number_from(given, "peak_hour", least=0, most=23)) if given else None


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
    return read_config(forms.text(name, longest=20000, needed=False) or "{}", name)
