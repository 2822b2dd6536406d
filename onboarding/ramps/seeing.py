"""Say, from a conductor, that a ramp which waits for a person is seen no longer, or again."""

from onboarding.db import transaction
from onboarding.ramps import actions, leases
from onboarding.ramps.calling import BLIND, over, ring
from onboarding.ramps.drive import Drive
from onboarding.ramps.telling import RULE
from onboarding.trail.log import record


def tell_blind(drive: Drive, why: str) -> None:
    """In the trail, and to whoever stands by; `why` it is blind, empty where it no longer is. Nobody
    is called for practice. Raises LeaseLost."""
    with transaction() as session:
        actions.lock(session, drive.cutover_id)
        ramp = leases.held(session, drive.ramp_id, drive.fence)
        kind = "ramp.blind" if why else "ramp.seen"
        said = {"run": ramp.run, "step": ramp.step}
        record(session, drive.stream, kind, RULE, {**said, "reason": why} if why else said)
        if ramp.cutover.practice:
            return
        if why:
            ring(session, ramp, "error", f"nothing is seen of what was moved: {why}", BLIND)
        else:
            over(session, ramp, "counts come again", BLIND)
