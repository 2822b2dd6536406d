"""What every switch must do: read what is in force, set a share, check without effect."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from onboarding.errors import BadInput


@dataclass(frozen=True)
class Position:
    """What a switch was found to be at.

    `share` is the percent on the new path. `in_effect_at` is when the whole of it will have taken
    effect (resolvers keep answers for a TTL); None where it has. `told` is what the switch itself
    said, for the trail.
    """

    share: float
    in_effect_at: datetime | None = None
    told: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Ability:
    """What a switch can do: the smallest step (percent), the delay to full effect (seconds), the
    selectors it knows (`path`, `country`, …), and whether a person turns it."""

    smallest_step: float = 1.0
    delay_s: float = 0.0
    selectors: tuple[str, ...] = ()
    by_hand: bool = False


class Switch(Protocol):
    """One switch of one cutover. Every method returns on success and raises PassingFault or
    PermanentFault otherwise, within some seconds. A switch is made once for a cutover and kept;
    it is called from one thread at a time, outside `transaction()`.

    `set` returns once the switch has taken the share in. With a key that this switch has set
    before it changes nothing, however late it comes: a new decision takes a new key. Where it
    raises, the share may be in force all the same: only `read` tells. `check` changes nothing.
    """

    ability: Ability

    def read(self) -> Position: ...

    def set(self, share: float, key: str) -> None: ...

    def check(self) -> None: ...


class KeysSeen:
    """The keys of the last sets that succeeded, for switches whose far side cannot keep them."""

    def __init__(self, most: int = 1000) -> None:
        self.most = most
        self.keys: dict[str, None] = {}

    def __contains__(self, key: str) -> bool:
        return key in self.keys

    def add(self, key: str) -> None:
        """Remember `key`; the oldest is forgotten."""
        self.keys[key] = None
        if len(self.keys) > self.most:
            del self.keys[next(iter(self.keys))]


def checked_share(share: float) -> float:
    """`share`, if it is a percentage; raises BadInput."""
    if not 0 <= share <= 100:
        raise BadInput(f"a share of {share}", place="share", hint="percent, from 0 to 100")
    return share
