"""What every switch must do: read what is in force, set a share, check without effect."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


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
    PermanentFault otherwise; `set` with a key that was set before changes nothing."""

    ability: Ability

    def read(self) -> Position: ...

    def set(self, share: float, key: str) -> None: ...

    def check(self) -> None: ...
