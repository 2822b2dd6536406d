"""One run as its trail tells it: on time or not, what held it and took it back, what the guard saw.
Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

#: Why a run was held or rolled back, as reports name it.
WHY: Mapping[str, str] = {
    "guard": "the guard",
    "figures": "figures that cannot be judged",
    "switch": "the switch",
    "person": "a person",
    "customer": "the customer",
}
#: A flip is on time when it began so many seconds after its window's start at most, reached the end
#: of its plan, and did so within the window.
GRACE_S = 15 * 60
HELD, BACK = "ramp.held", "ramp.rollback"
KINDS = (HELD, BACK, "ramp.proposed", "guard.alarm", "gate.overruled", "switch.drift")


@dataclass(frozen=True)
class Told:
    """An entry of the trail, as far as it counts here; `side` is "customer" where one of theirs
    acted."""

    number: int
    at: datetime
    kind: str
    payload: Mapping[str, Any]
    side: str = ""


@dataclass(frozen=True)
class Seen:
    """An alarm: `seconds` from the beginning of the trouble, as the guard made it out, to it."""

    number: int
    at: datetime
    signal: str
    action: str
    seconds: float
    sentence: str


@dataclass(frozen=True)
class Tale:
    """What a run's trail tells: holds by why, why it was taken back ("" where it was not)."""

    holds: Mapping[str, int]
    back_why: str
    overruled: bool
    alarms: tuple[Seen, ...]


def tale(entries: Sequence[Told]) -> Tale:
    """Of the entries of one run, in order."""
    holds = Counter(why(one) for one in entries if one.kind == HELD)
    back = [why(one) for one in entries if one.kind == BACK]
    return Tale(
        dict(holds),
        back[0] if back else "",
        any(one.kind == "gate.overruled" for one in entries),
        tuple(_seen(one) for one in entries if one.kind == "guard.alarm"),
    )


def why(told: Told) -> str:
    """Why a run was held or taken back, a key of `WHY`."""
    event = str(told.payload.get("event", ""))
    if event.startswith("guard_") or event == "wait_over":
        return "guard"
    if event == "unjudged":
        return "figures"
    if event in ("failed", "drift"):
        return "switch"
    return "customer" if told.side == "customer" else "person"


def _seen(told: Told) -> Seen:
    onset = told.payload.get("onset")
    began = datetime.fromtimestamp(float(onset), UTC) if onset else told.at
    return Seen(
        told.number,
        told.at,
        str(told.payload.get("signal", "")),
        str(told.payload.get("action", "")),
        max(0.0, (told.at - began).total_seconds()),
        str(told.payload.get("sentence", "")),
    )


def on_time(outcome: str, late_s: float, over_s: float) -> bool:
    """Whether a run that ended so was on time."""
    return outcome == "finished" and late_s <= GRACE_S and over_s <= 0
