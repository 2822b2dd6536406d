"""What the guard says, and how it says it to a person."""

from dataclasses import dataclass
from typing import Any, Literal

Action = Literal["tell", "hold", "rollback", "undecided", "muted"]
REACH: tuple[Action, ...] = ("tell", "hold", "rollback")  # from mild to strong


@dataclass(frozen=True, slots=True)
class Verdict:
    """One signal's verdict on one tick. A tick that passes has none.

    `ts`, `onset`: seconds since the epoch, now and when the trouble began. Rates are bad requests
    per request; those of "p95", which is a time, are seconds, those of "bytes" are bytes a request. `evidence`: mean ticks until healthy traffic looks this bad; `once_in`: the same
    in seconds, all signals together; both 0 where no evidence is involved. `limit`: the fixed
    limit that was crossed. `new` is false where the same was already said of the tick before.
    """

    signal: str
    action: Action
    ts: float
    onset: float
    baseline: float | None = None
    observed: float | None = None
    control: float | None = None
    evidence: float = 0.0
    once_in: float = 0.0
    every: float = 1.0
    limit: float | None = None
    reason: str = ""
    new: bool = True

    def sentence(self) -> str:
        """The verdict for a person: what was seen, against what, how sure."""
        if self.action == "undecided":
            return f"{self.signal} can't be judged: {self.reason}"
        seconds = self.ts - self.onset + self.every
        shown = UNITS.get(self.signal, percent)
        parts = [f"{self.signal} {shown(self.baseline)} → {shown(self.observed)}"]
        parts[0] += f" in {duration(seconds)}"
        if self.control is not None:
            parts[0] += f", control {shown(self.control)}"
        if self.limit is not None:
            parts.append(f"over the fixed limit of {shown(self.limit)}")
        if self.once_in:
            parts.append(f"healthy traffic shows this less than once in {duration(self.once_in)}")
        if self.reason:
            parts.append(self.reason)
        return "; ".join(parts)

    def as_dict(self) -> dict[str, Any]:
        """The verdict as JSON, its sentence included."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        return {**fields, "sentence": self.sentence()}


def percent(rate: float | None) -> str:
    """A rate as people read it: two significant digits, so that small ones don't become 0."""
    if rate is None:
        return "unknown"
    shown = rate * 100
    return f"{shown:.0f} %" if shown >= 9.95 or shown == 0 else f"{shown:.2g} %"


def milliseconds(seconds: float | None) -> str:
    """How long something takes, as people read it."""
    return "unknown" if seconds is None else f"{1000 * seconds:.0f} ms"


def size(volume: float | None) -> str:
    """Bytes as people read them, of 1,000 to the next unit: two or three digits."""
    if volume is None:
        return "unknown"
    for unit, name in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if volume >= 0.995 * unit:
            return f"{volume / unit:.3g} {name}"
    return f"{volume:.0f} bytes"


#: How the rates of a signal that is no part of the requests are shown.
UNITS = {"p95": milliseconds, "bytes": size}


def duration(seconds: float) -> str:
    """Seconds in the largest unit that leaves at least 2, rounded down."""
    for unit, name in ((86400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 2 * unit:
            return f"{int(seconds // unit)} {name}"
    return f"{seconds:.0f} s" if seconds >= 1 else f"{seconds:.1f} s"
