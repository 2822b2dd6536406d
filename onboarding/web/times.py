"""Times and figures as people read them (Jinja filters): the viewer's zone with UTC beside it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Flask
from markupsafe import Markup

from onboarding import clock
from onboarding.web import spoken
from onboarding.web.language import _, language


def local(at: datetime, zone: str) -> Markup:
    """`<time>` in `zone` with UTC beside it; the browser may show its own zone."""
    there = at.astimezone(ZoneInfo(zone))
    utc = at.astimezone(ZoneInfo("UTC"))
    beside = (
        "" if zone == "UTC" else Markup(' <span class="utc">{}</span>').format(f"{utc:%H:%M} UTC")
    )
    shown = f"{there:%a %d %b %Y %H:%M} {there.tzname()}"
    if language() != "en":
        shown = spoken.moment(at, zone, language())
    return Markup('<time datetime="{}">{}</time>{}').format(clock.iso(at), shown, beside)


def window(start: datetime, end: datetime, own: str, customer: str = "") -> Markup:
    """A window in one's own zone, the customer's and UTC, each once, one below the other."""
    whose = {own: _("yours"), customer: _("the customer's")} if customer not in ("", own) else {}
    line = Markup('<span class="zone-line"><time datetime="{}">{}</time>{}</span>')
    lines = [
        line.format(
            clock.iso(start),
            _period(start, end, zone),
            Markup(" <small>{}, {}</small>").format(zone, whose[zone]) if zone in whose else "",
        )
        for zone in dict.fromkeys((own, customer or own, "UTC"))
    ]
    return Markup('<span class="zones">{}</span>').format(Markup("").join(lines))


def _period(start: datetime, end: datetime, zone: str) -> str:
    if language() != "en":
        return spoken.period(start, end, zone, language())
    return clock.spoken(start, end, zone)


def clock_time(at: datetime, zone: str) -> Markup:
    """The time of day in `zone`, to the second; the whole moment in the element."""
    there = at.astimezone(ZoneInfo(zone))
    return Markup('<time datetime="{}">{}</time>').format(clock.iso(at), f"{there:%H:%M:%S}")


def utc_offset(at: datetime, zone: str) -> float:
    """By how many seconds the clocks of `zone` are ahead of UTC then."""
    offset = at.astimezone(ZoneInfo(zone)).utcoffset()
    return offset.total_seconds() if offset else 0.0


def utc_time(at: datetime | float) -> str:
    """The time of day in UTC, to the second; `at` may be seconds since the epoch."""
    moment = at if isinstance(at, datetime) else datetime.fromtimestamp(at, UTC)
    return f"{moment.astimezone(UTC):%H:%M:%S} UTC"


def ago(at: datetime | None) -> str:
    """How long since `at`, or until it: "12 s ago", "in 3 h"."""
    if at is None:
        return _("never")
    seconds = (clock.now() - at).total_seconds()
    if language() != "en":
        return spoken.since(seconds, language())
    text = span(abs(seconds))
    return f"{text} ago" if seconds >= 0 else f"in {text}"


def span(seconds: float | timedelta) -> str:
    """A length of time with one unit: "45 s", "12 min", "3 h", "5 d"."""
    total = seconds.total_seconds() if isinstance(seconds, timedelta) else seconds
    if language() != "en":
        return spoken.length(total, language())
    for size, unit in ((86400 * 2, "d"), (7200, "h"), (120, "min")):
        if total >= size:
            per = {"d": 86400, "h": 3600, "min": 60}[unit]
            return f"{total / per:.0f} {unit}"
    return f"{total:.0f} s"


def figure(value: float) -> str:
    """A number as the language of the page writes it, with two decimals at most."""
    return f"{value:g}" if language() == "en" else spoken.decimal(value, language())


def percent_sign() -> str:
    """What stands behind a figure of percent."""
    return " %" if language() == "en" else spoken.percent_sign(language())


def percent(value: float) -> str:
    """A share: "12.5 %", and as other languages write it."""
    return figure(value) + percent_sign()


def rate(value: float) -> str:
    """A rate with three significant digits: "1,240", "12.5 k", "3.10 M"."""
    for size, unit in ((1e6, " M"), (1e4, " k")):
        if abs(value) >= size:
            return f"{value / size * (1 if unit == ' M' else 10):.3g}{unit}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def input_time(at: datetime, zone: str, minutes: int = 0) -> str:
    """The value of a `datetime-local` field: `at` in `zone`, `minutes` later."""
    return (at + timedelta(minutes=minutes)).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")


def last_day(until: datetime, zone: str) -> str:
    """The last day before `until` in `zone`: what is due until its end."""
    last = (until - timedelta(seconds=1)).astimezone(ZoneInfo(zone))
    return f"{last:%a %d %b %Y}" if language() == "en" else spoken.day(last, language())


def init_times(app: Flask) -> None:
    """Register the filters."""
    app.jinja_env.filters.update(local=local, clock_time=clock_time, input_time=input_time)
    app.jinja_env.filters["last_day"] = last_day
    app.jinja_env.globals.update(window_in_zones=window, percent_sign=percent_sign)
    app.jinja_env.filters.update(ago=ago, span=span, rate=rate, utc_time=utc_time)
    app.jinja_env.filters.update(
        figure=figure, percent=percent, iso_time=clock.iso, utc_offset=utc_offset
    )
    app.jinja_env.globals["now"] = clock.now
