"""The maximum over a window, learnt directly: how windows of other customers ended.

Bands of single hours say little about the maximum of many (a nominal 95 % of pointwise bands covered
60 to 83 % of maxima). So the ratio itself is calibrated: window maximum over an anchor known before,
over past windows of other customers (split conformal prediction, Vovk et al. 2005; locally scaled,
Lei et al. 2018). All of it works on the logs of daily maxima, which are few.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onboarding.forecasts.history import DAY_HOURS, History
from onboarding.forecasts.priors import PRIORS

Floats = NDArray[np.float64]

QUANTILES = (0.5, 0.9, 0.95, 0.99)
WEEK, MONTH = 7, 28
FLOOR = 1e-3  # a day below a thousandth of the highest counts as that
SMALLEST_GROUP = 20
ENOUGH_GROUPS = 2
STRATUM = 100
OWN_FEW = 2.0  # windows of its own that a series would need: so few do not reach their own tail

# What one day of own evidence weighs (days overlap), against so many of what the spread suggests.
OWN_WEIGHT, SPREAD_WEIGHT = 0.5, 10.0
SPREAD_TO_ERROR, LEAST_ERROR = 0.5, 0.02
TOWARDS_LAST_WEEK = 0.15  # the unsteadiness at which last week's maximum is half of the anchor


@dataclass(frozen=True)
class Settings:
    """How windows of the past count: `power` of the scale of other customers' and `near`, the width
    (in logs) of who counts as near; `few`, how much fewer windows widen; `own`, how many independent
    windows of this series' own weigh as much as all others. `benchmarks.forecast_settings` chose them.
    """

    power: float
    near: float
    few: float
    own: float


#: For a few days, and for a week and more, where single events decide.
DAYS_AHEAD = Settings(power=0.0, near=0.8, few=1.0, own=30.0)
WEEKS_AHEAD = Settings(power=0.0, near=0.5, few=1.0, own=10.0)


def settings_for(days: int) -> Settings:
    """The settings for `days` ahead."""
    return DAYS_AHEAD if days < WEEK else WEEKS_AHEAD


@dataclass(frozen=True)
class Group:
    """Windows of like unsteadiness: their median `unsteady`, and the log ratio's four quantiles.

    The quantiles are those of `QUANTILES`, of the log ratio over `unsteady ** power` (see `Settings`).
    """

    unsteady: float
    quantiles: tuple[float, ...]


@dataclass(frozen=True)
class Pool:
    """What other customers' windows of `days` days teach. A few numbers, no series."""

    days: int
    groups: tuple[Group, ...]


def days_of(horizon: int) -> int:
    """Whole days that `horizon` hours touch: windows are learnt by the day."""
    return -(-horizon // DAY_HOURS)


@dataclass(frozen=True)
class Windows:
    """Past windows of `days` days, by history: the log ratio of maximum over anchor of each, and how
    unsteady the anchor had been then."""

    days: int
    ratios: list[Floats]
    unsteady: list[Floats]


def learn(histories: Iterable[History], horizon: int) -> Pool:
    """The lesson of other customers' past windows: one group per long history, the short together."""
    days = days_of(horizon)
    return lesson(past_windows(histories, days), settings_for(days))


def past_windows(histories: Iterable[History], days: int) -> Windows:
    """Every window of the past that has a known time of two weeks before it, or of one."""
    found = Windows(days, [], [])
    for history in histories:
        windows = _past_windows(_daily_logs(np.asarray(history.values)[None])[0], days)
        if windows is not None:
            found.ratios.append(windows[0])
            found.unsteady.append(windows[1])
    return found


def lesson(windows: Windows, settings: Settings) -> Pool:
    """What `windows` teach under `settings`."""
    found = _groups(windows.ratios, windows.unsteady, windows.days, settings)
    return Pool(windows.days, tuple(found))


def quantiles(
    values: Floats, horizon: int, pool: Pool | None, settings: Settings | None = None
) -> Floats:
    """The quantiles `QUANTILES` of the maximum over `horizon` hours, for each row of `values`.

    `values` has shape (series, hours), the result (series, 4). Without a pool, or with one of fewer
    than two groups, the shipped numbers count too.
    """
    days = days_of(horizon)
    groups = list(pool.groups) if pool else []
    if len(groups) < ENOUGH_GROUPS:
        groups += [
            Group(row[0], row[1:]) for row in PRIORS[min(PRIORS, key=lambda d: abs(d - days))]
        ]
    logs = _daily_logs(values)[:, -MONTH:]
    top = values[:, -MONTH * DAY_HOURS :].max(axis=1)
    anchor, unsteady, own = _anchor(logs, days)
    chosen = settings or settings_for(days)
    where = np.log([group.unsteady for group in groups])
    weights = np.exp(-0.5 * ((np.log(unsteady)[:, None] - where) / chosen.near) ** 2) + 1e-3
    weights /= weights.sum(axis=1, keepdims=True)
    lesson = weights @ np.array([group.quantiles for group in groups])
    ratio = lesson * unsteady[:, None] ** chosen.power
    if len(own):
        independent = len(own) / days
        weight = independent / (independent + chosen.own)
        mine = np.quantile(own, QUANTILES, axis=0).T
        mine = mine[:, :1] + (mine - mine[:, :1]) * (1 + OWN_FEW / independent)
        ratio = (1 - weight) * ratio + weight * mine
    ratio = np.maximum.accumulate(ratio, axis=1)
    highest: Floats = top[:, None] * np.exp(anchor[:, None] + ratio)
    return highest


def _daily_logs(values: Floats) -> Floats:
    """Logs of daily maxima over the highest, whole days counted back from the end: (series, days)."""
    days = max(1, values.shape[1] // DAY_HOURS)
    daily = values[:, -days * DAY_HOURS :].reshape(len(values), days, -1).max(axis=2)
    recent = daily[:, -MONTH:].max(axis=1, keepdims=True)
    logs: Floats = np.log(np.maximum(daily / np.where(recent > 0, recent, 1.0), FLOOR))
    return logs


def _anchor(logs: Floats, days: int) -> tuple[Floats, Floats, Floats]:
    """Where the maximum of the next `days` is expected, how unsteady that guess has been, and by how
    much it was exceeded in each window of this past: shapes (series), (series), (windows, series).

    `logs` has shape (series, days of history). The guess is a mean of four (`_guesses`), each by how
    it did on this series' own past; the more unsteady, the more last week's maximum alone.
    """
    spread = (SPREAD_TO_ERROR * _spread(logs) + LEAST_ERROR) ** 2
    length = logs.shape[1]
    errors = [
        logs[:, end : end + days].max(axis=1)[:, None] - _guesses(logs[:, :end], days)
        for end in range(WEEK, length - days + 1)
    ]
    guesses = _guesses(logs, days)
    if errors:
        past = np.stack(errors)
        own = OWN_WEIGHT * len(past)
        prior = SPREAD_WEIGHT * spread
        variance = (own * (past**2).mean(axis=0) + prior[:, None]) / (own + SPREAD_WEIGHT)
        weights = variance**-0.5
        weights /= weights.sum(axis=1, keepdims=True)
        wrong = ((past * weights).sum(axis=2) ** 2).mean(axis=0)
        unsteady = np.sqrt((own * wrong + prior) / (own + SPREAD_WEIGHT))
    else:
        past = np.empty((0, *guesses.shape))
        weights = np.full(guesses.shape, 1 / guesses.shape[1])
        unsteady = np.sqrt(spread)
    pull = unsteady / (unsteady + TOWARDS_LAST_WEEK)
    mixed = (1 - pull)[:, None] * weights + pull[:, None] * np.eye(guesses.shape[1])[0]
    return (guesses * mixed).sum(axis=1), unsteady, (past * mixed).sum(axis=2)


def _guesses(logs: Floats, days: int) -> Floats:
    """Maxima of last week, of its days that come next, of the last two days, of four weeks."""
    week = logs[:, -WEEK:]
    found: Floats = np.stack(
        [
            week.max(axis=1),
            week[:, :days].max(axis=1),
            logs[:, -2:].max(axis=1),
            logs[:, -MONTH:].max(axis=1),
        ],
        axis=1,
    )
    return found


def _spread(logs: Floats) -> Floats:
    """How far daily maxima lie apart: within the last week, and from one week to the next."""
    within = logs[:, -WEEK:].var(axis=1)
    if logs.shape[1] <= WEEK:
        across = within
    else:
        across = ((logs[:, WEEK:] - logs[:, :-WEEK]) ** 2).mean(axis=1)
    found: Floats = np.sqrt((within + across) / 2)
    return found


def _past_windows(logs: Floats, days: int) -> tuple[Floats, Floats] | None:
    """Log ratio (maximum over anchor) and unsteadiness of each past window; None where none fits."""
    known = min(MONTH, max(2 * WEEK, (len(logs) - days) // 2))
    if len(logs) < known + days:
        known = WEEK
    if len(logs) < known + days:
        return None
    views = np.lib.stride_tricks.sliding_window_view(logs, known + days)
    anchor, unsteady, _ = _anchor(views[:, :known], days)
    return views[:, known:].max(axis=1) - anchor, unsteady


def _groups(
    ratios: list[Floats], unsteady: list[Floats], days: int, settings: Settings
) -> list[Group]:
    long = [i for i, ratio in enumerate(ratios) if len(ratio) >= SMALLEST_GROUP]
    short = [i for i, ratio in enumerate(ratios) if len(ratio) < SMALLEST_GROUP]
    sets = [(ratios[i], unsteady[i]) for i in long] if len(long) < STRATUM else []
    rest = short if sets or not long else list(range(len(ratios)))
    if rest:
        ratio = np.concatenate([ratios[i] for i in rest])
        scale = np.concatenate([unsteady[i] for i in rest])
        order = np.argsort(scale, kind="stable")
        strata = np.array_split(order, max(1, len(order) // STRATUM))
        sets += [(ratio[part], scale[part]) for part in strata if len(part) >= SMALLEST_GROUP]
    return [_group(ratio, scale, days, settings) for ratio, scale in sets]


def _group(ratio: Floats, unsteady: Floats, days: int, settings: Settings) -> Group:
    found = np.quantile(ratio / unsteady**settings.power, QUANTILES)
    # Windows overlap, so few are independent, and few samples do not reach their own tail. Student's
    # predictive quantile lies about 1 + 1.6 / n above the normal one; several groups need less.
    wider = 1 + settings.few * days / len(ratio)
    found = found[0] + (found - found[0]) * wider
    return Group(float(np.median(unsteady)), tuple(found.tolist()))
