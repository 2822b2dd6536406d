"""A table of customers (CSV) as records, with every fault by line and field. Pure."""

import csv
import io

from onboarding.customers.records import FIELDS, Record, record_from
from onboarding.errors import BadInput

LARGEST = 4 * 1024 * 1024  # bytes
MOST = 10_000  # rows


def read_sheet(content: bytes, most: int = MOST) -> tuple[list[Record], list[BadInput]]:
    """(records, faults) of a CSV table whose first row names the columns (`records.FIELDS`),
    parted by commas, semicolons or tabs. Empty rows are passed over."""
    try:
        return _rows(_decoded(content), most)
    except BadInput as wrong:
        return [], [wrong]


def _decoded(content: bytes) -> str:
    if len(content) > LARGEST:
        raise BadInput("the file is too large", place="file", hint=f"at most {LARGEST >> 20} MiB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = content.count(b"\n", 0, wrong.start) + 1
        message = f"the byte 0x{content[wrong.start]:02x} is not UTF-8"
        raise BadInput(message, place=f"line {line}", hint="save the file as UTF-8") from wrong
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise BadInput("there is a NUL character", place=f"line {line}", hint="is this a table?")
    return text


def _rows(text: str, most: int) -> tuple[list[Record], list[BadInput]]:
    first = text.partition("\n")[0]
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True
    )
    records: list[Record] = []
    faults: list[BadInput] = []
    columns: list[str] = []
    line = 1
    try:
        for row in reader:
            place, line = f"line {line}", reader.line_num + 1
            if not any(cell.strip() for cell in row):
                continue
            if not columns:
                columns = _columns(row, place)
                continue
            _row(columns, row, place, records, faults)
            if len(records) + len(faults) > most:
                faults.append(BadInput("too many rows", place=place, hint=f"at most {most}"))
                break
    except csv.Error as wrong:
        message = f"this is no CSV: {wrong}"
        faults.append(BadInput(message, place=f"line {line}", hint="close every quote"))
    if not records and not faults:
        faults.append(BadInput("there are no customers", place="file", hint="one row for each"))
    return records, faults


def _columns(row: list[str], place: str) -> list[str]:
    """The names of the columns. Raises BadInput for an unknown, a repeated, or a missing one."""
    names = [cell.strip().lower().replace(" ", "_") for cell in row]
    for name in names:
        if name not in FIELDS or names.count(name) > 1:
            what = "stands there twice" if name in FIELDS else "is no known column"
            hint = f"expected {', '.join(FIELDS)}"
            raise BadInput(what, place=f"{place}, {name[:40] or 'empty column'}", hint=hint)
    if "name" not in names:
        raise BadInput("the column is missing", place=f"{place}, name", hint="name the columns")
    return names


def _row(
    columns: list[str], row: list[str], place: str, records: list[Record], faults: list[BadInput]
) -> None:
    if len(row) != len(columns):
        message = f"{len(row)} fields where there are {len(columns)} columns"
        faults.append(BadInput(message, place=place, hint="put quotes round what holds the comma"))
        return
    record, wrong = record_from(dict(zip(columns, row, strict=True)), place)
    faults += wrong
    if record is not None:
        records.append(record)
