"""Stands for the adapters whose far side is our own database: rehearsal, manual, push."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from flask.testing import FlaskClient

from onboarding import clock
from onboarding.db import Apart, transaction
from onboarding.metrics.actions import new_token
from onboarding.metrics.base import MetricsSource
from onboarding.metrics.registry import source
from onboarding.simulation import actions as simulation
from onboarding.simulation import queries
from onboarding.switches import actions as by_hand
from onboarding.switches.base import Switch
from onboarding.switches.queries import hand, waits_for
from onboarding.switches.registry import switch
from onboarding.switches.selectors import Selector, from_json

KEY = "cutover:1"


class RehearsalStand:
    """The practice world."""

    kind = "rehearsal"
    shares: tuple[float, ...] = (1, 5, 25, 33.3, 50, 99, 100, 0)
    faults: tuple[str, ...] = ("deny", "lie")
    picks = (Selector("region", ("eu-west", "us-east")), Selector("country", ("IS",)))
    library: dict[str, str] = {"deny": "switch_refuses", "lie": "wrong_direction"}

    def config(self) -> dict[str, object]:
        return {"rate": 100, "seed": 5}

    def switch(self) -> Switch:
        return switch("rehearsal", self.config(), key=KEY)

    def source(self) -> MetricsSource:
        return source("rehearsal", self.config(), feed=KEY)

    @contextmanager
    def fault(self, name: str) -> Iterator[None]:
        with transaction() as session:
            simulation.inject(session, KEY, self.library[name])
        yield
        with transaction() as session:
            simulation.clear(session, KEY)

    def settle(self) -> None:
        """Nothing to wait for."""

    def effect(self) -> float:
        with Apart().open() as session:
            row = queries.find(session, KEY)
            return row.world().share(int(clock.now().timestamp()) + 5) if row else 0.0

    def picked(self) -> tuple[str, ...]:
        with Apart().open() as session:
            row = queries.find(session, KEY)
            return tuple(row.selector.get("values", ())) if row else ()


class ManualStand:
    """A person who does what they are asked, unless they don't."""

    kind = "manual"
    shares: tuple[float, ...] = (1, 5, 25, 33.3, 50, 99, 100, 0)
    faults = ("lie",)
    picks = (Selector("host", ("img.example.com",)), Selector("header", ("yes",), "x-beta"))
    honest = True

    def config(self) -> dict[str, object]:
        return {"instructions": "Turn the big wheel"}

    def switch(self) -> Switch:
        return switch("manual", self.config(), key=KEY)

    @contextmanager
    def fault(self, name: str) -> Iterator[None]:
        self.honest = False
        yield
        self.honest = True

    def settle(self) -> None:
        """The person at the switch turns it and says so."""
        with transaction() as session:
            if self.honest and (share := waits_for(session, KEY)) is not None:
                row = hand(session, KEY)
                picked = from_json(row.wanted_selector) if row else None
                by_hand.confirm(session, KEY, share, "user:1", picked)

    def effect(self) -> float:
        with Apart().open() as session:
            row = hand(session, KEY)
            return row.confirmed if row else 0.0

    def picked(self) -> tuple[str, ...]:
        with Apart().open() as session:
            row = hand(session, KEY)
            return tuple(row.confirmed_selector.get("values", ())) if row else ()


class PushStand:
    """A customer's system that pushes its counts."""

    kind = "push"
    exact = True
    faults: tuple[str, ...] = ()

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        with transaction() as session:
            self.token = new_token(session, KEY)
        self.last: datetime = clock.now()

    def config(self) -> dict[str, object]:
        return {"grace": 0}

    def source(self) -> MetricsSource:
        return source("push", self.config(), feed=KEY)

    def fault(self, name: str) -> Any:
        raise NotImplementedError("who pushes is not reached by us")

    def traffic(self, moved: int, control: int, errors: int = 0) -> None:
        self.last = max(clock.now(), self.last + timedelta(milliseconds=1))
        counts = [
            {"at": clock.iso(self.last), "arm": arm, "requests": requests, "errors": bad}
            for arm, requests, bad in (("moved", moved, errors), ("control", control, 0))
        ]
        answer = self.client.post(
            f"/api/v1/cutovers/{KEY.partition(':')[2]}/counts",
            json={"counts": counts},
            headers={"Authorization": f"Bearer {self.token}"},
        )
        assert answer.status_code == 202, answer.text
