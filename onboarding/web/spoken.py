"""Times, spans and figures in languages other than English, by CLDR's rules (Babel)."""

from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_skeleton, format_timedelta
from babel.numbers import format_decimal

DASH = "\N{EN DASH}"


@cache
def _locale(code: str) -> Locale:
    return Locale.parse(code)


def moment(at: datetime, zone: str, code: str) -> str:
    """Day and time of day in `zone`, with the zone's name: "Di., 1. Dez. 2026 09:00 CET"."""
    there = at.astimezone(ZoneInfo(zone))
    return f"{day(there, code)} {there:%H:%M} {there.tzname()}"


def day(on: date, code: str) -> str:
    """A day with its weekday: "Di., 1. Dez. 2026"."""
    return _shaped("yMMMEd", on, code)


def period(start: datetime, end: datetime, zone: str, code: str) -> str:
    """A window on the wall clocks of `zone`; where they change within it, both names are said."""
    begin, finish = start.astimezone(ZoneInfo(zone)), end.astimezone(ZoneInfo(zone))
    other = "" if begin.date() == finish.date() else f"{_shaped('MMMEd', finish, code)} "
    first = f" {begin.tzname()}" if begin.tzname() != finish.tzname() else ""
    since = f"{day(begin, code)} {begin:%H:%M}{first}"
    return f"{since} {DASH} {other}{finish:%H:%M} {finish.tzname()}"


def since(seconds: float, code: str) -> str:
    """How long ago it was, or (negative) until it is: "vor 12 Sekunden", "in 3 Stunden"."""
    return format_timedelta(
        timedelta(seconds=-seconds), add_direction=True, threshold=2, locale=_locale(code)
    )


def length(seconds: float, code: str) -> str:
    """A length of time with one unit."""
    return format_timedelta(
        timedelta(seconds=seconds), threshold=2, format="short", locale=_locale(code)
    )


def decimal(value: float, code: str, places: int = 2) -> str:
    """A figure with so many decimals at most."""
    return format_decimal(value, format=f"#,##0.{'#' * places}", locale=_locale(code))


@cache
def percent_sign(code: str) -> str:
    """What stands behind a figure of percent, with the space that the language puts there."""
    pattern = _locale(code).percent_formats[None].pattern
    return "\N{NARROW NO-BREAK SPACE}%" if "\xa0" in pattern or "\u202f" in pattern else "%"


def _shaped(skeleton: str, on: date, code: str) -> str:
    return format_skeleton(skeleton, on, locale=_locale(code))
