"""What an operator decides about a cutover's guard: how far each signal may go, and the way back.

Pure and light, for the web shows and takes it; the guard itself is made in `ramps.watch`.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from onboarding.errors import BadInput
from onboarding.ramps.counts import SIGNALS

REACHES = ("tell", "hold", "rollback")  # from mild to strong
WAYS_BACK = ("at_once", "steps")
#: What a signal may ask for at most where nobody says otherwise. A fresh cache misses: that holds
#: a ramp, it is no fault.
REACH = {"errors": "rollback", "slow": "rollback", "misses": "hold"}
FACTOR = 3.0  # between the bytes a request of the two paths, where nobody says otherwise
FACTORS = (1.2, 100.0)  # what may be said: sizes of healthy paths are no more alike than the least
LONGEST_S = 3600.0  # of a proposal's wait and of the pause on a step on the way back


@dataclass(frozen=True)
class Watched:
    """What an operator decides, in the cutover's `metrics` under "guard".

    `signals`: those to watch (default: what the source gives). `baselines`: exact healthy rates.
    `reach`, `false_alarms_per_30d`: as in `GuardOptions`. `wait_s`: instead of rolling back at
    once, propose it and wait this long for a person. `back`: "at_once" takes all traffic back,
    "steps" goes down the plan's steps, `pause_s` seconds on each. `bytes_factor`: how many times as
    many or as few bytes a request of the new path may bring before that holds; 0 for any number.
    """

    signals: tuple[str, ...] = ()
    baselines: Mapping[str, float] | None = None
    reach: Mapping[str, str] | None = None
    false_alarms_per_30d: float = 1.0
    wait_s: float = 0.0
    back: str = "at_once"
    pause_s: float = 30.0
    bytes_factor: float = FACTOR

    def __post_init__(self) -> None:
        self._check_signals()
        _within(self.false_alarms_per_30d, "false_alarms_per_30d", 0.01, 1000.0, "alarms")
        if self.back not in WAYS_BACK:
            raise _wrong(f"{self.back!r} is no way back", "back", WAYS_BACK)
        for name, least in (("wait_s", 0.0), ("pause_s", 1.0)):
            _within(getattr(self, name), name, least, LONGEST_S, "seconds")
        least = 0.0 if self.bytes_factor == 0 else FACTORS[0]
        _within(self.bytes_factor, "bytes_factor", least, FACTORS[1], "times, or 0 for any number")

    def _check_signals(self) -> None:
        for signal, reach in (self.reach or {}).items():
            if signal not in SIGNALS:
                raise _wrong(f"there is no signal {signal!r}", f"reach.{signal}", SIGNALS)
            if reach not in REACHES:
                raise _wrong(f"{reach!r} is no reach", f"reach.{signal}", REACHES)
        for signal in self.signals:
            if signal not in SIGNALS:
                raise _wrong(f"there is no signal {signal!r}", "signals", SIGNALS)
        for signal, rate in (self.baselines or {}).items():
            if signal not in SIGNALS:
                raise _wrong(f"there is no signal {signal!r}", f"baselines.{signal}", SIGNALS)
            _within(rate, f"baselines.{signal}", 1e-6, 0.5, "of all requests")

    @classmethod
    def from_config(cls, metrics: Mapping[str, Any]) -> "Watched":
        """Raises BadInput naming a key that is not known, or a value that cannot be."""
        given = metrics.get("guard") or {}
        unknown = set(given) - set(cls.__dataclass_fields__)
        if unknown:
            raise _wrong("unknown key", min(unknown), tuple(cls.__dataclass_fields__))
        return cls(**{**given, "signals": tuple(given.get("signals", ()))})

    def config(self) -> dict[str, Any]:
        """As it is kept: the inverse of `from_config`, without what is as by default."""
        kept = {k: v for k, v in asdict(self).items() if v != getattr(Watched, k, None)}
        return {k: list(v) if isinstance(v, tuple) else v for k, v in kept.items()}

    def reach_of(self, signal: str) -> str:
        """The most that `signal` may ask for."""
        return {**REACH, **(self.reach or {})}[signal]


def _within(value: object, key: str, least: float, most: float, unit: str) -> None:
    spoilt = isinstance(value, bool) or not isinstance(value, int | float)
    if spoilt or not math.isfinite(value):  # type: ignore[arg-type]
        raise _wrong(f"{value!r} is no number", key, (unit,))
    if not least <= value <= most:  # type: ignore[operator]
        raise _wrong(f"{value:g} {unit}", key, (f"{least:g} to {most:g}",))


def _wrong(what: str, key: str, known: tuple[str, ...]) -> BadInput:
    return BadInput(what, place=f"metrics.guard.{key}", hint=f"expected {', '.join(known)}")
