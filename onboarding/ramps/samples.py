"""A source's samples as a guard's ticks, and added up as people see them. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from onboarding.metrics.base import ArmCounts, Sample
from onboarding.metrics.origins import added
from onboarding.ramps.counts import SIGNALS, Counts


def summed(counts: Iterable[tuple[ArmCounts | None, float]]) -> dict[str, Any] | None:
    """An arm's counts in some intervals, each with its seconds, as one; None where all are missing."""
    known = [(arm, seconds) for arm, seconds in counts if arm is not None]
    if not known:
        return None
    total: dict[str, Any] = {"seconds": sum(seconds for _, seconds in known)}
    for what in ("requests", *SIGNALS, "bytes"):
        values = [getattr(arm, what) for arm, _ in known]
        total[what] = None if None in values else sum(values)
    return total | added(arm.origins for arm, _ in known)


def given(sample: Sample) -> tuple[str, ...]:
    """The signals that the source gives for either arm."""
    arms = [arm for arm in (sample.moved, sample.control) if arm is not None]
    found = tuple(s for s in SIGNALS if any(getattr(arm, s) is not None for arm in arms))
    return found or (("errors",) if arms else ())


def ticks(sample: Sample, every: float) -> Iterator[tuple[float, Counts, Counts | None]]:
    """The sample as ticks of `every` seconds. One that spans several is spread evenly."""
    parts = max(1, round(sample.seconds / every))
    moved = part(sample.moved, parts) or Counts(0.0)
    control = part(sample.control, parts)
    end = sample.at.timestamp()
    for back in range(parts - 1, -1, -1):
        yield end - back * every, moved, control


def part(arm: ArmCounts | None, parts: int) -> Counts | None:
    """One of `parts` equal parts of an arm's counts."""
    if arm is None:
        return None
    values = (arm.requests, arm.errors, arm.slow, arm.misses)
    return Counts(*(None if value is None else value / parts for value in values))  # type: ignore[arg-type]


def rate(arm: Mapping[str, Any] | None, signal: str) -> float | None:
    """How often a signal's requests come; None where nothing tells."""
    if arm is None or not arm["requests"] or arm[signal] is None:
        return None
    return float(arm[signal] / arm["requests"])
