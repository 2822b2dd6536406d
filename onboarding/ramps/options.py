"""What an operator decides about a guard."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from onboarding.errors import BadInput
from onboarding.ramps.baseline import Baseline
from onboarding.ramps.counts import SIGNALS
from onboarding.ramps.detector import MONTH, Detector
from onboarding.ramps.limits import Limit
from onboarding.ramps.verdicts import REACH


@dataclass(frozen=True, slots=True)
class GuardOptions:
    """What the operator decides.

    `every`: seconds a tick. `false_alarms_per_30d`: false rollbacks of all signals together.
    `baselines`: exact healthy rates (bad per request) where known. `warmup`: ticks that teach
    and are not judged. `reach`: the most a signal may ask for (tell, hold, rollback).
    Fewer than `min_requests` in `patience` seconds are too few to judge.
    """

    signals: tuple[str, ...] = ("errors",)
    every: float = 1.0
    false_alarms_per_30d: float = 1.0
    baselines: Mapping[str, float] = field(default_factory=dict)
    warmup: int = 0
    limits: tuple[Limit, ...] = ()
    reach: Mapping[str, str] = field(default_factory=dict)
    min_requests: int = 20
    patience: float = 30.0

    def __post_init__(self) -> None:
        known = [*self.baselines, *self.reach, *(limit.signal for limit in self.limits)]
        for signal in self.signals:
            if signal not in SIGNALS:
                raise BadInput(f"no signal {signal!r}", place="signals", hint=", ".join(SIGNALS))
        for signal in known:
            if signal not in self.signals:
                raise BadInput(
                    f"{signal!r} is not watched", place="signals", hint="add it to the signals"
                )
        for signal, rate in self.baselines.items():
            if not 0 < rate < 1:
                raise BadInput(
                    f"a baseline of {rate} is no share of requests",
                    place=f"baselines.{signal}",
                    hint="give a rate above 0 and below 1, such as 0.001",
                )
        for signal, reach in self.reach.items():
            if reach not in REACH:
                raise BadInput(f"no reach {reach!r}", place=f"reach.{signal}", hint=str(REACH))
        if not self.every > 0 or not self.false_alarms_per_30d > 0 or self.warmup < 0:
            raise BadInput(
                "every and false_alarms_per_30d must be above 0, warmup not below 0",
                place="options",
                hint="such as every=1.0, false_alarms_per_30d=1, warmup=60",
            )

    @property
    def ticks_per_false_alarm(self) -> float:
        """A of one signal: the signals share the false alarms that are allowed."""
        return MONTH / self.every / self.false_alarms_per_30d * max(1, len(self.signals))

    def detector(self, signal: str) -> Detector:
        """A fresh detector of `signal`."""
        known = Baseline(self.every, self.baselines.get(signal))
        warmup = 0 if known.exact is not None else self.warmup
        return Detector(known, self.ticks_per_false_alarm, warmup)

    def state(self) -> dict[str, Any]:
        """The options, as JSON."""
        return asdict(self)

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> "GuardOptions":
        """The inverse of `state()`."""
        limits = tuple(Limit(**limit) for limit in state["limits"])
        return cls(**{**state, "signals": tuple(state["signals"]), "limits": limits})
