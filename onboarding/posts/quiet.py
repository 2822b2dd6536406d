"""When a reader gets a post: at once, after their quiet hours, or with their next digest. Pure."""

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from onboarding.errors import BadInput, marked

DIGESTS = ("", "hourly", "daily")
DAILY_AT = time(8)
#: What is sent at once, whatever the hour: who sleeps through these would want to have been woken.
PRESSING = frozenset({"ramp.rollback", "ramp.rolled_back", "ramp.stuck"})
#: What overtakes other letters, as pages do; the rest leaves beside them, in the usual lane.
FIRST = PRESSING | {"ramp.held"}
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)\Z")


def hours(text: str, place: str = "quiet") -> str:
    """Quiet hours such as 22:00-07:00, or empty. Raises BadInput."""
    given = text.strip().replace(" ", "").replace("\u2013", "-")
    if not given:
        return ""
    found = _HOURS.match(given)
    if found is None or given[:5] == given[6:]:
        raise BadInput(
            marked("these are no quiet hours"),
            place=place,
            hint=marked("like 22:00-07:00, or empty for none"),
        )
    return given


def due(now: datetime, zone: str, quiet: str, digest: str, kind: str) -> datetime | None:
    """When a post of `kind` goes out (UTC); None: at once."""
    if kind in PRESSING:
        return None
    local = now.astimezone(ZoneInfo(zone))
    if digest == "hourly":
        local = local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    elif digest == "daily":
        local = _next(local, DAILY_AT)
    if quiet:
        local = _after(local, quiet)
    at = local.astimezone(UTC)
    return at if at > now else None


def _after(local: datetime, quiet: str) -> datetime:
    """`local`, or the end of the quiet hours that it lies in."""
    start, end = (time.fromisoformat(part) for part in quiet.split("-"))
    now = local.time().replace(tzinfo=None)
    within = start <= now < end if start < end else now >= start or now < end
    return _next(local, end) if within else local


def _next(local: datetime, at: time) -> datetime:
    """The next time that the wall clock shows `at`."""
    found = local.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0, fold=0)
    if found.replace(tzinfo=None) <= local.replace(tzinfo=None):
        found += timedelta(days=1)
    return found
