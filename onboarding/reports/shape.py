"""What a section of the reports is made of: figures, tables and the charts of them. Pure.

Every chart is drawn from rows that a table beside it shows, so that nobody needs to see colours.
A cell or figure that is None is not known; where it cannot be for want of data, `enough` says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

#: How cells and figures are written, by kind, in CSV and JSON as plain numbers in this unit.
KINDS = ("text", "number", "count", "percent", "days", "hours", "seconds", "ratio", "time")
SCARCE = "not enough data"


@dataclass(frozen=True)
class Column:
    """A column of a table; `key` is its name in CSV and JSON. Percent are 0 to 100."""

    key: str
    name: str
    kind: str = "text"


@dataclass(frozen=True)
class Line:
    """One row; `href` is where its first cell leads."""

    cells: tuple[Any, ...]
    href: str = ""


@dataclass(frozen=True)
class Table:
    """A table; `key` names it in addresses. `method` says how its figures came about."""

    key: str
    title: str
    columns: tuple[Column, ...]
    lines: Sequence[Line]
    method: str = ""

    def records(self) -> list[dict[str, Any]]:
        """Its rows as documents."""
        keys = [column.key for column in self.columns]
        return [dict(zip(keys, line.cells, strict=True)) for line in self.lines]


@dataclass(frozen=True)
class Bar:
    """One bar: its parts one after the other, `said` beside it; `low` to `high` is an interval of
    95 % around the end of it, where there is one."""

    label: str
    parts: tuple[float, ...]
    said: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Chart:
    """Bars of one scale; `legend` names their parts. `table` is the key of the table with the
    same figures."""

    title: str
    legend: tuple[str, ...]
    bars: Sequence[Bar]
    table: str

    @property
    def top(self) -> float:
        """The end of the scale."""
        ends = [max(sum(bar.parts), bar.high or 0.0) for bar in self.bars]
        return max(ends, default=0.0) or 1.0


@dataclass(frozen=True)
class Figure:
    """One number in large type: `value` of `kind` (None: too little data), its interval of 95 %
    where there is one, and how many cases it is made of."""

    key: str
    name: str
    value: float | None
    kind: str
    of: int
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Section:
    """One section as it was asked for. `notes` say what is counted and how."""

    key: str
    title: str
    question: str
    figures: Sequence[Figure]
    charts: Sequence[Chart]
    tables: Sequence[Table]
    notes: Sequence[str] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing at all to show."""
        return not any(table.lines for table in self.tables)

    def document(self) -> dict[str, Any]:
        """All of it as JSON."""
        return {
            "section": self.key,
            "title": self.title,
            "figures": [
                {
                    "key": one.key,
                    "name": one.name,
                    "value": one.value,
                    "unit": one.kind,
                    "of": one.of,
                    "interval": None if one.low is None else [one.low, one.high],
                    "enough": one.value is not None,
                }
                for one in self.figures
            ],
            "tables": {
                table.key: {
                    "title": table.title,
                    "units": {column.key: column.kind for column in table.columns},
                    "rows": table.records(),
                    "method": table.method,
                }
                for table in self.tables
            },
            "notes": list(self.notes),
        }
