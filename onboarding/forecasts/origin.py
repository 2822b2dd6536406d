"""What the customer's origin bears while caches are cold: misses at each step of a ramp. Pure.

What newly moves asks caches for things they do not hold. Of what could be cached, all misses in the
first moment of a step; half of that is left after `half_minutes`, a quarter after twice as long. What
cannot be cached misses always. What has not moved reaches the origin as far as the old path lets it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from onboarding.forecasts.fit import TIGHT_BELOW

HOUR = timedelta(hours=1)
HALF_MINUTES = 30.0  # where nobody has said how fast the customer's caches warm
LADDER = (1.0, 5.0, 25.0, 50.0, 100.0)


@dataclass(frozen=True)
class Origin:
    """`cacheable` and `old_offload` (0 to 1): what the new path's caches could keep, and what the old
    path answers by itself today. `limit` in req/s, `gbit_limit` in Gbit/s, `gbit` of one request a
    second; None where nobody has said it."""

    cacheable: float = 0.0
    old_offload: float = 0.0
    half_minutes: float = HALF_MINUTES
    limit: float | None = None
    gbit_limit: float | None = None
    gbit: float | None = None


@dataclass(frozen=True)
class OriginStep:
    """A step at its worst moment `at`: what misses (req/s) because caches are `cold` and what always
    does (`steady`), what reaches the origin on the `old` path; `gbits` is all of it in Gbit/s.
    `free` is the part of the origin's limit that is left, of the unit that is tighter."""

    share: float
    start: datetime
    at: datetime
    cold: float
    steady: float
    old: float
    gbits: float | None
    free: float | None

    @property
    def load(self) -> float:
        """All that the origin bears, req/s."""
        return self.cold + self.steady + self.old

    @property
    def word(self) -> str:
        """fits, tight (less than a fifth left), over; or unknown without a limit."""
        if self.free is None:
            return "unknown"
        return "over" if self.free < 0 else "tight" if self.free < TIGHT_BELOW else "fits"


def along(
    origin: Origin, steps: Sequence[tuple[datetime, float]], rates: Sequence[tuple[datetime, float]]
) -> list[OriginStep]:
    """The steps (from when, percent; in order of time) of one ramp. `rates` are (hour, all of the
    traffic, req/s), without holes; steps beyond them are left out."""
    if not rates:
        return []
    end = rates[-1][0] + HOUR
    known = [one for one in steps if one[0] < end]
    ends = [at for at, _ in known[1:]] + [end]
    return [
        _worst(origin, known[: i + 1], until, rates) for i, until in enumerate(ends[: len(known)])
    ]


def each_alone(origin: Origin, at: datetime, rate: float) -> list[OriginStep]:
    """A ladder of shares, each as the first and only step, all of it cold, at a rate of `rate`."""
    return [_at(origin, [(at, share)], at, rate) for share in LADDER]


def bearable(origin: Origin, rate: float) -> float | None:
    """The largest share (percent) that the origin bears moved at once into cold caches at `rate`; None
    without a limit."""
    limits = [] if origin.limit is None else [origin.limit]
    if origin.gbit_limit is not None and origin.gbit:
        limits.append(origin.gbit_limit / origin.gbit)
    if not limits or rate <= 0:
        return None
    free = min(limits) / rate - (1 - origin.old_offload)
    if free < 0:
        return 0.0
    return 100.0 if free >= origin.old_offload else 100 * free / origin.old_offload


def _worst(
    origin: Origin,
    steps: Sequence[tuple[datetime, float]],
    until: datetime,
    rates: Sequence[tuple[datetime, float]],
) -> OriginStep:
    """The last of `steps` at its worst. Rates are hourly and cold misses only fall, so the worst is
    at its beginning or at the beginning of an hour."""
    begin = steps[-1][0]
    first = max(0, int((begin - rates[0][0]) / HOUR))
    moments = [(max(begin, rates[first][0]), rates[first][1])]
    moments += [(hour, rate) for hour, rate in rates[first + 1 :] if hour < until]
    return max((_at(origin, steps, at, rate) for at, rate in moments), key=lambda one: one.load)


def _at(
    origin: Origin, steps: Sequence[tuple[datetime, float]], at: datetime, rate: float
) -> OriginStep:
    start, share = steps[-1]
    moved = share / 100
    cold = 0.0
    for (_, before), (began, after) in pairwise([(start, 0.0), *steps]):
        minutes = (at - began) / timedelta(minutes=1)
        cold += max(0.0, after - before) / 100 * 0.5 ** (minutes / origin.half_minutes)
    cold_rate = rate * origin.cacheable * cold
    steady = rate * moved * (1 - origin.cacheable)
    old = rate * (1 - moved) * (1 - origin.old_offload)
    load = cold_rate + steady + old
    gbits = load * origin.gbit if origin.gbit is not None else None
    free = [1 - load / origin.limit] if origin.limit else []
    if gbits is not None and origin.gbit_limit:
        free.append(1 - gbits / origin.gbit_limit)
    return OriginStep(share, start, at, cold_rate, steady, old, gbits, min(free) if free else None)
