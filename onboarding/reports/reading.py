"""What a request asks of the reports, and answers that programs read."""

import csv
import io
from datetime import datetime
from typing import Any

from flask import Response, make_response, request
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.clock import iso
from onboarding.errors import NotFound
from onboarding.reports import segment
from onboarding.reports.asked import Asked, asked
from onboarding.reports.shape import Section, Table

DECIMALS = 3
FORMULAS = "=+-@\t\r"


def asked_now(session: Session) -> Asked:
    """What the address of this request asks for. Raises BadInput at the field."""
    people = [number for number, _name in segment.managers(session)]
    return asked(request.args, clock.now().date(), segment.regions(session), people)


def table_of(section: Section, key: str) -> Table:
    """One table of a section. Raises NotFound."""
    for table in section.tables:
        if table.key == key:
            return table
    known = ", ".join(table.key for table in section.tables)
    raise NotFound(f"There is no table {key!r}", hint=f"one of {known}")


def as_csv(section: Section, table: Table, when: Asked) -> Response:
    """A table as a file; numbers in the unit that JSON names, times in UTC."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow([column.key for column in table.columns])
    for line in table.lines:
        rows.writerow([_cell(value) for value in line.cells])
    answer = make_response(text.getvalue())
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    name = f"{section.key}-{table.key}-{when.since}-{when.until}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _cell(value: Any) -> Any:
    """What a spreadsheet would take for a formula is marked as text."""
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, float):
        return round(value, DECIMALS)
    return f"'{value}" if isinstance(value, str) and value[:1] in tuple(FORMULAS) else value


def document(section: Section, when: Asked) -> dict[str, Any]:
    """A section as JSON, with the days and the segment it is of."""
    return {"asked": when.query(), **_plain(section.document())}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, datetime):
        return iso(value)
    return round(value, DECIMALS) if isinstance(value, float) else value
