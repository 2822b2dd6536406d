"""Times that are promised, on the wall clock and in working time. Pure.

Working time is a row of spans in which a team is there; None is around the clock. What is due is
counted in it: four hours asked for at 16:30 of a day that ends at 17:30 are due at 12:00 of the
next working day that begins at 09:00.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

SEVERITIES: Mapping[int, str] = {
    1: "traffic is down",
    2: "a part is broken",
    3: "something is wrong",
    4: "a question",
}
URGENT = (1, 2)  # counted around the clock whatever the plan, where a team was asked
PLANS: Mapping[str, str] = {"standard": "business hours", "premium": "around the clock"}
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """[start, end)."""

    start: datetime
    end: datetime


Hours = Sequence[Span] | None


@dataclass(frozen=True)
class Target:
    """How long the first answer, the next ones and the solution may take."""

    first: timedelta
    next: timedelta
    resolve: timedelta


#: By plan and severity; in the working time of support for `standard`, on the wall clock for `premium`.
TARGETS: Mapping[tuple[str, int], Target] = {
    ("standard", 1): Target(HOUR, HOUR, 8 * HOUR),
    ("standard", 2): Target(2 * HOUR, 4 * HOUR, 16 * HOUR),
    ("standard", 3): Target(8 * HOUR, 8 * HOUR, 40 * HOUR),
    ("standard", 4): Target(8 * HOUR, 16 * HOUR, 80 * HOUR),
    ("premium", 1): Target(HOUR / 4, HOUR / 2, 4 * HOUR),
    ("premium", 2): Target(HOUR / 2, 2 * HOUR, 12 * HOUR),
    ("premium", 3): Target(4 * HOUR, 8 * HOUR, 48 * HOUR),
    ("premium", 4): Target(8 * HOUR, 24 * HOUR, 120 * HOUR),
}
#: How long a team may take to accept a hand-over, and to answer it.
ACCEPT: Mapping[int, timedelta] = {1: HOUR / 4, 2: HOUR, 3: 4 * HOUR, 4: 8 * HOUR}
ANSWER: Mapping[int, timedelta] = {1: HOUR, 2: 4 * HOUR, 3: 16 * HOUR, 4: 40 * HOUR}
#: Every kind of time that is promised, which a vendor may set otherwise, as pages say it.
KINDS: Mapping[str, str] = {
    "standard_first": "Standard: first answer",
    "standard_next": "Standard: next answer",
    "standard_resolve": "Standard: solution",
    "premium_first": "Premium: first answer",
    "premium_next": "Premium: next answer",
    "premium_resolve": "Premium: solution",
    "handover_accept": "Hand-over: accepted",
    "handover_answer": "Hand-over: answered",
}


def shipped(kind: str, severity: int) -> timedelta:
    """The time of one of `KINDS` where the vendor has not set it."""
    whose, _, what = kind.partition("_")
    if whose == "handover":
        return (ACCEPT if what == "accept" else ANSWER)[severity]
    found = TARGETS[whose, severity]
    return {"first": found.first, "next": found.next, "resolve": found.resolve}[what]


@dataclass(frozen=True)
class Week:
    """When somebody works: from `starts` to `ends` (earlier: over midnight) on the ISO weekdays
    `days` in `zone`, save the whole days `off`."""

    zone: str
    starts: time
    ends: time
    days: tuple[int, ...]
    off: frozenset[date] = frozenset()


def together(spans: Iterable[Span]) -> list[Span]:
    """The time that is in any of `spans`, in order, none touching another."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        if span.end <= span.start:
            continue
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return found


def working(weeks: Iterable[Week], since: datetime, until: datetime) -> list[Span]:
    """When at least one of `weeks` works in [since, until)."""
    return together(span for week in weeks for span in _spans(week, since, until))


def _spans(week: Week, since: datetime, until: datetime) -> Iterable[Span]:
    zone = ZoneInfo(week.zone)
    day = since.astimezone(zone).date() - DAY
    last = until.astimezone(zone).date()
    while day <= last:
        if day.isoweekday() in week.days and day not in week.off:
            ends_on = day if week.ends > week.starts else day + DAY
            start = datetime.combine(day, week.starts, zone).astimezone(UTC)
            end = datetime.combine(ends_on, week.ends, zone).astimezone(UTC)
            if end > since and start < until:
                yield Span(max(start, since), min(end, until))
        day += DAY


def due(start: datetime, length: timedelta, hours: Hours) -> datetime:
    """When `length` of working time after `start` is over. Where the known hours end before, what
    is left counts on the wall clock from their end."""
    if hours is None:
        return start + length
    left, at = length, start
    for span in hours:
        if span.end <= start:
            continue
        begin = max(span.start, start)
        if span.end - begin >= left:
            return begin + left
        left -= span.end - begin
        at = span.end
    return at + left


def before(end: datetime, length: timedelta, hours: Hours) -> datetime:
    """The moment from which on `length` of working time is left until `end`; where the known hours
    begin later, the rest counts on the wall clock."""
    if hours is None:
        return end - length
    left, at = length, end
    for span in reversed(hours):
        if span.start >= end:
            continue
        finish = min(span.end, end)
        if finish - span.start >= left:
            return finish - left
        left -= finish - span.start
        at = span.start
    return at - left


def worked(start: datetime, end: datetime, hours: Hours) -> timedelta:
    """How much of [start, end) is working time."""
    if hours is None:
        return max(timedelta(), end - start)
    parts = (min(span.end, end) - max(span.start, start) for span in hours)
    return sum((part for part in parts if part > timedelta()), timedelta())


@dataclass(frozen=True)
class Promise:
    """Something owed until `due`: first (answer), next (answer), resolve; `length` as it was
    promised, `name` as pages say it."""

    name: str
    length: timedelta
    due: datetime


@dataclass(frozen=True)
class Moment:
    """When a promise comes `near` (a quarter of its time is left) or is `missed`."""

    at: datetime
    what: str
    promise: Promise


def moments(promises: Iterable[Promise], hours: Hours) -> list[Moment]:
    """All of them, in the order they come."""
    found = []
    for promise in promises:
        found.append(Moment(before(promise.due, promise.length / 4, hours), "near", promise))
        found.append(Moment(promise.due, "missed", promise))
    return sorted(found, key=lambda moment: moment.at)


def used(promise: Promise, at: datetime, hours: Hours) -> timedelta:
    """How much of the promised working time was used at `at`; more than its length where it is
    missed. Time that it stood still (the customer owed the word) is not in it."""
    if at <= promise.due:
        return promise.length - worked(at, promise.due, hours)
    return promise.length + worked(promise.due, at, hours)


def without_gaps(spans: Sequence[Span]) -> bool:
    """Whether each of `spans` begins where the one before it ends."""
    return all(one.end == other.start for one, other in pairwise(spans))
