"""A range query of Prometheus as the text of a table, bounded in time and size."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlencode

from onboarding.clock import iso
from onboarding.errors import BadInput, Figure, PassingFault, PermanentFault, marked, nested

T = TypeVar("T")

STEP_S = 300
MOST_DAYS = 35  # at five minutes, below the 11,000 points that Prometheus itself allows
TIMEOUT_S = 20.0
MOST_SAMPLES = 11_000


def address(base: str, query: str, end: datetime, days: int) -> str:
    """Where to ask for the last `days` days before `end`, every five minutes."""
    check(base, query)
    if not 1 <= days <= MOST_DAYS:
        raise BadInput(
            marked("{value} is out of range", value=str(days)),
            place="days",
            hint=marked("from {least} to {most}", least="1", most=str(MOST_DAYS)),
        )
    end = end.replace(minute=0, second=0, microsecond=0)
    return span(base, query, end - timedelta(days=days), end)


def check(base: str, query: str) -> None:
    """Raises BadInput naming the field."""
    if not base.startswith(("http://", "https://")):
        raise BadInput(
            marked("this is no address"),
            place="url",
            hint=marked("expected https://prometheus.example"),
        )
    if not query.strip():
        raise BadInput(
            marked("this is needed"),
            place="query",
            hint=marked("such as {example}", example="sum(rate(http_requests_total[5m]))"),
        )


def span(base: str, query: str, start: datetime, end: datetime) -> str:
    """Where to ask for every five minutes of [start, end)."""
    asked = {
        "query": query,
        "start": iso(start),
        "end": iso(end - timedelta(seconds=STEP_S)),
        "step": STEP_S,
        "timeout": f"{TIMEOUT_S - 2:g}s",
    }
    return f"{base.rstrip('/')}/api/v1/query_range?{urlencode(asked)}"


def table(answer: Any) -> bytes:
    """The one series of an answer as a table of epoch seconds and values. Raises BadInput, with
    the place `query`, for an error, for none or several series, and for too many samples."""
    pairs = _one_series(answer)
    if pairs is None:
        raise BadInput(
            marked("the query gives nothing for this time"),
            place="query",
            hint=marked("look at the name and the time"),
        )
    rows = [f"{float(at):.0f},{value}" for at, value in pairs if value not in _NO_NUMBER]
    if not rows:
        raise BadInput(
            marked("the query gives no number"), place="query", hint=marked("look at the query")
        )
    return ("time,value\n" + "\n".join(rows) + "\n").encode()


def samples(answer: Any) -> list[tuple[datetime, float]]:
    """The same as (when, value >= 0), in order of time; empty where the query gives nothing then."""
    try:
        pairs = [
            (datetime.fromtimestamp(float(at), UTC), float(value))
            for at, value in _one_series(answer) or []
            if value not in _NO_NUMBER
        ]
    except (TypeError, ValueError, OverflowError) as wrong:
        raise BadInput(_NOT_PROMETHEUS, place="url", hint=marked("look at the address")) from wrong
    if any(value < 0 for _, value in pairs):
        raise BadInput(
            marked("the query gives negative values"),
            place="query",
            hint=marked("look at the query"),
        )
    return sorted(pairs)


_NOT_PROMETHEUS = marked("the answer is not as Prometheus gives it")
_NO_NUMBER = ("NaN", "+Inf", "-Inf")


def _one_series(answer: Any) -> list[Any] | None:
    """The samples of the one series; None where there is no series."""
    if not isinstance(answer, dict) or answer.get("status") != "success":
        said = str(answer.get("error", "")) if isinstance(answer, dict) else ""
        raise BadInput(
            marked("Prometheus refuses the query: {why}", why=said[:200])
            if said
            else marked("Prometheus refuses the query and gives no reason"),
            place="query",
            hint=marked("try it in Prometheus itself first"),
        )
    data = answer.get("data")
    series = data.get("result") if isinstance(data, dict) else None
    if not isinstance(series, list):
        raise BadInput(_NOT_PROMETHEUS, place="url", hint=marked("look at the address"))
    if not series:
        return None
    if len(series) > 1:
        raise BadInput(
            marked("the query gives {n} series", n=Figure(len(series))),
            place="query",
            hint=marked("expected one, the whole traffic: put sum(…) around it"),
        )
    pairs = series[0].get("values") if isinstance(series[0], dict) else None
    if not isinstance(pairs, list):
        raise BadInput(_NOT_PROMETHEUS, place="url", hint=marked("look at the address"))
    if len(pairs) > MOST_SAMPLES:
        raise BadInput(marked("{n} samples", n=Figure(len(pairs))), place="query", hint=_SMALLER)
    return pairs


_SMALLER = marked(
    "ask for fewer series or a shorter time, such as sum(rate(http_requests_total[5m]))"
)


def fetch(ask: Callable[[str], Any], url: str, read: Callable[[Any], T]) -> T:
    """What `read` makes of the answer behind `url`; `ask` gives its JSON or raises AdapterError. Raises
    BadInput with the place `query` or `url`, in words that say what to do."""
    try:
        return read(ask(url))
    except PassingFault as fault:
        slow = "did not answer within" in fault.message
        raise BadInput(
            fault.message,
            place="url",
            hint=marked("the query may be too heavy: {hint}", hint=nested(_SMALLER))
            if slow
            else fault.hint,
        ) from fault
    except PermanentFault as fault:
        much = "answered more than" in fault.message
        raise BadInput(
            marked("the answer is too large to be one series") if much else fault.message,
            place="query" if much else "url",
            hint=_SMALLER if much else fault.hint,
        ) from fault
