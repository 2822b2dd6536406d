"""The practice world: counts of any second, as a function of what its row says. Pure.

Traffic has a day's shape (busiest at 20:00 UTC), drifts over seconds, minutes and hours, and is
overdispersed as real traffic is. Both arms see the same users, so most of what moves a rate moves
it in both. Asking twice gives the same counts, and so does asking from another process.
"""

import math
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from onboarding.simulation.library import FAULTS
from onboarding.simulation.noise import drift

if TYPE_CHECKING:
    import numpy as np

RATE = 1200.0  # mean requests a second where nobody says
ARISES = ("edge", "unreachable", "origin")
ERRORS, SLOW, MISSES = 0.001, 0.05, 0.12  # healthy chances of a request
SIZE = 20_000.0  # mean bytes of an answer that is no error


def seed_of(key: str) -> int:
    """The seed of a world that was given none: the same for the same `key`."""
    return zlib.crc32(key.encode()) >> 1  # fits the column


def picked_part(selector: Mapping[str, Any]) -> float:
    """The percent of the traffic that a selector picks here: 2 to 9, the same for the same one."""
    return 2.0 + zlib.crc32(repr(sorted(selector.items())).encode()) % 8 if selector else 0.0


def moved_part(share: float, selector: Mapping[str, Any]) -> float:
    """The percent of all traffic that is moved: what is picked, and `share` percent of the rest."""
    picked = picked_part(selector)
    return picked + (100.0 - picked) * share / 100.0 if picked else share


@dataclass(frozen=True)
class Trouble:
    """A fault from `since` to `until` (seconds since the epoch), at a strength of (0, 1]."""

    kind: str
    since: float
    until: float
    strength: float


@dataclass(frozen=True)
class ArmSecond:
    """What one arm saw in one second."""

    requests: int
    errors: int
    slow: int
    misses: int
    arose: tuple[int, int, int] = (0, 0, 0)  # errors at the edge, unreachable, in the origin
    sent: int = 0  # bytes of the answers


@dataclass(frozen=True)
class Second:
    """The second that ends at `at` (seconds since the epoch); arms are None where counts of it
    never arrived."""

    at: int
    moved: ArmSecond | None
    control: ArmSecond | None


@dataclass(frozen=True)
class World:
    """`rate`: mean requests a second of both arms. `moves`: (time, share) in order of time."""

    seed: int
    rate: float
    moves: tuple[tuple[float, float], ...] = ()
    troubles: tuple[Trouble, ...] = ()

    def active(self, kind: str, at: float) -> bool:
        """Whether a fault of this kind is on at that time."""
        return any(t.kind == kind and t.since <= at < t.until for t in self.troubles)

    def share(self, second: int) -> float:
        """Percent on the new path in the second that ends then, averaged over it."""
        now, edge, total = 0.0, second - 1.0, 0.0
        for at, share in self.moves:
            if at >= second:
                break
            if at > edge:
                total += now * (at - edge)
                edge = at
            now = share
        return total + now * (second - edge)

    def second(self, at: int) -> Second:
        """The counts of the second that ends at `at`."""
        if self._touch("metrics_gone", at):
            return Second(at, None, None)
        import numpy as np  # noqa: PLC0415 - the web process knows of worlds and draws none

        random = np.random.default_rng((self.seed, at))
        common = math.exp(0.3 * drift(self.seed, 1, at, 900) + 0.2 * drift(self.seed, 2, at, 90))
        common *= random.gamma(8.0, 1.0 / 8.0)
        total = int(random.poisson(self.demand(at)))
        moved = int(random.binomial(total, min(1.0, max(0.0, self.share(at) / 100.0))))
        return Second(
            at,
            self._arm(random, moved, at, common, new=True),
            self._arm(random, total - moved, at, common, new=False),
        )

    def seconds(self, since: float, until: float) -> Iterator[Second]:
        """The whole seconds that end in (since, until], oldest first."""
        for at in range(math.floor(since) + 1, math.floor(until) + 1):
            yield self.second(at)

    def demand(self, at: float) -> float:
        """Requests a second that are to be expected."""
        hour = at / 3600.0 % 24.0
        day = 1.0 + 0.40 * math.cos((hour - 20.0) * math.pi / 12.0)
        day += 0.10 * math.cos((hour - 14.0) * math.pi / 6.0)
        wander = sum(
            size * drift(self.seed, 10 + i, at, period)
            for i, (period, size) in enumerate(((5, 0.10), (60, 0.10), (900, 0.10)))
        )
        return self.rate * day * math.exp(wander)

    def _touch(self, kind: str, at: int) -> float:
        """How much of the second that ends at `at` faults of this kind cover, times strength."""
        covered = 0.0
        for trouble in self.troubles:
            if trouble.kind == kind:
                overlap = min(trouble.until, at) - max(trouble.since, at - 1)
                covered = max(covered, overlap * trouble.strength)
        return covered

    def _arm(
        self, random: "np.random.Generator", requests: int, at: int, common: float, *, new: bool
    ) -> ArmSecond:
        own = math.exp(0.08 * drift(self.seed, 20 + new, at, 300))
        sources = dict.fromkeys(ARISES, 0.0) | {"origin": ERRORS * common * own}
        fine = [1.0 - min(0.9, chance * own) for chance in (ERRORS * common, SLOW, MISSES)]
        arrives = 1.0
        for kind in {trouble.kind for trouble in self.troubles} if new else ():
            touch, effect = self._touch(kind, at), FAULTS[kind]
            for i, spoilt in enumerate((effect.errors, effect.slow, effect.misses)):
                fine[i] *= 1.0 - touch * spoilt
            sources[effect.arises] += touch * effect.errors
            arrives *= 1.0 - touch * effect.lost
        errors, slow, misses = (int(random.binomial(requests, 1.0 - chance)) for chance in fine)
        size = SIZE * math.exp(0.1 * drift(self.seed, 30 + new, at, 120))
        sent = round((requests - errors) * size * arrives)
        return ArmSecond(requests, errors, slow, misses, _shared_out(errors, sources), sent)


def _shared_out(errors: int, sources: dict[str, float]) -> tuple[int, int, int]:
    """The errors by where they arose, in the proportion of their causes."""
    whole = sum(sources.values())
    if not errors or not whole:
        return 0, 0, 0
    parts = {kind: math.floor(errors * weight / whole) for kind, weight in sources.items()}
    parts[max(sources, key=lambda kind: sources[kind])] += errors - sum(parts.values())
    return parts["edge"], parts["unreachable"], parts["origin"]
