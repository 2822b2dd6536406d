"""A staffed cutover and how people answer, for the tests of standing by."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import select

from onboarding.db import db
from onboarding.outbox.models import Message
from onboarding.rosters import jobs, queries
from onboarding.rosters.models import Roster
from tests.cast import Cast
from tests.doors import submit
from tests.stories import browser

PLACES = {
    (t, r) for t in ("engineering", "neteng", "ops", "support") for r in ("primary", "backup")
}


def solve(number: int) -> None:
    """What a worker does, which begins each job with nothing read yet."""
    db.session.remove()
    jobs.solve(number)


@dataclass(frozen=True)
class Place:
    """A seat as it was when it was looked at."""

    id: int
    team: str
    role: str
    user_id: int | None
    email: str
    state: str
    why: str


def seats(number: int) -> dict[tuple[str, str], Place]:
    db.session().rollback()
    found = {}
    for seat in queries.seats(db.session(), number):
        email = seat.user.email if seat.user else ""
        who = (seat.id, seat.team, seat.role, seat.user_id)
        found[seat.team, seat.role] = Place(*who, email, seat.state, seat.why)
    return found


def mails(subject: str = "") -> list[Message]:
    db.session().rollback()
    query = select(Message).where(Message.channel == "email").order_by(Message.id)
    return [m for m in db.session.scalars(query) if subject in m.subject]


def name_of(cast: Cast, user_id: int | None) -> str:
    return next(name for name, number in cast.ids.items() if number == user_id)


def answer(app: Flask, cast: Cast, seat: Place, verb: str, **fields: str) -> Any:
    """The person on the seat answers in a browser of their own."""
    who = browser(app, name_of(cast, seat.user_id))
    return submit(who, f"/seats/{seat.id}/{verb}", fields)


def at_once(app: Flask, *does: Callable[[], Any]) -> list[Any]:
    """What each does gives, all begun at the same time."""
    together, found = threading.Barrier(len(does)), [None] * len(does)

    def run(number: int) -> None:
        with app.app_context():
            together.wait(10)
            try:
                found[number] = does[number]()
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(does))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def roster_row(number: int) -> int:
    return db.session.scalars(select(Roster.id).where(Roster.cutover_id == number)).one()
