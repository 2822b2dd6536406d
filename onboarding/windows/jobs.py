"""The RQ edge of windows: look for them in a worker, where numpy may be loaded."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.clock import parse
from onboarding.customers.models import Turnup
from onboarding.db import db, transaction
from onboarding.errors import TurnupError
from onboarding.people.holidays import holiday
from onboarding.windows import actions, gathering, queries
from onboarding.windows.asked import Asked, Flip, Staff
from onboarding.windows.best import document, window
from onboarding.windows.pricing import Priced, priced
from onboarding.windows.together import plan

log = structlog.get_logger()
EVERY_S = 0.5  # between two notes of progress


def look(search_id: int) -> None:
    """Make one search that waits, and keep what it finds."""
    with transaction() as session:
        asked = actions.begin(session, search_id)
    if asked is None:
        return
    try:
        reading = db.session()
        many, staff, flips = _gathered(reading, asked)
        reading.rollback()
        result = _found(search_id, asked, many, staff, flips)
    except TurnupError as error:
        log.warning("windows.failed", search=search_id, error=error.line())
        with transaction() as session:
            actions.give_up(session, search_id, error.line())
        return
    with transaction() as session:
        actions.keep(session, search_id, result)


def sweep() -> None:
    """Ask again for every search that nobody has finished."""
    for search_id in queries.open_searches(db.session()):
        actions.enqueue_looking(search_id)


def _gathered(session: Session, asked: dict[str, Any]) -> tuple[list[Asked], Staff, list[Flip]]:
    since = parse(asked["not_before"])
    until = since + timedelta(days=asked["days"] + 7)
    own = [said["cutover"] for said in asked["turnups"] if said["cutover"]]
    many = [
        gathering.asked(session, session.get_one(Turnup, said["turnup"]), said, asked, holiday)
        for said in asked["turnups"]
    ]
    staff = gathering.staff(session, since, until, own)
    return many, staff, gathering.flips(session, since, until, own)


def _found(
    search_id: int,
    asked: dict[str, Any],
    many: Sequence[Asked],
    staff: Staff,
    flips: Sequence[Flip],
) -> list[dict[str, Any]]:
    note = _Progress(search_id)
    found: list[Priced] = []
    for number, one in enumerate(many, start=1):
        found.append(priced(one, staff, flips))
        note(number / len(many) * (0.3 if asked["together"] else 1.0))
    result = [document(f, one, staff, flips) for f, one in zip(found, many, strict=True)]
    if asked["together"]:
        _add_plan(result, many, found, flips, note)
    return result


def _add_plan(
    result: list[dict[str, Any]],
    many: Sequence[Asked],
    found: Sequence[Priced],
    flips: Sequence[Flip],
    note: "_Progress",
) -> None:
    made = plan(many, found, progress=lambda done: note(0.3 + 0.7 * done))
    chosen = [
        _as_flip(one, f, start)
        for one, f, start in zip(many, found, made.starts, strict=True)
        if start is not None
    ]
    for said, one, f, start in zip(result, many, found, made.starts, strict=True):
        others = [*flips, *(flip for flip in chosen if flip.number != one.number)]
        said["chosen"] = None if start is None else window(f, one, others, start)
        if start is None and not said["why"]:
            said["why"] = ["every window that suits is taken by the others of this plan"]
    result[0]["plan"] = {
        "price": round(made.price, 1),
        "bound": round(made.bound, 1),
        "gap": round(made.gap, 4),
    }


def _as_flip(one: Asked, found: Priced, start: int) -> Flip:
    begin, end = found.grid.at(start), found.grid.at(start + found.grid.length)
    return Flip(one.number, one.title, one.customer, begin, end, one.regions)


class _Progress:
    """Notes progress now and then, each note in a transaction of its own."""

    def __init__(self, search_id: int) -> None:
        self.search_id = search_id
        self.noted_at = clock.ticks()

    def __call__(self, done: float) -> None:
        now = clock.ticks()
        if now - self.noted_at < EVERY_S:
            return
        self.noted_at = now
        with transaction() as session:
            actions.note_progress(session, self.search_id, done)
