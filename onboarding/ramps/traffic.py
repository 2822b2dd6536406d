"""How much traffic a sample tells of. Pure."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from onboarding.clock import iso
from onboarding.forecasts.tally import Interval
from onboarding.metrics.base import Sample


def requests(sample: Sample, share: float | None, picked: bool = False) -> tuple[int, int] | None:
    """(on the new path, on both) while `share` percent is moved, and what a selector picks where
    `picked`; None where an arm that carries traffic is missing. A path that carries none may be
    silent: an old one is taken away after the move."""
    moved, control = sample.moved, sample.control
    if moved is None and (control is None or share != 0 or picked):
        return None
    if control is None and share != 100:
        return None
    new = moved.requests if moved else 0
    return new, new + (control.requests if control else 0)


def interval(sample: Sample, share: float | None, picked: bool = False) -> Interval:
    """The sample as an interval of all of the traffic."""
    found = requests(sample, share, picked)
    start = sample.at - timedelta(seconds=sample.seconds)
    return Interval(start, sample.at, found[1] if found else None)


@dataclass
class StepTraffic:
    """What came while a step was held: requests on the new path and on both in `seconds`.
    `picked` tells the selector in force, in words."""

    share: float
    since: str
    seconds: float = 0.0
    moved: float = 0.0
    all: float = 0.0
    picked: str = ""

    @property
    def measured(self) -> float | None:
        """Percent of the requests that were on the new path; None before any came."""
        return 100 * self.moved / self.all if self.all else None

    def add(self, sample: Sample) -> None:
        """Count one more interval at this step's share; one with a silent arm is left out."""
        found = requests(sample, self.share, bool(self.picked))
        if found is not None:
            self.seconds += sample.seconds
            self.moved += found[0]
            self.all += found[1]


def begun(sample: Sample, share: float, picked: str = "") -> StepTraffic:
    """Nothing yet, from the sample's beginning on."""
    return StepTraffic(share, iso(sample.at - timedelta(seconds=sample.seconds)), picked=picked)


def by_step(kept: Any) -> dict[int, StepTraffic]:
    """What `figures` kept of the steps: step → its traffic."""
    return {int(step): StepTraffic(**of) for step, of in (kept or {}).items()}
