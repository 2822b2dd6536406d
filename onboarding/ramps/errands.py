"""What an engine sends its hands to do: set and read switches, read counts."""

from datetime import datetime
from functools import partial
from typing import Any

from flask import Flask

from onboarding import clock
from onboarding.metrics.base import MetricsSource, Sample
from onboarding.ramps.drive import Drive
from onboarding.ramps.hands import Hands
from onboarding.ramps.leases import LeaseClock
from onboarding.ramps.touching import look, set_and_read

SWITCH_S, METRICS_S = 10.0, 5.0  # seconds after which a call is given up


class Errands:
    """Sends errands for one engine; their answers come back through `hands.finished()`."""

    def __init__(self, app: Flask, hands: Hands, lease: LeaseClock) -> None:
        self.app, self.hands, self.lease = app, hands, lease

    def reconcile(self, drive: Drive) -> None:
        """A lease was taken: compare what was intended with what is in force."""
        if drive.stale_intent():
            self._switch(drive, "undo", partial(look, drive.switch))
        elif drive.asked is not None:
            self.touch(drive, look_first=True)
        else:
            self._switch(drive, "read", partial(look, drive.switch))

    def touch(self, drive: Drive, *, look_first: bool = False) -> None:
        """Set the switch to what is intended, unless that is being done."""
        asked = drive.asked
        assert asked is not None
        running = drive.switch_errand
        if running is not None:
            if running.about == asked.id or drive.state != "rolling_back":
                return
            # a roll-back waits for nobody: another adapter goes past the call that is on its way
            drive.strays.append(running)
            drive.renew_switch(clock.now())
        look_first = look_first or bool(drive.tries) or bool(asked.tries) or bool(drive.strays)
        call = partial(
            set_and_read,
            drive.switch,
            asked.aim,
            drive.key(),
            look_first=look_first,
            wanted=partial(self._wanted, drive, asked.id),
        )
        self._switch(drive, "touch", call, about=asked.id, urgent=drive.state == "rolling_back")

    def send_due(self, drive: Drive, *, metrics: bool) -> None:
        """Whatever is due and not on its way."""
        if drive.switch_errand is not None:
            pass
        elif drive.stale_intent():
            self._switch(drive, "undo", partial(look, drive.switch))
        elif drive.asked is not None:
            self.touch(drive)
        elif drive.read_due():
            self._switch(drive, "read", partial(look, drive.switch))
        if metrics and (drive.metrics_errand is None or not drive.metrics_errand.running):
            since, until = drive.window()
            call = partial(_read_counts, drive.source, since, until)
            drive.metrics_errand = self.hands.send(
                partial(self._within_app, call),
                purpose="metrics",
                owner=drive.ramp_id,
                seconds=METRICS_S,
            )

    def _switch(
        self, drive: Drive, purpose: str, call: Any, *, about: int = 0, urgent: bool = False
    ) -> None:
        drive.switch_errand = self.hands.send(
            partial(self._within_app, call),
            purpose=purpose,
            owner=drive.ramp_id,
            about=about,
            seconds=SWITCH_S,
            urgent=urgent,
        )

    def _wanted(self, drive: Drive, intent: int) -> bool:
        asked = drive.asked
        ours = not drive.gone and self.lease.good()
        return ours and asked is not None and asked.id == intent

    def _within_app(self, call: Any) -> Any:
        with self.app.app_context():
            return call()


def _read_counts(source: MetricsSource, since: datetime, until: datetime) -> list[Sample]:
    return source.read(since, until)
