"""Read a whole file as its choice says: the one way in, for the web, workers and tests."""

from array import array
from dataclasses import dataclass, replace
from typing import BinaryIO

from onboarding.errors import BadInput, marked
from onboarding.forecasts.history import HOUR, History
from onboarding.forecasts.intake.choice import BITS, Choice, check, per_second
from onboarding.forecasts.intake.logs import read_log
from onboarding.forecasts.intake.rows import HINT, read_table
from onboarding.forecasts.lines import Lines, whole

LOG_LINE_BYTES = 64 * 1024
LOG_RATIO = 250  # the lines of one client are much alike
MOST_LOG_BYTES = 64 * 2**30
LEAST_HOURS = 24
MOST_HOURS = 3 * 366 * 24


@dataclass(frozen=True)
class Taken:
    """A history in requests a second, with what came along: rows (or lines) read, broken ones, the
    factor to the highest five minutes, the mean size of a response (bytes)."""

    history: History
    rows: int
    broken: int = 0
    five_minutes: float | None = None
    mean_bytes: float | None = None


def read(stream: BinaryIO, name: str, choice: Choice) -> Taken:
    """All of `stream`. Raises BadInput naming field or `name:line`."""
    check(choice)
    taken = _log(stream, name, choice) if choice.shape == "log" else _table(stream, name, choice)
    return replace(taken, history=bounded(taken.history, name))


def bounded(history: History, name: str) -> History:
    """The newest three years of a history, which says so where it was longer. Raises BadInput where
    it is under a day."""
    hours = len(history.values)
    if hours < LEAST_HOURS:
        raise BadInput(
            marked("{n} hours of history", n=str(hours)),
            place=name,
            hint=marked("expected a day ({n}) or more", n=str(LEAST_HOURS)),
        )
    out = hours - MOST_HOURS
    if out <= 0:
        return history
    said = f"the first {out:,} hours were left out: the newest three years are kept"
    return replace(
        history,
        start=history.start + out * HOUR,
        values=history.values[out:],
        filled=tuple(i - out for i in history.filled if i >= out),
        warnings=(*history.warnings, said),
    )


def _log(stream: BinaryIO, name: str, choice: Choice) -> Taken:
    lines = Lines(
        stream,
        name,
        hint=marked("expected the lines of an access log"),
        longest=LOG_LINE_BYTES,
        ratio=LOG_RATIO,
        most=MOST_LOG_BYTES,
        lenient=True,
    )
    with whole(lines):
        log = read_log(lines, name, choice.zone)
    history = _scaled(log.history, per_second(choice, 3600))
    return Taken(history, log.lines, log.broken, log.five_minutes, log.mean_bytes)


def _table(stream: BinaryIO, name: str, choice: Choice) -> Taken:
    lines = Lines(stream, name, hint=HINT)
    with whole(lines):
        table = read_table(lines, name, choice)
    scaled = _scaled(table.history, per_second(choice, table.history.spacing_minutes * 60))
    size = choice.mean_bytes if choice.unit in BITS else None
    return Taken(scaled, table.rows, 0, table.five_minutes, size)


def _scaled(history: History, factor: float) -> History:
    values = array("d", (value * factor for value in history.values))
    return replace(history, values=values, unit="req/s")
