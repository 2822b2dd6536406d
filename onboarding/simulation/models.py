"""Table of practice worlds."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from onboarding.db import Model
from onboarding.simulation.world import Trouble, World


class PracticeWorld(Model):
    """A customer's traffic that does not exist. `key` names whose (`cutover:12`).

    `share` and `selector` (as in `switches.selectors`, empty for none) are what its switch is set
    to, `rate` the mean requests a second. `moves` holds the last of them as `[time, percent of all
    traffic that is moved by it, key of the set]`, `faults` the injected ones, running or over:
    `{"kind", "since", "until", "strength"}`. Times are seconds since the epoch.
    """

    __tablename__ = "practice_worlds"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    seed: Mapped[int]
    rate: Mapped[float]
    share: Mapped[float] = mapped_column(default=0.0)
    moves: Mapped[list[Any]] = mapped_column(default=list)
    faults: Mapped[list[Any]] = mapped_column(default=list)
    started_at: Mapped[datetime]
    selector: Mapped[dict[str, Any]] = mapped_column(default=dict)

    def world(self) -> World:
        """The row as the pure world that gives counts."""
        moves = tuple((float(at), float(share)) for at, share, _ in self.moves)
        return World(self.seed, self.rate, moves, tuple(Trouble(**one) for one in self.faults))
