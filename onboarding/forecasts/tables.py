"""Read traffic histories from CSV, plain or gzip, row by row: the text is never held in memory."""

import csv
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import BinaryIO

from onboarding.errors import BadInput, Figure, marked
from onboarding.forecasts.history import History
from onboarding.forecasts.hours import EPOCH, Hours
from onboarding.forecasts.lines import Lines, whole

MAX_SERIES = 100_000
MAX_HOURS = 20_000_000
MAX_RATE = 1e15


@dataclass(frozen=True)
class Columns:
    """Which columns of the header hold the time, the rate and (or "") the series.

    `zone` is the zone of times without an offset.
    """

    ds: str = "ds"
    y: str = "y"
    unique_id: str = "unique_id"
    zone: tzinfo = UTC


def read_history(stream: BinaryIO, name: str, columns: Columns | None = None) -> list[History]:
    """Every series of a CSV, in order of first appearance, resampled to hours, its gaps filled.

    `stream` is binary, gzip is found by its first bytes; `name` is what errors call the file.
    Without `columns` the header must be `ds,y` or `unique_id,ds,y`, in any order. A file without
    a `unique_id` gives one series called `name` without its endings. Raises BadInput with
    `name:line` for whatever is unusable.
    """
    lines = Lines(stream, name, hint=_HEADER)
    with whole(lines):
        return _read(lines, name, columns)


def _read(lines: Lines, name: str, columns: Columns | None) -> list[History]:
    rows = csv.reader(lines)
    header = next(rows, None)
    if header is None:
        raise BadInput(marked("the file is empty"), place=f"{name}:1", hint=_HEADER)
    places = _places(header, columns, f"{name}:1")
    series: dict[str, Hours] = {}
    plain = name.removesuffix(".gz").removesuffix(".csv")
    hours = 0
    try:
        for row in rows:
            if row:
                if len(row) != len(header):
                    raise BadInput(
                        marked(
                            "{n} fields where the header has {columns}",
                            n=str(len(row)),
                            columns=str(len(header)),
                        ),
                        hint=_HEADER,
                    )
                unique_id = row[places.unique_id].strip() if places.unique_id is not None else plain
                into = series.get(unique_id)
                if into is None:
                    _check_series(unique_id, len(series))
                    into = series[unique_id] = Hours(unique_id, lines.number)
                seconds, offset = parse_time(row[places.ds], places.zone)
                into.check_zone(offset, seconds)
                hours += into.add(seconds, parse_rate(row[places.y]))
                if hours > MAX_HOURS:
                    raise BadInput(
                        marked("too many hours"),
                        hint=marked("expected at most {n} in all", n=Figure(MAX_HOURS)),
                    )
    except BadInput as wrong:
        wrong.place = wrong.place or f"{name}:{lines.number}"
        raise
    if not series:
        raise BadInput(marked("no rows below the header"), place=f"{name}:2", hint=_HEADER)
    return [one.history(name) for one in series.values()]


_HEADER = marked("expected a CSV with the header ds,y or unique_id,ds,y")


def parse_time(text: str, zone: tzinfo) -> tuple[int, int | None]:
    """Seconds since 1970 UTC, and the offset in seconds where the text has one. Raises BadInput."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise BadInput(
            marked("{value} is not a time", value=repr(text[:40])),
            hint=marked("expected ISO 8601, such as 2026-11-23T17:00:00Z"),
        ) from None
    offset: int | None = None
    if at.tzinfo is None:
        since = at.replace(tzinfo=zone) - EPOCH
    else:
        shift = at.utcoffset()
        offset = 0 if shift is None else shift.days * 86400 + shift.seconds
        since = at - EPOCH
    if not 1970 <= at.year < 2100:
        raise BadInput(
            marked("the year {n}", n=str(at.year)), hint=marked("expected a time from 1970 to 2099")
        )
    return since.days * 86400 + since.seconds, offset


def parse_rate(text: str) -> float:
    """A rate >= 0. Raises BadInput for text, negatives, NaN, infinity and beyond 1e15."""
    try:
        value = float(text) if "_" not in text else None
    except ValueError:
        value = None
    if value is None:
        raise BadInput(marked("{value} is not a number", value=repr(text[:40])), hint=_RATE)
    if not 0.0 <= value <= MAX_RATE:
        far = MAX_RATE < value < float("inf")
        given = text.strip()[:40]
        raise BadInput(
            marked("{value} is beyond 1e15: check the unit", value=given)
            if far
            else marked("{value} is not a rate", value=given),
            hint=_RATE,
        )
    return value


_RATE = marked("expected a finite number >= 0, such as 12.5")


@dataclass(frozen=True)
class _Places:
    ds: int
    y: int
    unique_id: int | None
    zone: tzinfo


def _places(header: list[str], columns: Columns | None, place: str) -> _Places:
    found = [cell.strip() for cell in header]
    wanted = columns or Columns()
    named = bool(wanted.unique_id) and wanted.unique_id in found
    strict = columns is None and sorted(found) not in (["ds", "y"], ["ds", "unique_id", "y"])
    if strict or wanted.ds not in found or wanted.y not in found:
        said = marked("the header is {header}", header=repr(",".join(found)[:80]))
        raise BadInput(said, place=place, hint=_HEADER)
    series = found.index(wanted.unique_id) if named else None
    return _Places(found.index(wanted.ds), found.index(wanted.y), series, wanted.zone)


def _check_series(unique_id: str, already: int) -> None:
    if not unique_id:
        raise BadInput(marked("an empty unique_id"), hint=marked("expected a name for every row"))
    if already >= MAX_SERIES:
        raise BadInput(
            marked("too many series"), hint=marked("expected at most {n}", n=Figure(MAX_SERIES))
        )
