"""Read traffic histories from CSV, plain or gzip, row by row: the text is never held in memory."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, BinaryIO

from onboarding.errors import BadInput
from onboarding.forecasts.history import History
from onboarding.forecasts.hours import EPOCH, Hours

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

GZIP_MAGIC = b"\x1f\x8b"
MAX_LINE_BYTES = 4096
MAX_BYTES = 2 * 2**30
MAX_RATIO = 100  # a table of times does not pack tighter; a bomb is at 1000
RATIO_COUNTS_FROM = 16 * 2**20
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
    lines = _Lines(stream, name)
    try:
        return _read(lines, name, columns)
    except (EOFError, zlib.error, gzip.BadGzipFile) as broken:
        raise BadInput(
            "the gzip data is broken or cut short",
            place=f"{name}:{lines.number}",
            hint="expected a whole gzip file; upload it again",
        ) from broken


def _read(lines: "_Lines", name: str, columns: Columns | None) -> list[History]:
    rows = csv.reader(lines)
    header = next(rows, None)
    if header is None:
        raise BadInput("the file is empty", place=f"{name}:1", hint=_HEADER)
    places = _places(header, columns, f"{name}:1")
    series: dict[str, Hours] = {}
    plain = name.removesuffix(".gz").removesuffix(".csv")
    hours = 0
    try:
        for row in rows:
            if row:
                if len(row) != len(header):
                    raise BadInput(
                        f"{len(row)} fields where the header has {len(header)}", hint=_HEADER
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
                    raise BadInput("too many hours", hint=f"expected at most {MAX_HOURS:,} in all")
    except BadInput as wrong:
        wrong.place = wrong.place or f"{name}:{lines.number}"
        raise
    if not series:
        raise BadInput("no rows below the header", place=f"{name}:2", hint=_HEADER)
    return [one.history(name) for one in series.values()]


_HEADER = "expected a CSV with the header ds,y or unique_id,ds,y"


def parse_time(text: str, zone: tzinfo) -> tuple[int, int | None]:
    """Seconds since 1970 UTC, and the offset in seconds where the text has one. Raises BadInput."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise BadInput(
            f"{text[:40]!r} is not a time",
            hint="expected ISO 8601, such as 2026-11-23T17:00:00Z",
        ) from None
    offset: int | None = None
    if at.tzinfo is None:
        since = at.replace(tzinfo=zone) - EPOCH
    else:
        shift = at.utcoffset()
        offset = 0 if shift is None else shift.days * 86400 + shift.seconds
        since = at - EPOCH
    if not 1970 <= at.year < 2100:
        raise BadInput(f"the year {at.year}", hint="expected a time from 1970 to 2099")
    return since.days * 86400 + since.seconds, offset


def parse_rate(text: str) -> float:
    """A rate >= 0. Raises BadInput for text, negatives, NaN, infinity and beyond 1e15."""
    try:
        value = float(text) if "_" not in text else None
    except ValueError:
        value = None
    if value is None:
        raise BadInput(f"{text[:40]!r} is not a number", hint=_RATE)
    if not 0.0 <= value <= MAX_RATE:
        far = MAX_RATE < value < float("inf")
        what = "is beyond 1e15: check the unit" if far else "is not a rate"
        raise BadInput(f"{text.strip()[:40]} {what}", hint=_RATE)
    return value


_RATE = "expected a finite number >= 0, such as 12.5"


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
        raise BadInput(f"the header is {','.join(found)[:80]!r}", place=place, hint=_HEADER)
    series = found.index(wanted.unique_id) if named else None
    return _Places(found.index(wanted.ds), found.index(wanted.y), series, wanted.zone)


def _check_series(unique_id: str, already: int) -> None:
    if not unique_id:
        raise BadInput("an empty unique_id", hint="expected a name for every row")
    if already >= MAX_SERIES:
        raise BadInput("too many series", hint=f"expected at most {MAX_SERIES:,}")


class _Lines:
    """The lines of a stream as text, unpacked and bounded; `number` is the line last given out."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self.name = name
        self.number = 0
        packed = io.BufferedReader(_Counted(stream), 65536)
        self._packed = packed.raw
        self._zipped = packed.peek(2)[:2] == GZIP_MAGIC
        self._plain: BinaryIO = packed
        if self._zipped:
            self._plain = io.BufferedReader(gzip.GzipFile(fileobj=packed), 65536)
        self._bytes = 0

    def __iter__(self) -> Iterator[str]:
        while line := self._plain.readline(MAX_LINE_BYTES + 1):
            self.number += 1
            self._bytes += len(line)
            if len(line) > MAX_LINE_BYTES:
                raise BadInput(
                    f"a line of more than {MAX_LINE_BYTES} bytes", place=self._place(), hint=_HEADER
                )
            if self._bytes > RATIO_COUNTS_FROM:
                self._check_size()
            yield self._text(line)

    def _text(self, line: bytes) -> str:
        try:
            return line.decode("utf-8-sig" if self.number == 1 else "utf-8")
        except UnicodeDecodeError as wrong:
            raise BadInput(
                f"byte {wrong.start + 1} of the line is not UTF-8",
                place=self._place(),
                hint="expected a CSV saved as UTF-8",
            ) from None

    def _check_size(self) -> None:
        counted = self._packed
        assert isinstance(counted, _Counted)
        bomb = self._zipped and self._bytes > MAX_RATIO * counted.seen
        if bomb or self._bytes > MAX_BYTES:
            what = "unpacks to over 100 times its size" if bomb else "is larger than 2 GiB"
            raise BadInput(
                f"the file {what}", place=self._place(), hint="expected a table of at most 2 GiB"
            )

    def _place(self) -> str:
        return f"{self.name}:{self.number}"


class _Counted(io.RawIOBase):
    """A raw stream that counts the bytes read from it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.seen = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer)
        data = self._stream.read(len(view))
        view[: len(data)] = data
        self.seen += len(data)
        return len(data)
