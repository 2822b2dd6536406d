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

    def _on(self, kinds: list[str]) -> pytest.MarkDecorator:
        pairs = [("sqlite", kind) for kind in kinds]
        pairs += [("postgresql", kind) for kind in kinds if kind in self.ours]
        return pytest.mark.parametrize(("house", "stand"), pairs, indirect=True)
