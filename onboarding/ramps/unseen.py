"""A go while the figures cannot be judged: it needs somebody to say that they go on without them.

No data, or too little, is a verdict of its own, which never passes; whether or not the plan has the
counts checked before a step.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.ramps import checking
from onboarding.ramps.models import Ramp
from onboarding.trail.models import Entry, Stream

SAID = "without_figures"  # of a command "go", in the trail of the go, and of a skip in doubt


def unseen(session: Session, ramp: Ramp) -> str:
    """Why a go that says nothing of it is refused: what was moved cannot be judged now, and nobody
    has said yet that this step is left without figures. Empty where a go may be given. Where no
    conductor is alive, what the last one saw counts: a person may go on with nothing but the
    database."""
    if not (ramp.share or ramp.selector):
        return ""
    doubt = str(ramp.figures.get("unsure") or "")
    if not doubt or "metrics" in checking.let_pass(session, ramp.cutover):
        return ""
    return "" if _said_before(session, ramp) else doubt


def _said_before(session: Session, ramp: Ramp) -> bool:
    """Whether the hold of this very step was ended by somebody who went on without figures."""
    if ramp.step_since is None:
        return False
    entries = select(Entry).join(Stream).where(Stream.name == ramp.cutover.stream)
    entries = entries.where(Entry.kind == "ramp.skipped", Entry.at >= ramp.step_since)
    last = session.scalar(entries.order_by(Entry.number.desc()).limit(1))
    if last is None or not last.payload.get(SAID):
        return False
    return (last.payload["run"], last.payload["step"]) == (ramp.run, ramp.step)
