"""The small world of the probes, which comparisons look at too."""

from tests.checklists.probing.conftest import authority, world

__all__ = ["authority", "world"]
