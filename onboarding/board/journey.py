"""A turn-up as its two pages show it: the vendor's, and the customer's own."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from onboarding.checklists.showing import StageItems, by_stage
from onboarding.customers import queries
from onboarding.customers.models import Turnup
from onboarding.customers.stages import STAGES, after
from onboarding.forecasts import queries as forecasts
from onboarding.forecasts.views import signable
from onboarding.people.access import can
from onboarding.people.models import User
from onboarding.readiness.demanding import demands
from onboarding.readiness.gates import Demand


@dataclass(frozen=True)
class Journey:
    """What both pages show of a turn-up.

    `track` = (stage, "past" | "now" | "ahead", entered at) for each of the eight; `asks` = what
    the present stage still asks for, the first of which is the next action and has the ball.
    """

    turnup: Turnup
    track: tuple[tuple[str, str, Any], ...]
    asks: tuple[Demand, ...]
    stages: tuple[StageItems, ...]

    @property
    def next(self) -> Demand | None:
        """The one next action; None where nothing is asked for."""
        return self.asks[0] if self.asks else None

    @property
    def ready(self) -> bool:
        """Everything before scheduling is done but what the vendor does for it."""
        ours = all(ask.owner != "customer" for ask in self.asks)
        return self.turnup.stage == "test" and bool(self.asks) and ours

    @property
    def following(self) -> str | None:
        """The stage that comes next; None after the last."""
        return after(self.turnup.stage)


def journey(session: Session, turnup: Turnup, user: User) -> Journey:
    """The journey of `turnup` as `user` sees it."""
    return Journey(
        turnup,
        track(session, turnup),
        tuple(_as_seen(demand, turnup, user) for demand in demands(session, turnup)),
        tuple(by_stage(session, turnup, user)),
    )


def forecast_context(session: Session, turnup_id: int) -> dict[str, Any]:
    """What `forecasts/_forecast.html` needs, for whoever asks."""
    forecast = forecasts.latest(session, turnup_id)
    upload_to = ""
    if can("workspace.upload"):
        upload_to = f"/workspace/{turnup_id}/history"
    elif can("forecasts.upload"):
        upload_to = f"/turnups/{turnup_id}/history"
    return {
        "forecast": forecast,
        "history": forecasts.latest_history(session, turnup_id),
        "signed": forecasts.signed_by(forecast) if forecast else frozenset(),
        "upload_to": upload_to,
        "signable": signable(turnup_id),
    }


def _as_seen(demand: Demand, turnup: Turnup, user: User) -> Demand:
    """A demand with the address of the page where `user` finds it: customers have their own."""
    own = f"/turnups/{turnup.id}"
    if user.role != "customer" or demand.where == f"{own}/comparison":
        return demand
    if not demand.where.startswith(f"{own}#"):
        return replace(demand, where="#next-title")
    return replace(demand, where=demand.where.removeprefix(own))


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
