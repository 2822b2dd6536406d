"""What the report of a cutover has beside its figures: what they say, alarms to judge, what was
learnt, what is to be done, the talk of its room."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onboarding.cutovers.models import Cutover
from onboarding.people import queries as people
from onboarding.people.access import can
from onboarding.reports import learning
from onboarding.reports.customer_version import version
from onboarding.reports.findings import Facts, findings
from onboarding.reports.run_counting import counted
from onboarding.reports.run_models import Alarm, RunFacts
from onboarding.rooms import queries as rooms
from onboarding.rooms.models import Draft, Room, RoomMessage
from onboarding.sharing import reporting

MOST = 100  # of each list


@dataclass(frozen=True)
class Talk:
    """The room of a cutover: how much was said in it, by how many, and what was marked there."""

    room: Room
    messages: int
    people: int
    marked: Sequence[Draft]


def context(session: Session, cutover: Cutover) -> dict[str, Any]:
    """What the page shows of all this."""
    runs, alarms = counted(session, cutover), alarms_of(session, cutover)
    open_ = Counter(one.ramp_id for one in alarms if not one.verdict)
    writes = can("reports.write")
    return {
        "findings": findings([facts(one, open_[one.ramp_id]) for one in runs]),
        "alarms": alarms,
        "lessons": learning.lessons(session, cutover.id),
        "followups": learning.followups(session, cutover.id),
        "talk": talk(session, cutover),
        "customers": version(session, cutover),
        "shared": reporting.of_cutover(session, cutover.id),
        "shares": can("reports.share"),
        "writes": writes,
        "staff": people.staff(session) if writes else [],
    }


def facts(run: RunFacts, unjudged: int = 0) -> Facts:
    """A run as `findings` sees it."""
    said = (run.outcome, run.late_s, run.over_s, run.holds, run.back_why)
    return Facts(*said, run.pages, run.overruled, run.off, unjudged)


def alarms_of(session: Session, cutover: Cutover) -> Sequence[Alarm]:
    """The guard's alarms in the runs that are over, the first first."""
    query = select(Alarm).join(RunFacts, RunFacts.ramp_id == Alarm.ramp_id)
    query = query.where(RunFacts.cutover_id == cutover.id).order_by(Alarm.id).limit(MOST)
    return session.scalars(query).unique().all()


def talk(session: Session, cutover: Cutover) -> Talk | None:
    """What was said in the cutover's room; None where it has none."""
    room = rooms.by_key(session, cutover.stream)
    if room is None:
        return None
    said = (RoomMessage.room_id == room.id, RoomMessage.side != "program")
    query = select(func.count(), func.count(RoomMessage.actor.distinct())).where(*said)
    messages, speakers = session.execute(query).one()
    marked = select(Draft).where(Draft.room_id == room.id).order_by(Draft.number).limit(MOST)
    return Talk(room, messages, speakers, session.scalars(marked).unique().all())
