"""What votes and overrules are bound to: they count only as long as nothing of it changes."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from onboarding.cutovers.models import Cutover
from onboarding.readiness.gathering import Gathered
from onboarding.readiness.models import Overrule, Vote


def parts_of(found: Gathered, cutover: Cutover) -> dict[str, Any]:
    """The plan's version, the forecast's, the configuration's, and who stands by."""
    forecast = found.forecasts.get(cutover.turnup_id)
    seats = sorted((s.team, s.role, s.user_id or 0) for s in found.seats.get(cutover.id, ()))
    return {
        "plan": cutover.version,
        "forecast": forecast.id if forecast else 0,
        "roster": digest(seats),
        "configuration": found.configs.get(cutover.turnup_id, 0),
    }


def digest(said: Any) -> str:
    """What tells one JSON document apart from any other."""
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def word(vote: Vote, bound_to: str) -> str:
    """go, no_go, or stale: given on something else than `bound_to`."""
    if not vote.go:
        return "no_go"
    return "go" if vote.fingerprint == bound_to else "stale"


def changed(vote: Vote, parts: Mapping[str, Any]) -> str:
    """Which parts of what the vote was given on are others now."""
    return ", ".join(part for part, now in parts.items() if vote.bound.get(part) != now)


def overruled(rows: Sequence[Overrule], bound_to: str) -> dict[str, str]:
    """Key of a gate → the two who let it pass, as long as nothing has changed since."""
    found: dict[str, str] = {}
    for row in rows:
        if row.seconder is not None and not row.withdrawn_at and row.fingerprint == bound_to:
            who = f"{row.asker.name} and {row.seconder.name}: {row.reason}"
            found |= {rule["key"]: who for rule in row.rules}
    return found


@dataclass(frozen=True)
class Said:
    """An overrule as people read it. `fresh`: nothing that it rests on has changed since."""

    row: Overrule
    fresh: bool

    @property
    def state(self) -> str:
        """withdrawn, void (something changed), counts, or open (the second has not said so)."""
        if self.row.withdrawn_at:
            return "withdrawn"
        if not self.fresh:
            return "void"
        return "counts" if self.row.seconded_at else "open"
