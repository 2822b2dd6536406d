"""The RQ edge that tells training who stood by for which flip: shadow duties count themselves."""

from sqlalchemy import String, and_, cast, literal, select
from sqlalchemy.orm import Session

from onboarding.cutovers.models import Cutover
from onboarding.db import db, transaction
from onboarding.people.path_models import TrainingDuty
from onboarding.people.paths import count_duty
from onboarding.rosters.models import Roster, Seat

AT_ONCE = 500


def count() -> None:
    """Count the duties of flips that are done and were not counted yet; rehearsals are none."""
    waiting = _uncounted(db.session())
    if not waiting:
        return
    with transaction() as session:
        for seat, cutover in _uncounted(session):
            assert seat.user_id is not None
            kind = "shadow" if seat.role == "shadow" else "own"
            count_duty(session, seat.user_id, cutover.stream, kind, cutover.ends_at)


def _uncounted(session: Session) -> list[tuple[Seat, Cutover]]:
    counted = and_(
        TrainingDuty.user_id == Seat.user_id,
        TrainingDuty.ref == literal("cutover:") + cast(Cutover.id, String),
    )
    query = (
        select(Seat, Cutover)
        .join(Roster, Seat.roster_id == Roster.id)
        .join(Cutover, Roster.cutover_id == Cutover.id)
        .outerjoin(TrainingDuty, counted)
        .where(Seat.state == "accepted", Seat.user_id.is_not(None), TrainingDuty.id.is_(None))
        .where(Cutover.state == "done", Cutover.practice.is_(False))
        .order_by(Cutover.id, Seat.id)
        .limit(AT_ONCE)
    )
    return [(seat, cutover) for seat, cutover in session.execute(query).unique()]
