"""Is the size of a history believable? A unit that is off by a million is asked about, not guessed."""

from collections.abc import Sequence
from dataclasses import dataclass

from onboarding.errors import Figure, marked

HIGHEST = 2e7  # req/s of one customer; a whole network carries a few million
LOWEST = 1e-3
FAR = 300.0  # times what is known already


@dataclass(frozen=True)
class Doubt:
    """`question` for a person; `multiply` would make the history like what is known."""

    question: str
    multiply: float


def doubt(values: Sequence[float], known: float = 0.0) -> Doubt | None:
    """What is odd about the size of `values` (req/s, hourly); `known` is the highest hour that an
    earlier history or a stated figure leads one to expect, 0 where there is none."""
    top = max(values, default=0.0)
    if top <= 0:
        return None
    if known > 0 and not known / FAR < top < known * FAR:
        power = _thousands(known / top)
        return Doubt(
            marked(
                "The highest hour would be {top} req/s; what is known of this customer "
                "so far is {known} req/s.",
                top=Figure(top),
                known=Figure(known),
            ),
            power,
        )
    if top > HIGHEST:
        return Doubt(
            marked(
                "The highest hour would be {top} req/s: more than whole networks carry.",
                top=Figure(top),
            ),
            1e-6,
        )
    if top < LOWEST:
        return Doubt(
            marked(
                "The highest hour would be {top} req/s: less than four requests an hour.",
                top=Figure(top),
            ),
            1e6,
        )
    return None


def _thousands(ratio: float) -> float:
    """The power of a thousand nearest to `ratio`."""
    powers = [10.0**e for e in (-9, -6, -3, 3, 6, 9)]
    return min(powers, key=lambda power: max(power / ratio, ratio / power))
