"""The clock of DNS: how long resolvers may still give an old answer. Pure.

A resolver that asked just before a record changed keeps what it got for the TTL of then. So what is
lowered counts one old TTL later, and after a switch the rest that follows old answers falls in a
line to nothing over the TTL in force, as resolvers asked at times spread evenly over it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

UNKNOWN_S = 86_400  # what the TTL is taken for to have been where nobody saw it before


@dataclass(frozen=True)
class Look:
    """A name's highest TTL (seconds) as its own name servers told it, from `since` to `until`."""

    since: datetime
    until: datetime
    ttl: int


@dataclass(frozen=True)
class TtlClock:
    """Of one name: the TTL `now` (None: never seen), `old` as it was before it was lowered to
    `wanted` or less (None: nobody saw it), `lowered_at`, when that was first seen, and `safe_at`,
    from when on nobody keeps an answer with the old TTL; both None while it is too high."""

    name: str
    wanted: int
    now: int | None
    old: int | None = None
    lowered_at: datetime | None = None
    safe_at: datetime | None = None

    def elapsed(self, at: datetime) -> bool:
        """Whether a switch at `at` takes effect within the lowered TTL for everybody."""
        return self.safe_at is not None and at >= self.safe_at


def ttl_clock(name: str, wanted: int, looks: Sequence[Look]) -> TtlClock:
    """The clock of `name` from what was seen of it, oldest first. The first time that it was seen
    low counts, not the last that it was seen high: in between nobody looked."""
    if not looks:
        return TtlClock(name, wanted, None)
    last = looks[-1]
    if last.ttl > wanted:
        return TtlClock(name, wanted, last.ttl, last.ttl)
    low: list[Look] = []
    for look in reversed(looks):
        if look.ttl > wanted:
            break
        low.append(look)
    before = looks[: len(looks) - len(low)]
    old = max(look.ttl for look in before) if before else None
    lowered_at = low[-1].since
    safe_at = lowered_at + timedelta(seconds=UNKNOWN_S if old is None else old)
    return TtlClock(name, wanted, last.ttl, old, lowered_at, safe_at)


@dataclass(frozen=True)
class Turn:
    """The switch was read at `share` percent at `at`; it was at `before`."""

    at: datetime
    before: float
    share: float


def on_old_answers(turns: Sequence[Turn], ttl_s: float, now: datetime) -> float:
    """Percent of all traffic that, by estimate, still follows answers from before its last turns.

    Each turn concerns the part of the answers that it changed; of that, one minus the time since
    over the TTL is left."""
    left = 0.0
    for turn in turns:
        passed = (now - turn.at).total_seconds()
        if 0 <= passed < ttl_s:
            left += abs(turn.share - turn.before) * (1 - passed / ttl_s)
    return min(100.0, left)


def gone_at(turns: Sequence[Turn], ttl_s: float) -> datetime | None:
    """When nobody follows an older answer any more; None where nothing was turned."""
    if not turns:
        return None
    return max(turn.at for turn in turns) + timedelta(seconds=ttl_s)
