"""Figures, windows and moments as a reader of a language and zone knows them, UTC beside them.
Pure."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_decimal

DASH = "\u2013"  # between two times


def percent(value: float, language: str = "en") -> str:
    """A share as people of the language write it: 25 %, 0,5 %."""
    figure = figure_of(float(value), language)
    return f"{figure}%" if language == "ja" else f"{figure} %"


def figure_of(value: float, language: str = "en") -> str:
    """A figure with the language's decimal sign, at most four digits behind it."""
    return str(format_decimal(round(value, 4), format="#,##0.####", locale=language))


def window(start: datetime, end: datetime, language: str, zone: str) -> str:
    """From when to when on the wall clocks of `zone`, and in UTC. Where the clocks change within
    it, both names of the zone are said."""
    here = _span(start, end, language, zone)
    if zone == "UTC":
        return here
    utc = _clock_span(start, end, language, start.astimezone(ZoneInfo(zone)))
    return f"{here} ({utc})"


def moment(at: datetime, language: str, zone: str) -> str:
    """A moment on the wall clock of `zone`, and in UTC."""
    there = at.astimezone(ZoneInfo(zone))
    said = f"{_day(there, language)}, {_time(there, language)} {there.tzname()}"
    if zone == "UTC":
        return said
    utc = at.astimezone(UTC)
    beside = f"{_time(utc, language)} UTC"
    if utc.date() != there.date():
        beside = f"{_day(utc, language)}, {beside}"
    return f"{said} ({beside})"


def _span(start: datetime, end: datetime, language: str, zone: str) -> str:
    begin, finish = start.astimezone(ZoneInfo(zone)), end.astimezone(ZoneInfo(zone))
    first = f" {begin.tzname()}" if begin.tzname() != finish.tzname() else ""
    until = _time(finish, language)
    if begin.date() != finish.date():
        until = f"{_day(finish, language)}, {until}"
    dash = f" {DASH} " if first or begin.date() != finish.date() else DASH
    head = f"{_day(begin, language)}, {_time(begin, language)}{first}"
    return f"{head}{dash}{until} {finish.tzname()}"


def _clock_span(start: datetime, end: datetime, language: str, there: datetime) -> str:
    """The window in UTC, its days only where they are not those already said."""
    begin, finish = start.astimezone(UTC), end.astimezone(UTC)
    if begin.date() != there.date() or finish.date() != begin.date():
        return _span(start, end, language, "UTC")
    return f"{_time(begin, language)}{DASH}{_time(finish, language)} UTC"


def _day(at: datetime, language: str) -> str:
    pattern = Locale.parse(language).datetime_skeletons["yMMMEd"].pattern
    return str(format_date(at, format=pattern, locale=language))


def _time(at: datetime, language: str) -> str:
    return str(format_time(at, format="HH:mm", tzinfo=at.tzinfo, locale=language))
