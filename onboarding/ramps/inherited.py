"""What whoever drove a ramp before left in its row: it stands until enough is seen anew. Pure.

A doubt is over by what was seen, not by a change of hands: a stand-in reads no counts at all, and a
conductor that takes over has none at first.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from onboarding.ramps.watch import RECENT_S

SHOWN = ("moved", "control", "signals")  # of the figures


class Inherited:
    """`figures` are those of the last tick that was written, `counted` up to when counts had come,
    `now` the present. Empty for a run that is new."""

    def __init__(self, figures: Mapping[str, Any], counted: datetime | None, now: datetime) -> None:
        self.doubt = str(figures.get("doubt") or figures.get("unsure") or "")
        self.shown = {key: figures[key] for key in SHOWN if key in figures}
        late = (now - counted).total_seconds() if counted else 0.0
        self.silent_s = max(0.0, late)  # for which nobody has looked, or nothing came
        self.seen_s = 0.0
        # no clock that jumps makes a proposal's wait shorter
        self.proposed_s = float(figures.get("proposed_s") or 0.0)

    def saw(self, seconds: float) -> None:
        """Counts of so many seconds have come. What was shown is over with the first of them, a
        doubt once they fill what figures are taken over."""
        self.seen_s += seconds
        self.shown = {}
        if self.seen_s >= RECENT_S:
            self.doubt = ""

    def beside(self, own: str) -> str:
        """Why it cannot be judged, where `own` is why by what was seen here."""
        return own or self.doubt if self.seen_s else self.doubt or own
