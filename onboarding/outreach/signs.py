"""What an eye finds and sees end, as everybody passes it on. Pure, and light for the web."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from onboarding.metrics.origins import KINDS

TRAFFIC = "traffic"


@dataclass(frozen=True)
class Sign:
    """One signal's trouble. `ts`, `onset`: seconds since the epoch, now and when it began; rates
    are bad requests per request, of "traffic" requests a second. `sentence` says it to staff."""

    signal: str
    ts: float
    onset: float
    baseline: float
    observed: float
    sentence: str

    def as_dict(self) -> dict[str, Any]:
        """As JSON; what `Eye` needs to see it heal is in it."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True)
class Healed:
    """A signal is back, since `ts` (seconds since the epoch)."""

    signal: str
    ts: float


def parts(moved: Mapping[str, Any] | None) -> dict[str, float]:
    """Which part of the errors arose where, by kind; empty where nobody can tell."""
    if not moved or not moved.get("errors"):
        return {}
    return {kind: (moved.get(kind) or 0) / moved["errors"] for kind in KINDS}
