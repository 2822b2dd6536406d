"""One line of an access log to what a guard needs: when, how it ended, how long it took. Pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any, NamedTuple

from onboarding.errors import BadInput
from onboarding.fields import Fields, follow
from onboarding.log_times import TIME_KEYS, minute, moment

HITS = ("HIT", "STALE", "REVALIDATED", "UPDATING")
SERVER_ERRORS = range(500, 600)
NOTHING = ("", "-", "None")  # as logs write that there was none
NOBODY = ("0", "000", "-1")  # as some write the status of who did not answer


class Request(NamedTuple):
    """One request: when it was logged (Unix seconds), whether it failed, how many seconds it took
    and whether the cache had it, None where the log does not say; and where its error arose (of
    `origins.KINDS`), empty where there was none or nobody can tell. `sent`: bytes of the answer."""

    at: float
    failed: bool
    took: float | None
    hit: bool | None
    arose: str = ""
    sent: int | None = None


@dataclass(frozen=True)
class Columns:
    """Where a log keeps what. Of JSON lines: paths. Of Common and Combined lines time and status
    stand where they always do, and `took` is True where the last field is the time taken. `origin`
    is the status that the origin answered with, `answered` anything that is logged only where it
    did, such as the time to its first byte; `sent` the bytes of the answer, which Common and
    Combined lines have behind the status."""

    json: bool
    at: str = ""
    status: str = "status"
    took: str = ""
    cache: str = ""
    origin: str = ""
    answered: str = ""
    sent: str = ""
    unit: float = 1.0
    only: Mapping[str, str] | None = None

    @classmethod
    def from_fields(cls, fields: Fields) -> "Columns":
        """From a source's config: `format` ("combined" or "json"), `time`, `status`, `took`,
        `took_unit` ("s", "ms", "us"), `cache`, `bytes`, `origin_status` and `origin_answered`.
        Raises BadInput by key."""
        form = fields.text("format", "combined or json", default="combined")
        if form not in ("combined", "json"):
            raise fields.wrong("format", f"{form!r} is none", "expected combined or json")
        units = {"s": 1.0, "ms": 1e-3, "us": 1e-6}
        unit = fields.text("took_unit", "s, ms or us", default="s")
        if unit not in units:
            raise fields.wrong("took_unit", f"{unit!r} is none", "expected s, ms or us")
        took = fields.text("took", "the path to the time taken", default="")
        if form == "combined":
            if took not in ("", "last"):
                raise fields.wrong("took", f"{took!r} cannot be found", "expected last, or nothing")
            return cls(False, took=took, sent="behind the status", unit=units[unit])
        origin = fields.text("origin_status", "the path to the origin's status", default="")
        answered = fields.text(
            "origin_answered", "the path to what is there once the origin answered", default=""
        )
        if answered and not origin:
            hint = "name the path to the origin's status too"
            raise fields.wrong("origin_answered", "needs metrics.origin_status", hint)
        return cls(
            True,
            at=fields.text("time", "the path to the time of a request", default=""),
            status=fields.text("status", "the path to the status", default="status"),
            took=took,
            cache=fields.text("cache", "the path to the cache's word, such as HIT", default=""),
            origin=origin,
            answered=answered,
            sent=fields.text("bytes", "the path to the bytes sent", default=""),
            unit=units[unit],
        )


def request_of(line: str, columns: Columns) -> Request | None:
    """What the line says; None where it is of another arm. Raises ValueError, KeyError or TypeError
    for a line that is broken."""
    return _json(line, columns) if columns.json else _combined(line, columns)


def _json(line: str, columns: Columns) -> Request | None:
    row: Any = json.loads(line)
    for path, value in (columns.only or {}).items():
        if str(follow(row, path)) != value:
            return None
    if columns.at:
        at = follow(row, columns.at)
    else:
        at = next(row[key] for key in TIME_KEYS if key in row)
    took = float(follow(row, columns.took)) * columns.unit if columns.took else None
    word = follow(row, columns.cache) if columns.cache else None
    hit = str(word).upper() in HITS if word is not None else None
    failed = int(follow(row, columns.status)) in SERVER_ERRORS
    arose = _arose(row, columns) if failed and columns.origin else ""
    sent = _sent(follow(row, columns.sent)) if columns.sent else None
    return Request(moment(at, UTC), failed, took, hit, arose, sent)


def _sent(value: Any) -> int:
    """Bytes as a log has them: a dash where there were none."""
    sent = 0 if str(value) in NOTHING else int(value)
    if sent < 0:
        raise ValueError(value)
    return sent


def _arose(row: Any, columns: Columns) -> str:
    """Where the error of a failed request arose. Of several origins that were asked in turn the
    last one counts. An origin that did answer, and well, leaves it open."""
    status = _last(follow(row, columns.origin))
    if status in NOTHING:
        return "edge"
    silent = bool(columns.answered) and _last(follow(row, columns.answered)) in (*NOTHING, "-1")
    if status in NOBODY or silent:
        return "unreachable"
    return "origin" if int(status) in SERVER_ERRORS else ""


def _last(value: Any) -> str:
    """Of values in a row, as in nginx' "502, 200 : 504", the last one."""
    return re.split(r"[,:\s]+", str(value).strip())[-1]


def _combined(line: str, columns: Columns) -> Request:
    """host - - [10/Oct/2026:13:55:36 -0700] "GET / HTTP/1.1" 200 2326 … 0.012"""
    start = line.index("[") + 1
    seconds = minute(line[start : start + 17], line[start + 21 : start + 26])
    seconds += int(line[start + 18 : start + 20])
    words = line[start + 27 :].split('" ', 1)[1].split()
    took = float(words[-1].strip('"')) * columns.unit if columns.took else None
    failed = int(words[0]) in SERVER_ERRORS
    return Request(float(seconds), failed, took, None, sent=_sent(words[1]))


def filters(given: Any, place: str) -> dict[str, str]:
    """`only` of an arm: `{"path": "value"}`, lines of which count. Raises BadInput."""
    if not isinstance(given, Mapping) or not all(isinstance(v, str) for v in given.values()):
        raise BadInput(
            f"{given!r} is no choice of lines", place=place, hint='such as {"upstream": "new"}'
        )
    return {str(path): value for path, value in given.items()}
