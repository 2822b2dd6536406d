"""A switch that a person turns: what is wanted is written down, what they confirm is read."""

from collections.abc import Mapping
from typing import Any

from onboarding import clock
from onboarding.db import Apart, transaction
from onboarding.fields import Fields
from onboarding.switches import actions, queries
from onboarding.switches.base import Ability, Position
from onboarding.switches.selectors import KINDS, Selector, from_json


class ManualSwitch:
    """Config: `instructions`, what the person has to do (free text, several lines).

    `set` returns once the wish is written; the share is in force when somebody confirms it
    (`switches.actions.confirm`), so `read` gives what was last confirmed, 0 before anything was.
    """

    ability = Ability(smallest_step=0.1, by_hand=True, selectors=tuple(KINDS))

    def __init__(self, config: Mapping[str, Any], key: str) -> None:
        fields = Fields(config, "switch")
        instructions = fields.get("instructions", "")
        if not isinstance(instructions, str):
            raise fields.wrong("instructions", f"{instructions!r} is no text", "what to do by hand")
        fields.done()
        self.instructions = instructions
        self.key = key
        self.apart = Apart()

    def read(self) -> Position:
        with self.apart.open() as session:
            row = queries.hand(session, self.key)
            if row is None:
                return Position(0.0, told={"wanted": None, "confirmed_at": None})
            at = clock.iso(row.confirmed_at) if row.confirmed_at else None
            told = {"wanted": row.wanted, "confirmed_at": at, "by": row.confirmed_by}
            return Position(row.confirmed, told=told, selector=from_json(row.confirmed_selector))

    def set(self, share: float, key: str, selector: Selector | None = None) -> None:
        with self.apart.open(), transaction() as session:
            actions.want(session, self.key, share, key, selector)

    def check(self) -> None:
        """Nothing to reach: whether the person is there, the roster knows."""
