"""On whom a turn-up waited while it was in a stage. Pure.

The days up to the moment when a thing of the stage was settled count for whoever had to settle it.
What comes after the last of them was no task: in `scheduled` it is the wait for the booked window,
else nobody is named for it. Signup without tasks waits for the customer, who says what is moved. In
the stages after `scheduled` traffic moves or is there, and nobody is waited for.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

CUSTOMER, WINDOW, NOBODY = "customer", "window", "nobody"
#: Stages in which the journey waits for nobody's tasks any more.
MOVING = ("ramping", "live", "tuning")
DAY = timedelta(days=1)


def waits(
    stage: str, entered: datetime, left: datetime, settled: Iterable[tuple[datetime, str]]
) -> dict[str, float]:
    """Days by whom they were waited for, `NOBODY` where no one is named; together all days of the
    stay. `settled`: when which owner's things were settled, in any order."""
    if stage in MOVING or left <= entered:
        return {}
    found: dict[str, float] = {}
    at = entered
    for when, owner in sorted(settled):
        if at < when <= left:
            found[owner] = found.get(owner, 0.0) + (when - at) / DAY
            at = when
    rest = (left - at) / DAY
    if rest > 0:
        whom = _rest(stage, tasks=bool(found))
        found[whom] = found.get(whom, 0.0) + rest
    return found


def _rest(stage: str, *, tasks: bool) -> str:
    if stage == "signup" and not tasks:
        return CUSTOMER
    return WINDOW if stage == "scheduled" else NOBODY


def side(owner: str) -> str:
    """Of whom an owner is: "customer", "us" (any team of the vendor's), "window" or "nobody"."""
    return owner if owner in (CUSTOMER, WINDOW, NOBODY) else "us"
