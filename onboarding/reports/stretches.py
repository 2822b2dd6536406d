"""What was seen on each stretch of a run: one step at one share. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol


class Seen(Protocol):
    """Some seconds of a run as they were kept (`ramps.models.Moment`)."""

    step: Any
    share: Any
    seconds: Any
    moved: Any
    control: Any


@dataclass(frozen=True)
class StepSeen:
    """One step as it was: seconds on it, requests and errors of both arms; None: none counted."""

    step: int
    share: float
    seconds: float
    moved: dict[str, Any] | None
    control: dict[str, Any] | None


def stretches(kept: Sequence[Seen]) -> list[StepSeen]:
    """The stretches of a run, in order."""
    found: list[StepSeen] = []
    for row in kept:
        share = row.share or 0.0
        if not found or (found[-1].step, found[-1].share) != (row.step, share):
            found.append(StepSeen(row.step, share, 0.0, None, None))
        last = found[-1]
        found[-1] = StepSeen(
            last.step,
            last.share,
            last.seconds + row.seconds,
            added(last.moved, row.moved),
            added(last.control, row.control),
        )
    return found


def added(before: dict[str, Any] | None, arm: dict[str, Any] | None) -> dict[str, Any] | None:
    """Counts of one arm taken together."""
    if before is None or arm is None:
        return before or arm
    names = {**before, **arm}
    return {n: _plus(before.get(n), arm.get(n)) for n in names}


def _plus(one: Any, other: Any) -> Any:
    return None if one is None or other is None else one + other


def percent(arm: dict[str, Any] | None, name: str = "errors") -> float | None:
    """The part of an arm's requests that were bad; None where none were counted."""
    if not arm or not arm.get("requests") or arm.get(name) is None:
        return None
    return 100.0 * float(arm[name]) / float(arm["requests"])
