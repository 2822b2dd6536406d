"""Say of an alarm whether it was real; the last word counts, and each is in the trail."""

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.cutovers.models import Cutover
from onboarding.errors import NotFound
from onboarding.reports.run_models import Alarm
from onboarding.trail.log import Actor, record

VERDICTS = {"real": "real", "false": "a false alarm"}


def judge(session: Session, actor: Actor, cutover_id: int, alarm_id: int, verdict: str) -> Alarm:
    """`verdict` is a key of `VERDICTS`; the same again is nothing new. Raises NotFound."""
    alarm = session.get(Alarm, alarm_id, with_for_update={"of": Alarm})
    if alarm is None or alarm.run.cutover_id != cutover_id:
        raise NotFound(f"There is no alarm {alarm_id} in this cutover")
    if alarm.verdict != verdict:
        alarm.verdict, alarm.judged_by, alarm.judged_at = verdict, actor.user_id, clock.now()
        stream = session.get_one(Cutover, cutover_id).stream
        said = {"entry": alarm.number, "signal": alarm.signal, "verdict": verdict}
        record(session, stream, "guard.judged", actor, said)
    return alarm
