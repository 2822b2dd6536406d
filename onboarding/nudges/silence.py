"""When a customer has been quiet for too long. Pure."""

from datetime import datetime, timedelta


def at_risk(
    since: datetime, reminded: datetime | None, now: datetime, quiet: timedelta, grace: timedelta
) -> bool:
    """Whether a turn-up that waits for its customer `since` then is at risk.

    It is reminded of after `quiet` and at risk `grace` after that reminder; where nobody could be
    reminded, `grace` after the reminder was due.
    """
    return now >= (reminded or since + quiet) + grace
