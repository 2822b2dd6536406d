"""Files on their way in: received in parts, looked at, confirmed, read, kept as a history."""

from typing import BinaryIO

from sqlalchemy import delete
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.customers.models import Turnup
from onboarding.db import after_commit
from onboarding.errors import NotFound, Refused, marked
from onboarding.forecasts import actions, histories
from onboarding.forecasts.intake.choice import Choice, check
from onboarding.forecasts.intake.guess import guess
from onboarding.forecasts.intake.reading import Taken
from onboarding.forecasts.traffic_models import Intake, IntakePart
from onboarding.queues import enqueue
from onboarding.trail.log import Actor

PART_BYTES = 1 << 20
READING_S = 3600  # two gigabytes on a machine that has other things to do
_READ = "onboarding.forecasts.intake_jobs.read"


def open_intake(session: Session, actor: Actor, turnup: Turnup, name: str, source: str) -> Intake:
    """A file begins to come in."""
    assert actor.user_id is not None, "a person gives a history"
    now = clock.now()
    row = Intake(
        turnup_id=turnup.id,
        name=name[:200],
        source=source,
        given_by=actor.user_id,
        created_at=now,
        touched_at=now,
    )
    session.add(row)
    session.flush()
    return row


def add_parts(session: Session, intake_id: int, first: int, stream: BinaryIO, most: int) -> int:
    """Keep up to `most` parts of `stream` from position `first` on; returns how many there were."""
    for i in range(most):
        data = stream.read(PART_BYTES)
        if not data:
            return i
        session.add(IntakePart(intake_id=intake_id, position=first + i, data=data))
        session.flush()
        row = session.get_one(Intake, intake_id)
        row.size += len(data)
        row.touched_at = clock.now()
    return most


def look(session: Session, intake_id: int) -> Intake:
    """The file is here whole: guess what it holds. Raises BadInput where it is neither table nor log."""
    row = session.get_one(Intake, intake_id)
    head = session.get(IntakePart, (intake_id, 0))
    zone = session.get_one(Turnup, row.turnup_id).customer.timezone
    found = guess(head.data if head else b"", row.name, zone)
    if found.choice.shape == "log":
        row.source = "log"
    row.guess = {"columns": list(found.columns), "sample": found.sample, "asks": list(found.asks)}
    row.choice = found.choice.plain()
    row.state = "found"
    return row


def get(session: Session, intake_id: int) -> Intake:
    """One intake. Raises NotFound."""
    row = session.get(Intake, intake_id)
    if row is None:
        raise NotFound(
            marked("There is no such file"),
            hint=marked("it may have been dropped; give it again"),
        )
    return row


def confirm(session: Session, intake_id: int, choice: Choice) -> None:
    """Read it like this. Raises BadInput naming the field, Refused where it is being read."""
    row = session.get_one(Intake, intake_id, with_for_update=True)
    if row.state not in ("found", "asked", "failed"):
        raise Refused(
            marked("This file is being read, or has been"), hint=marked("wait, or give another")
        )
    check(choice)
    row.choice, row.state = choice.plain(), "reading"
    row.read, row.error, row.place, row.question = 0, "", "", ""
    row.touched_at = clock.now()
    after_commit(f"intake:{intake_id}", lambda: enqueue_reading(intake_id))


def enqueue_reading(intake_id: int) -> bool:
    """Ask a worker to read it now."""
    once = f"intake:{intake_id}"
    return enqueue("heavy", _READ, intake_id, once=once, most_s=READING_S)


def been_read(session: Session, intake_id: int, size: int) -> None:
    """`size` bytes have been read."""
    row = session.get_one(Intake, intake_id)
    row.read, row.touched_at = size, clock.now()


def fail(session: Session, intake_id: int, place: str, error: str) -> None:
    """It could not be read: what is wrong, and where. It may be confirmed in another way."""
    row = session.get_one(Intake, intake_id)
    if row.state == "reading":
        row.state, row.place, row.error = "failed", place, error


def take(session: Session, intake_id: int, taken: Taken) -> None:
    """Keep what was read and ask for a forecast; or ask back where the size is odd. Nothing where
    another worker was first."""
    row = session.get_one(Intake, intake_id, with_for_update=True)
    if row.state != "reading":
        return
    turnup = session.get_one(Turnup, row.turnup_id)
    odd = None if row.choice.get("sure") else histories.doubtful(session, turnup, taken)
    if odd is not None:
        row.state, row.question, row.suggested = "asked", odd.question, odd.multiply
        return
    actor = Actor(f"user:{row.given_by}", "job")
    history = histories.keep(session, actor, turnup, row.name, row.source, taken)
    row.state, row.history_id, row.read = "done", history.id, row.size
    session.execute(delete(IntakePart).where(IntakePart.intake_id == intake_id))
    actions.ask(session, actor, turnup, why=f"a history was given, {row.name}")


def drop(session: Session, intake_id: int) -> None:
    """Forget a file that is not being read; what was made of it stays."""
    row = session.get_one(Intake, intake_id, with_for_update=True)
    if row.state == "reading":
        raise Refused(marked("This file is being read"), hint=marked("wait for it"))
    session.execute(delete(IntakePart).where(IntakePart.intake_id == intake_id))
    session.delete(row)
