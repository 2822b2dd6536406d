"""A recording of counts, and METRICS.csv (docs/guard.md) read into one; refusals name the line."""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from onboarding.errors import BadInput
from onboarding.ramps import plain_csv
from onboarding.ramps.counts import SIGNALS
from onboarding.ramps.evidence import Floats

ARMS = ("", "control_")
COLUMNS = ("ts", *(arm + name for arm in ARMS for name in ("requests", *SIGNALS)))
EXPECTED = "ts,requests,errors and optionally slow,misses and the same with control_ before each"


@dataclass(frozen=True, slots=True)
class Recording:
    """Counts of equal length, one entry a row. `ts` in seconds since the epoch, increasing.

    `control_requests` holds zeros where there is no control; `control` then has no entries.
    """

    ts: Floats
    requests: Floats
    control_requests: Floats
    bad: Mapping[str, Floats]
    control: Mapping[str, Floats]

    def rows(self, signal: str) -> Floats:
        """Shape (rows, 5): the fields of `Tick` for one signal."""
        nothing = np.zeros_like(self.ts)
        beside = self.control.get(signal)
        arms = (nothing, nothing) if beside is None else (beside, self.control_requests)
        return np.column_stack((self.ts, self.bad[signal], self.requests, *arms))


def parse(content: bytes, name: str) -> Recording:
    """The recording in `content`, a CSV file called `name`. Raises BadInput at `name:line`."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = content.count(b"\n", 0, wrong.start) + 1
        raise BadInput(
            "this is no UTF-8 text", place=f"{name}:{line}", hint="expected a CSV file"
        ) from None
    columns = _columns(text.partition("\n")[0], name)
    table = plain_csv.table(content.partition(b"\n")[2], len(columns), columns.index("ts"))
    lines: Sequence[int] = range(2, len(content))
    if table is None:
        table, lines = _careful(text, columns, name)
    if len(table) == 0:
        raise BadInput("no intervals", place=name, hint="one row an interval below the header")
    data = dict(zip(columns, np.ascontiguousarray(table.T), strict=True))
    _check(data, lines, name)
    return Recording(
        ts=data["ts"],
        requests=data["requests"],
        control_requests=data.get("control_requests", np.zeros(len(table))),
        bad={signal: data[signal] for signal in SIGNALS if signal in data},
        control={s: data["control_" + s] for s in SIGNALS if "control_" + s in data},
    )


def _columns(head: str, name: str) -> list[str]:
    place = f"{name}:1"
    columns = [column.strip() for column in next(csv.reader([head.rstrip("\r")]), [])]
    for column in columns:
        if column not in COLUMNS:
            raise BadInput(f"column {column!r} is not known", place=place, hint=EXPECTED)
        if columns.count(column) > 1:
            raise BadInput(f"column {column!r} is there twice", place=place, hint=EXPECTED)
    needed = ["ts", "requests", "errors"]
    beside = [column for column in columns if column.startswith("control_")]
    if beside:
        needed += [column.removeprefix("control_") for column in beside]
        needed += ["control_requests", "control_errors"]
    for column in needed:
        if column not in columns:
            raise BadInput(f"column {column!r} is missing", place=place, hint=EXPECTED)
    return columns


def _careful(text: str, columns: list[str], name: str) -> tuple[Floats, list[int]]:
    """The table row by row, and the line that each row ends on; blank lines are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""))
    rows, lines = [], []
    try:
        next(reader)
        for cells in reader:
            if cells:
                rows.append(_row(cells, columns, f"{name}:{reader.line_num}"))
                lines.append(reader.line_num)
    except csv.Error as wrong:
        raise BadInput(
            str(wrong), place=f"{name}:{reader.line_num}", hint="expected a CSV file"
        ) from None
    return np.array(rows, dtype=np.float64).reshape(-1, len(columns)), lines


def _row(cells: list[str], columns: list[str], place: str) -> list[float]:
    if len(cells) != len(columns):
        raise BadInput(
            f"{len(cells)} fields", place=place, hint=f"expected {len(columns)} as in the header"
        )
    return [
        _time(cell, place) if column == "ts" else _count(cell, f"{place}: {column}")
        for cell, column in zip(cells, columns, strict=True)
    ]


def _count(cell: str, place: str) -> float:
    try:
        return float(cell)
    except ValueError:
        raise BadInput(f"{cell!r} is no count", place=place, hint="expected a number") from None


def _time(cell: str, place: str) -> float:
    try:
        moment = datetime.fromisoformat(cell.strip())
    except ValueError:
        raise BadInput(
            f"{cell!r} is no time", place=f"{place}: ts", hint="such as 2027-01-04T09:30:00Z"
        ) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _check(data: Mapping[str, Floats], lines: Sequence[int], name: str) -> None:
    """Raises BadInput at the first line of what can't be: counts, their sums, and time."""
    for column, values in data.items():
        if column == "ts":
            continue
        _refuse(~(np.isfinite(values) & (values >= 0)), lines, name, column, values, "is no count")
        arm = "control_" if column.startswith("control_") else ""
        above = values > data[arm + "requests"]
        _refuse(above, lines, name, column, values, f"is more than the {arm}requests")
    late = np.concatenate(([False], np.diff(data["ts"]) <= 0))
    if late.any():
        row = int(late.argmax())
        raise BadInput(
            "time does not advance",
            place=f"{name}:{lines[row]}: ts",
            hint=f"each interval must be later than the one before (line {lines[row - 1]})",
        )


def _refuse(
    wrong: np.ndarray[tuple[int], np.dtype[np.bool_]],
    lines: Sequence[int],
    name: str,
    column: str,
    values: Floats,
    what: str,
) -> None:
    if not wrong.any():
        return
    row = int(wrong.argmax())
    value = float(values[row])
    raise BadInput(
        f"{value if not math.isfinite(value) else format(value, 'g')} {what}",
        place=f"{name}:{lines[row]}: {column}",
        hint="expected a number of 0 or more, and no more bad requests than requests",
    )
