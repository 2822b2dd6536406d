"""The times that web access logs carry, to seconds since 1970. Pure."""

from datetime import UTC, datetime, tzinfo

MONTHS = {
    name: i
    for i, name in enumerate(
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], 1
    )
}
#: What access logs in JSON call the time of a request.
TIME_KEYS = (
    "time", "timestamp", "@timestamp", "ts", "time_iso8601", "time_local", "datetime", "date",
    "msec", "start_time", "EdgeStartTimestamp", "request_time_utc",
)  # fmt: skip
CENTURY = (946684800, 4102444800)


def minute(text: str, zone: str) -> int:
    """The minute `10/Oct/2026:13:55` at the offset `-0700`. Raises ValueError or KeyError."""
    day, month, year = int(text[:2]), MONTHS[text[3:6]], int(text[7:11])
    at = datetime(year, month, day, int(text[12:14]), int(text[15:17]), tzinfo=UTC)
    if len(zone) != 5 or zone[0] not in "+-":
        raise ValueError("no offset")
    shift = int(zone[1:3]) * 3600 + int(zone[3:5]) * 60
    return int(at.timestamp()) + (shift if zone[0] == "-" else -shift)


def moment(value: object, zone: tzinfo) -> float:
    """What a JSON log says of the time: ISO 8601, the Common Log Format's, or a number of seconds,
    milli-, micro- or nanoseconds. `zone` is that of a time without an offset. Raises ValueError."""
    if isinstance(value, bool) or value is None:
        raise ValueError("no time")
    if isinstance(value, int | float) or str(value).replace(".", "", 1).isdigit():
        seconds = float(value)  # type: ignore[arg-type]
        while seconds > 1e11:
            seconds /= 1000
    elif str(value)[2:3] == "/":
        text = str(value)
        seconds = float(minute(text[:17], text[21:26]) + int(text[18:20]))
    else:
        at = datetime.fromisoformat(str(value))
        seconds = (at if at.tzinfo else at.replace(tzinfo=zone)).timestamp()
    if not CENTURY[0] <= seconds < CENTURY[1]:
        raise ValueError("not of this century")
    return seconds
