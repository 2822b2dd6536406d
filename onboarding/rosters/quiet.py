"""When somebody may be asked: never at night, unless they work then. Pure."""

from datetime import datetime, time, timedelta

from onboarding.rosters.windows import WorkingHours, inside_spans, zone

DAY_BEGINS, DAY_ENDS = time(7), time(22)
LAST_CALL = timedelta(hours=2)


def ask_at(working: WorkingHours, now: datetime, starts_at: datetime) -> datetime:
    """`now` by day (07:00 to 22:00 on the person's clock) or in working hours; else 07:00.

    A duty that begins before then, or within two hours of it, does not wait: they must know.
    """
    local = now.astimezone(zone(working.tz))
    if DAY_BEGINS <= local.time() < DAY_ENDS:
        return now
    if any(True for _ in inside_spans(working, now, now + timedelta(minutes=1))):
        return now
    day = local.date() + timedelta(days=local.time() >= DAY_ENDS)
    morning = datetime.combine(day, DAY_BEGINS, zone(working.tz)).astimezone(now.tzinfo)
    return morning if morning + LAST_CALL <= starts_at else now
