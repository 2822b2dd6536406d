"""What every switch must do: read what is in force, set a share, check without effect."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from onboarding import clock
from onboarding.errors import BadInput
from onboarding.switches.selectors import Selector

NEAR = 0.5  # percent by which what people plan may be off a share that can be done


@dataclass(frozen=True)
class Position:
    """What a switch was found to be at.

    `share` is the percent on the new path; what `selector` picks is there whole, and the share is of
    the rest. `in_effect_at` is when the whole of it will have taken
    effect (resolvers keep answers for a TTL); None where it has. `told` is what the switch itself
    said, for the trail.
    """

    share: float
    in_effect_at: datetime | None = None
    told: dict[str, Any] = field(default_factory=dict)
    selector: Selector | None = None


@dataclass(frozen=True)
class Ability:
    """What a switch can do: the smallest step (percent), the delay to full effect (seconds), the
    shares it can do, where these are few (none: any), the kinds of selectors it knows (`path`, `country`, …), the headers it can pick by (none: any),
    and whether a person turns it."""

    smallest_step: float = 1.0
    delay_s: float = 0.0
    selectors: tuple[str, ...] = ()
    by_hand: bool = False
    headers: tuple[str, ...] = ()
    shares: tuple[float, ...] = ()

    def nearest(self, share: float) -> float:
        """Where the switch goes when it is asked for `share`; never to nothing or everything when
        it was asked for a part."""
        part = 0 < share < 100
        can = [one for one in self.shares if (0 < one < 100) == part]
        return min(can, key=lambda one: abs(one - share)) if can else share

    def can_do(self, share: float) -> bool:
        """Whether `share` is, but for the rounding of people, one that can be done."""
        return abs(self.nearest(share) - share) <= NEAR


class Switch(Protocol):
    """One switch of one cutover. Every method returns on success and raises PassingFault or
    PermanentFault otherwise, within some seconds. A switch is made once for a cutover and kept;
    it is called from one thread at a time, outside `transaction()`.

    `set` returns once the switch has taken in the share and the selector; without a selector none
    is left in force. A selector that its ability does not name is refused with BadInput. With a key that this switch has set
    before it changes nothing, however late it comes: a new decision takes a new key. Where it
    raises, the share may be in force all the same: only `read` tells. `check` changes nothing.
    """

    ability: Ability

    def read(self) -> Position: ...

    def set(self, share: float, key: str, selector: Selector | None = None) -> None: ...

    def check(self) -> None: ...


class InEffect:
    """When the last set is in full effect, for far sides that do not say: `delay_s` after it. An
    adapter that has set nothing yet knows what `recall` tells it of those before it."""

    def __init__(self, delay_s: float) -> None:
        self.delay = timedelta(seconds=delay_s)
        self.until: datetime | None = None

    def begins(self) -> None:
        """The far side is told now."""
        self.until = clock.now() + self.delay

    def recall(self, told_at: datetime) -> None:
        """Another adapter may have told the far side, at `told_at` at the latest."""
        self.until = told_at + self.delay

    def at(self) -> datetime | None:
        """For `Position.in_effect_at`."""
        return self.until if self.until and self.until > clock.now() else None


def recall(switch: Switch, told_at: datetime | None) -> None:
    """Give `switch` the memory of the adapter before it, where its far side has none."""
    effect = getattr(switch, "effect", None)
    if isinstance(effect, InEffect) and told_at is not None:
        effect.recall(told_at)


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


def refuse_selector(ability: Ability, selector: Selector | None, place: str = "selector") -> None:
    """Raises BadInput, naming what can be picked by, where a switch cannot do `selector`."""
    if selector is None:
        return
    if selector.kind not in ability.selectors:
        can = ", ".join(ability.selectors)
        raise BadInput(
            f"this switch cannot move by {selector.kind}",
            place=place,
            hint=f"it can by {can}" if can else "it moves percentages only",
        )
    if selector.name and ability.headers and selector.name not in ability.headers:
        raise BadInput(
            f"this switch does not look at the header {selector.name}",
            place=place,
            hint=f"it looks at {', '.join(ability.headers)}",
        )
