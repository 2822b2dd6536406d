"""The RQ edge of intakes: read a file that has been confirmed, drop those that never were."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, BinaryIO, cast

from sqlalchemy import delete, select

from onboarding import clock
from onboarding.db import db, transaction
from onboarding.errors import BadInput, marked, nested
from onboarding.faults import fault_point
from onboarding.forecasts import receiving
from onboarding.forecasts.intake import reading
from onboarding.forecasts.intake.choice import Choice
from onboarding.forecasts.traffic_models import Intake, IntakePart

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

LOST_AFTER = timedelta(minutes=2)
DROPPED_AFTER = timedelta(days=2)


class Parts(io.RawIOBase):
    """The parts of an intake as one stream; `progress` hears of the bytes read."""

    def __init__(self, intake_id: int, progress: Callable[[int], None]) -> None:
        self._id = intake_id
        self._progress = progress
        self._next = 0
        self._rest = memoryview(b"")
        self._seen = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        if not self._rest:
            self._rest = memoryview(self._part())
        view = memoryview(buffer).cast("B")
        size = min(len(view), len(self._rest))
        view[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size

    def _part(self) -> bytes:
        session = db.session()
        query = select(IntakePart.data).where(
            IntakePart.intake_id == self._id, IntakePart.position == self._next
        )
        data = session.scalar(query) or b""
        session.rollback()
        self._next += 1
        self._seen += len(data)
        if data:
            self._progress(self._seen)
        return data


def read(intake_id: int) -> None:
    """Read a confirmed file to its end and keep the history, or say what is wrong with it."""
    row = db.session.get(Intake, intake_id)
    if row is None or row.state != "reading":
        return
    name, choice = row.name, Choice.of(row.choice)
    db.session.rollback()
    try:
        stream = cast(BinaryIO, Parts(intake_id, lambda size: _say(intake_id, size)))
        taken = reading.read(stream, name, choice)
    except BadInput as wrong:
        with transaction() as session:
            receiving.fail(session, intake_id, wrong.place, _said(wrong))
        return
    fault_point("intake.read")
    with transaction() as session:
        receiving.take(session, intake_id, taken)


def _said(wrong: BadInput) -> str:
    """What is wrong and what was expected, in the language of whoever reads it."""
    if not wrong.hint:
        return wrong.message
    return marked("{what}: {hint}", what=nested(wrong.message), hint=nested(wrong.hint))


def _say(intake_id: int, size: int) -> None:
    with transaction() as session:
        receiving.been_read(session, intake_id, size)


def sweep() -> None:
    """Read again what a worker left unread; drop files that nobody confirmed for two days."""
    now = clock.now()
    lost = select(Intake.id).where(Intake.state == "reading", Intake.touched_at < now - LOST_AFTER)
    for intake_id in db.session.scalars(lost).all():
        receiving.enqueue_reading(intake_id)
    old = select(Intake.id).where(
        Intake.state.in_(("receiving", "found", "asked", "failed")),
        Intake.touched_at < now - DROPPED_AFTER,
    )
    dropped = db.session.scalars(old.limit(50)).all()
    if dropped:
        with transaction() as session:
            session.execute(delete(IntakePart).where(IntakePart.intake_id.in_(dropped)))
            session.execute(delete(Intake).where(Intake.id.in_(dropped)))
