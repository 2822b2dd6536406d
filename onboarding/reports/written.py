"""How cells and figures of reports are written for people. Pure."""

from datetime import datetime
from typing import Any

from onboarding.reports.shape import SCARCE, Figure

UNITS = {
    "days": " days",
    "hours": " h",
    "percent": " %",
    "seconds": " s",
    "ratio": "",
    "number": "",
}
NONE = "\N{EN DASH}"


def written(value: Any, kind: str) -> str:
    """A cell as people read it; a dash where it is not known."""
    if value is None or value == "":
        return NONE
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    if kind == "text" or isinstance(value, str):
        return str(value)
    if kind == "count":
        return f"{value:,.0f}"
    shown = _rounded(float(value))
    return "1 day" if (shown, kind) == ("1", "days") else shown + UNITS.get(kind, "")


def _rounded(value: float) -> str:
    """Three digits that mean something, none more than two decimals."""
    size = abs(value)
    if size >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if size >= 10 else f"{value:.2f}"


def figure_said(one: Figure) -> str:
    """A figure with its interval in one line, as letters and screen readers have it."""
    if one.value is None:
        return f"{one.name}: {SCARCE}"
    said = f"{one.name}: {written(one.value, one.kind)}"
    return f"{said} ({interval_said(one)})" if one.low is not None else said


def interval_said(one: Figure) -> str:
    """The interval of a figure, or an empty text."""
    if one.low is None or one.high is None:
        return ""
    low, high = _rounded(one.low), _rounded(one.high)
    return f"95 %: {low} to {high}{UNITS.get(one.kind, '')}"
