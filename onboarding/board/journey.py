"""A turn-up as its two pages show it: the vendor's, and the customer's own."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from onboarding.board.asking import Asked, asked
from onboarding.checklists.showing import StageItems, by_stage
from onboarding.customers import queries
from onboarding.customers.models import Turnup
from onboarding.customers.stages import STAGES
from onboarding.people.models import User


@dataclass(frozen=True)
class Journey:
    """What both pages show of a turn-up.

    `track` = (stage, "past" | "now" | "ahead", entered at) for each of the eight; `asks` = what
    the present stage still asks for, the first of which is the next action and has the ball.
    """

    turnup: Turnup
    track: tuple[tuple[str, str, Any], ...]
    asks: tuple[Asked, ...]
    stages: tuple[StageItems, ...]

    @property
    def next(self) -> Asked | None:
        """The one next action; None where nothing is asked for."""
        return self.asks[0] if self.asks else None


def journey(session: Session, turnup: Turnup, user: User) -> Journey:
    """The journey of `turnup` as `user` sees it."""
    return Journey(
        turnup,
        track(session, turnup),
        tuple(asked(session, turnup)),
        tuple(by_stage(session, turnup, user)),
    )


def track(session: Session, turnup: Turnup) -> tuple[tuple[str, str, Any], ...]:
    """Each stage with when it is and when it was entered last."""
    entered = {entry.stage: entry.entered_at for entry in queries.stage_entries(session, turnup)}
    here = STAGES.index(turnup.stage)

    def when(number: int) -> str:
        return "past" if number < here else "now" if number == here else "ahead"

    return tuple(
        (stage, when(number), entered.get(stage) if number <= here else None)
        for number, stage in enumerate(STAGES)
    )
