"""Read a whole file as its choice says: the one way in, for the web, workers and tests."""

from array import array
from dataclasses import dataclass, replace
from typing import BinaryIO

from onboarding.errors import BadInput
from onboarding.forecasts.history import History
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
    hours = len(taken.history.values)
    if not LEAST_HOURS <= hours <= MOST_HOURS:
        raise BadInput(
            f"{hours} hours of history", place=name, hint="expected from a day to three years"
        )
    return taken


def _log(stream: BinaryIO, name: str, choice: Choice) -> Taken:
    lines = Lines(
        stream,
        name,
        hint="expected the lines of an access log",
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
