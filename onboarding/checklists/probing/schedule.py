"""When a probe looks next, and when its results change what counts. Pure."""

from datetime import timedelta

#: A look that fails after others passed is made once more before it counts: names flap for a
#: minute, and an item that opens and closes by itself is soon believed by nobody.
MISSES_THAT_COUNT = 2
AGAIN = timedelta(minutes=1)
OPEN = timedelta(minutes=10)
WATCHED = timedelta(hours=1)
WATCHED_NEAR_THE_FLIP = timedelta(minutes=10)
SETTLED_LONG_AGO = timedelta(hours=6)
RESTING = timedelta(days=1)
NEAR_THE_FLIP = ("scheduled", "ramping")
AFTER_THE_FLIP = ("live", "tuning")


def counts(before: bool | None, seen: bool | None, misses: int) -> bool | None:
    """What counts after a look: `before` what counted, `seen` what it found, `misses` how many
    looks in a row did not pass, this one among them."""
    if seen is None or (seen is False and before is True and misses < MISSES_THAT_COUNT):
        return before
    return seen


def wait(*, done: bool, stage: str, confirming: bool, chance: float) -> timedelta:
    """How long until the next look at an item of a turn-up in `stage`; `confirming`: the last one
    failed and does not count yet. `chance` from 0 to 1 spreads it by a fifth either way."""
    if confirming:
        span = AGAIN
    elif not done:
        span = OPEN
    elif stage in NEAR_THE_FLIP:
        span = WATCHED_NEAR_THE_FLIP
    elif stage in AFTER_THE_FLIP:
        span = SETTLED_LONG_AGO
    else:
        span = WATCHED
    return span * (0.8 + 0.4 * chance)
