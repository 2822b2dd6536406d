"""What a rehearsal has shown once it is over: it passed, or it failed."""

from sqlalchemy.orm import Session

from onboarding.ramps import scores
from onboarding.ramps.models import Ramp
from onboarding.ramps.telling import RULE
from onboarding.trail.log import record


def conclude(session: Session, ramp: Ramp) -> None:
    """Write down whether a run that ended answered the faults of its script rightly: the gates
    ask for it (`readiness.looking.rehearsed`). A run that was left where it stood shows nothing;
    one without a script shows something by going to its end, which the trail tells already."""
    if not ramp.script or not ramp.cutover.practice or ramp.state == "abandoned":
        return
    found = scores.of_run(session, ramp)
    kinds = {"right": "rehearsal.passed", "wrong": "rehearsal.failed"}
    if found.verdict in kinds:
        payload = {"run": ramp.run, "faults": [one.planned.kind for one in found.faults]}
        record(session, ramp.cutover.stream, kinds[found.verdict], RULE, payload)
