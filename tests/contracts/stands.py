"""On which stands, and on which database, a test of the contract suites runs."""

from typing import Any

import pytest


class Stands:
    """Stands by kind. Those in `ours`, whose far side is our own database, run on both."""

    def __init__(self, stands: dict[str, Any], ours: set[str]) -> None:
        self.stands, self.ours = stands, ours

    @property
    def every(self) -> pytest.MarkDecorator:
        """Run the test on every stand."""
        return self._on(list(self.stands))

    def that_can(self, fault: str) -> pytest.MarkDecorator:
        """Run the test on the stands whose far side can have this fault."""
        return self._on([kind for kind, one in self.stands.items() if fault in one.faults])

    @property
    def that_pick(self) -> pytest.MarkDecorator:
        """Run the test on the stands whose switch can pick a part of the traffic."""
        return self._on([kind for kind, one in self.stands.items() if hasattr(one, "picks")])

    @property
    def that_do_not_pick(self) -> pytest.MarkDecorator:
        """Run the test on those whose switch moves percentages only."""
        return self._on([kind for kind, one in self.stands.items() if not hasattr(one, "picks")])

    def that_pick_through(self, *faults: str) -> pytest.MarkDecorator:
        """Run the test, which takes `fault`, on those that pick with each fault they can have."""
        trials = [
            (house, kind, fault)
            for kind, one in self.stands.items()
            for house in (("sqlite", "postgresql") if kind in self.ours else ("sqlite",))
            for fault in faults
            if hasattr(one, "picks") and fault in one.faults
        ]
        names = ("house", "stand", "fault")
        return pytest.mark.parametrize(names, trials, indirect=["house", "stand"])

    def _on(self, kinds: list[str]) -> pytest.MarkDecorator:
        pairs = [("sqlite", kind) for kind in kinds]
        pairs += [("postgresql", kind) for kind in kinds if kind in self.ours]
        return pytest.mark.parametrize(("house", "stand"), pairs, indirect=True)
