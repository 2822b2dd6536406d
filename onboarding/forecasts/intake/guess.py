"""What is in this file? A guess from its first lines, to be shown and corrected."""

import csv
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from onboarding.errors import BadInput, marked
from onboarding.forecasts.intake.choice import BITS, Choice
from onboarding.forecasts.intake.logs import Tally
from onboarding.forecasts.intake.moments import Moments
from onboarding.forecasts.lines import GZIP_MAGIC

SAMPLE_BYTES = 256 * 1024
SHOWN = 5
LOOKED_AT = 200
TIME_WORDS = ("time", "date", "ds", "ts", "hour", "zeit", "datum", "stamp", "when")
VALUE_WORDS = ("y", "req", "rps", "rate", "hits", "count", "traffic", "value", "bps", "bit", "byte")
TABLE_OR_LOG = marked("expected a table of times and values, or a web server's access log")
CLOCK = re.compile(r"\d{1,2}:\d{2}")
DATE = re.compile(r"^\d{1,2}[./-]\d{1,2}[./-]\d{4}")


@dataclass(frozen=True)
class Guess:
    """`choice` is the guess, `columns` the names of a table's columns, `sample` its first rows (of a
    log, its first lines), `certain` whether nothing had to be guessed, `asks` what a person must
    decide."""

    choice: Choice
    columns: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]
    certain: bool
    asks: tuple[str, ...] = ()


def first_text(head: bytes, name: str) -> str:
    """The first lines of a file, unpacked where it is gzip. Raises BadInput for bytes that are no text."""
    if head[:2] == GZIP_MAGIC:
        try:
            head = zlib.decompressobj(31).decompress(head, SAMPLE_BYTES)
        except zlib.error:
            raise BadInput(
                marked("the gzip data is broken"),
                place=f"{name}:1",
                hint=marked("pack the file again"),
            ) from None
    text = head[:SAMPLE_BYTES].decode("utf-8-sig", "replace")
    whole, _, rest = text.rpartition("\n")
    cut = len(head) >= SAMPLE_BYTES
    found = (whole or rest) if cut else text
    if not found.strip():
        raise BadInput(
            marked("the file is empty"), place=f"{name}:1", hint=marked("expected a table or a log")
        )
    if "\x00" in found or found.count("\ufffd") > len(found) // 100:
        raise BadInput(
            marked("this is not UTF-8 text"),
            place=f"{name}:1",
            hint=marked("expected a table or a log, or either with gzip"),
        )
    return found


def guess(head: bytes, name: str, zone: str = "UTC") -> Guess:
    """A guess from the first bytes of a file (256 KiB are enough); `zone` is the customer's own."""
    lines = [line for line in first_text(head, name).splitlines()[:LOOKED_AT] if line.strip()]
    if _is_log(lines, zone):
        sample = tuple((line[:200],) for line in lines[:SHOWN])
        return Guess(Choice(shape="log", zone="UTC"), (), sample, certain=False)
    return _table(lines, name, zone)


def _is_log(lines: Sequence[str], zone: str) -> bool:
    first = lines[0].lstrip()
    if not (first.startswith("{") or "[" in first):
        return False
    tally = Tally("", zone)
    try:
        for number, line in enumerate(lines, 1):
            tally.add(number, line)
    except BadInput:
        return first.startswith("{")  # JSON lines without times are a log that cannot be used
    return tally.good > 0 or first.startswith("{")


def _table(lines: Sequence[str], name: str, zone: str) -> Guess:
    delimiter = max(",;\t|", key=lambda mark: min(line.count(mark) for line in lines[:20]))
    rows = [row for row in csv.reader(lines, delimiter=delimiter) if row]
    if len(rows) == 1 and rows[0] and not any(map(_is_time, rows[0])):
        raise BadInput(marked("no rows below the header"), place=f"{name}:2", hint=TABLE_OR_LOG)
    header = len(rows) > 1 and not any(_number(cell) is not None for cell in rows[0])
    body = rows[1:] if header else rows
    names = (
        tuple(c.strip() for c in rows[0])
        if header
        else tuple(f"column {i + 1}" for i in range(len(rows[0])))
    )
    if len(names) < 2 or not body:
        raise BadInput(
            marked("no table with two columns, and no access log"),
            place=f"{name}:1",
            hint=marked(
                "expected a column of times and one of values, parted by , ; or tabs; or a web "
                "server's access log"
            ),
        )
    time = _time_column(names, body)
    value = _value_column(names, body, time)
    asks: list[str] = []
    times = _times(body, time, asks)
    unit = _unit(names[value])
    plain = sorted(names) in (["ds", "y"], ["ds", "unique_id", "y"])
    offset = times.startswith("epoch") or _has_offset(body[0][time])
    if not plain and unit == "":
        asks.append("unit")
    if not offset and not plain:
        asks.append("zone")
    choice = Choice(
        "table",
        delimiter,
        header,
        time,
        value,
        times,
        "UTC" if offset or plain else zone,
        unit or "req/s",
    )
    sample = tuple(tuple(cell[:60] for cell in row) for row in body[:SHOWN])
    return Guess(choice, names, sample, plain, tuple(asks))


def _number(text: str) -> float | None:
    try:
        return float(text.strip().replace(" ", "").replace(",", "."))
    except ValueError:
        return None


def _cells(body: Sequence[Sequence[str]], column: int) -> list[str]:
    return [row[column].strip() for row in body[:LOOKED_AT] if column < len(row)]


def _is_time(cell: str) -> bool:
    if (
        DATE.match(cell)
        or (CLOCK.search(cell) and "-" in cell)
        or re.match(r"\d{4}-\d\d-\d\d", cell)
    ):
        return True
    number = _number(cell)
    return number is not None and (9e8 < number < 4.2e9 or 9e11 < number < 4.2e12)


def _time_column(names: Sequence[str], body: Sequence[Sequence[str]]) -> int:
    def liking(column: int) -> float:
        cells = _cells(body, column)
        times = sum(map(_is_time, cells)) / max(1, len(cells))
        return times + 0.1 * any(word in names[column].lower() for word in TIME_WORDS)

    return max(range(len(names)), key=liking)


def _value_column(names: Sequence[str], body: Sequence[Sequence[str]], time: int) -> int:
    def liking(column: int) -> float:
        cells = _cells(body, column)
        numbers = sum(_number(cell) is not None for cell in cells) / max(1, len(cells))
        named = any(word in names[column].lower() for word in VALUE_WORDS)
        return numbers + 0.5 * named

    return max((i for i in range(len(names)) if i != time), key=liking)


def _times(body: Sequence[Sequence[str]], column: int, asks: list[str]) -> str:
    cells = _cells(body, column)
    first = _number(cells[0]) if cells else None
    if first is not None:
        return "epoch_ms" if first > 1e11 else "epoch_s"
    if not DATE.match(cells[0]):
        return "iso"
    fitting = [times for times in ("dmy", "mdy") if _all_read(cells, times)]
    if len(fitting) == 2:
        asks.append("times")
    return fitting[0] if fitting else "dmy"


def _all_read(cells: Sequence[str], times: str) -> bool:
    moments = Moments(times, "UTC")
    try:
        for cell in cells:
            moments(cell)
    except BadInput:
        return False
    return True


def _has_offset(cell: str) -> bool:
    return bool(re.search(r"(Z|[+-]\d\d:?\d\d)$", cell.strip()))


def _unit(name: str) -> str:
    """The unit that a column's name speaks of; empty where it says nothing."""
    low = name.lower().replace(" ", "").replace("_", "")
    words = {
        "gbit": "Gbit/s", "gbps": "Gbit/s", "mbit": "Mbit/s", "mbps": "Mbit/s", "bps": "bit/s",
        "mb/s": "MB/s", "byte": "byte/s", "rpm": "req/min", "permin": "req/min", "req/min": "req/min",
        "rps": "req/s", "qps": "req/s", "req/s": "req/s", "persec": "req/s", "reqps": "req/s",
        "requests": "requests per row", "hits": "requests per row", "count": "requests per row",
    }  # fmt: skip
    return next((unit for word, unit in words.items() if word in low), "")


def needs_size(choice: Choice) -> bool:
    """Whether the mean size of a response must be said."""
    return choice.unit in BITS
