"""How the method does on this customer's own past: forecasts made as if it were earlier."""

from collections.abc import Callable, Sequence
from typing import Any

from onboarding.clock import iso
from onboarding.forecasts.curve import forecast
from onboarding.forecasts.history import HOUR, WEEK_HOURS, History
from onboarding.forecasts.peak import Pool

ORIGINS = 6
LONGEST = WEEK_HOURS


def backtest(
    history: History,
    horizon: int,
    pool: Pool | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[dict[str, Any]]:
    """Up to six windows of the past, the newest last, that do not overlap; empty where the history
    is under two weeks. Each: `at` (its first hour), `hours`, `error` and `naive` (mean errors of the
    forecast and of the week before repeated), `p95` (or null), `came` (its highest hour). `progress` hears (windows done, of how many)."""
    ahead = min(horizon, LONGEST)
    ends = [len(history.values) - i * ahead for i in range(ORIGINS)]
    starts = [end - ahead for end in ends if end - ahead >= WEEK_HOURS]
    found = []
    for start in reversed(starts):
        found.append(_window(history, start, ahead, pool))
        if progress is not None:
            progress(len(found), len(starts))
    return found


def _window(history: History, start: int, ahead: int, pool: Pool | None) -> dict[str, Any]:
    made = forecast(history.until(start), ahead, pool)
    came = history.values[start : start + ahead]
    before = history.values[start - WEEK_HOURS : start]
    naive = [before[i % WEEK_HOURS] for i in range(ahead)]
    return {
        "at": iso(history.start + start * HOUR),
        "hours": ahead,
        "error": _error([point.mean for point in made.points], came),
        "naive": _error(naive, came),
        "p95": made.peak.p95,
        "came": max(came),
    }


def _error(made: Sequence[float], came: Sequence[float]) -> float:
    return sum(abs(a - b) for a, b in zip(made, came, strict=True)) / len(came)
