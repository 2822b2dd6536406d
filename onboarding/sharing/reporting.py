"""Share the customer's version of a report, take it back, and read what is shared."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.cutovers.models import Cutover
from onboarding.errors import NotFound
from onboarding.sharing.models import SharedReport
from onboarding.sharing.reported import CustomerReport, document
from onboarding.trail.log import Actor, lock_stream, record
from onboarding.web.language import marked


def share(session: Session, actor: Actor, cutover: Cutover, report: CustomerReport) -> SharedReport:
    """Put `report` on the pages of the cutover's turn-up, in place of an earlier one."""
    assert actor.user_id is not None, "a person shares"
    lock_stream(session, cutover.stream)
    row = session.get(SharedReport, cutover.id)
    if row is None:
        row = SharedReport(cutover_id=cutover.id, turnup_id=cutover.turnup_id)
        session.add(row)
    row.document, row.shared_by, row.shared_at = document(report), actor.user_id, clock.now()
    session.flush()
    record(session, cutover.stream, "report.shared", actor)
    return row


def take_back(session: Session, actor: Actor, cutover: Cutover) -> None:
    """It is on no page any more; twice is once."""
    lock_stream(session, cutover.stream)
    row = session.get(SharedReport, cutover.id)
    if row is not None:
        session.delete(row)
        session.flush()
        record(session, cutover.stream, "report.taken_back", actor)


def of_cutover(session: Session, cutover_id: int) -> SharedReport | None:
    """What is shared of a cutover; None where nothing is."""
    return session.get(SharedReport, cutover_id)


def of_turnup(session: Session, turnup_id: int) -> Sequence[SharedReport]:
    """What is shared on the pages of a turn-up, the latest first."""
    query = select(SharedReport).where(SharedReport.turnup_id == turnup_id)
    return session.scalars(query.order_by(SharedReport.shared_at.desc())).unique().all()


def shown(session: Session, turnup_id: int, cutover_id: int) -> SharedReport:
    """One of them. Raises NotFound."""
    row = session.get(SharedReport, cutover_id)
    if row is None or row.turnup_id != turnup_id:
        raise NotFound(marked("There is no such report"), hint=marked("go back to the page"))
    return row
