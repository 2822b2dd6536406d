"""The switch of a rehearsal: turns the practice world, as real as its adapter can make it."""

from collections.abc import Mapping
from typing import Any

from onboarding.db import Apart, transaction
from onboarding.simulation import actions, queries
from onboarding.simulation.settings import practice
from onboarding.switches.base import Ability, Position, checked_share
from onboarding.switches.selectors import KINDS, Selector, from_json


class RehearsalSwitch:
    """Config: `rate` (mean requests a second) and `seed`, both optional."""

    ability = Ability(smallest_step=0.01, selectors=tuple(KINDS))

    def __init__(self, config: Mapping[str, Any], key: str) -> None:
        self.rate, self.seed = practice(config, "switch")
        self.key = key
        self.apart = Apart()

    def read(self) -> Position:
        with self.apart.open() as session:
            row = queries.find(session, self.key)
            faults = [fault["kind"] for fault in queries.running_faults(row)]
            told = {"practice": True, "faults": faults}
            if row is None:
                return Position(0.0, told=told)
            return Position(row.share, told=told, selector=from_json(row.selector))

    def set(self, share: float, key: str, selector: Selector | None = None) -> None:
        checked_share(share)
        with self.apart.open(), transaction() as session:
            actions.world(session, self.key, rate=self.rate, seed=self.seed)
            picked = selector.as_json() if selector else {}
            actions.set_share(session, self.key, share, key, picked)

    def check(self) -> None:
        """A practice world is always there."""
