"""What an operator may say about a rehearsal's traffic. Pure."""

from collections.abc import Mapping
from typing import Any

from onboarding.fields import Fields
from onboarding.simulation.world import RATE


def practice(config: Mapping[str, Any], place: str) -> tuple[float, int | None]:
    """The rate and seed of a rehearsal's config; raises BadInput naming the key."""
    fields = Fields(config, place)
    rate = fields.number("rate", "requests a second, such as 1200", least=1, most=1e6, default=RATE)
    seed = fields.get("seed")
    if seed is not None and (type(seed) is not int or not 0 <= seed < 1 << 31):
        raise fields.wrong("seed", f"{seed!r} is no seed", "a whole number of 0 to 2147483647")
    fields.done()
    return rate, seed
