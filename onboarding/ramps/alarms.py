"""Say in the trail what a guard saw, in the transaction of what that leads to."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from onboarding.ramps.drive import Drive
from onboarding.ramps.figures import figures
from onboarding.ramps.models import Ramp
from onboarding.ramps.verdicts import Verdict
from onboarding.trail.log import Actor, record

GUARD = Actor("guard", "rule")
SAID = ("signal", "action", "sentence", "onset", "evidence")


def tell_alarms(session: Session, ramp: Ramp, drive: Drive, alarms: Sequence[Verdict]) -> None:
    """Each of `alarms`, and with them what the guard has seen until now: whoever drives the ramp
    next judges no counts again that led to them. The caller holds the row."""
    for verdict in alarms:
        said = {**verdict.as_dict(), "sentence": drive.watch.told(verdict)}
        record(session, drive.stream, "guard.alarm", GUARD, {key: said[key] for key in SAID})
    ramp.guard, ramp.figures = drive.watch.state(), figures(drive)
    ramp.metrics_until = drive.metrics_until
    session.flush()
