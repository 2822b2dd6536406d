"""A flip that is done: whoever stood by rests, and the customer knows them from then on."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from onboarding.cutovers.models import Cutover
from onboarding.db import db, transaction
from onboarding.people.models import User
from onboarding.rosters.models import Roster, Seat
from onboarding.rosters.problem import document
from tests.cast import Cast
from tests.doors import submit
from tests.rosters.standing import seats, solve
from tests.stories import Known, book, browser, customer, cutover_of

HOUR = timedelta(hours=1)


def flipped(cast: Cast, known: Known, ended: timedelta, before: int) -> None:
    """Omar stood by for a flip of the customer that ended so long before another one's start."""
    number = book(cast, known, starts_in=timedelta(days=3))
    with transaction() as session:
        row, start = session.get_one(Cutover, number), cutover_of(before).starts_at
        row.state, row.starts_at, row.ends_at = "done", start - ended - 4 * HOUR, start - ended
        roster = Roster(cutover_id=number, state="solved")
        who = {"user_id": cast["omar"], "state": "accepted", "invited_at": row.created_at}
        roster.seats.append(Seat(team="ops", role="primary", **who))
        session.add(roster)


@pytest.mark.parametrize(
    ("ended", "rested"), [(2 * HOUR, False), (-HOUR, False), (12 * HOUR, True)]
)
def test_whoever_stood_by_by_night_rests_before_the_next(
    app: Flask, cast: Cast, acme: Known, ended: timedelta, rested: bool
) -> None:
    number = book(cast, acme)
    with transaction() as session:
        start = cutover_of(number).starts_at
        hours = f"{start + 6 * HOUR:%H:%M}-{start + 10 * HOUR:%H:%M}"
        session.execute(update(User).values(hours=hours))
    flipped(cast, acme, ended, number)
    assert submit(browser(app, "ann"), f"/cutovers/{number}/roster", {}).status_code == 303
    solve(number)
    on = {seats(number)["ops", role].user_id for role in ("primary", "backup")}
    assert on == {cast["olga"], cast["adam"]} or (rested and cast["omar"] in on)
    problem = document(db.session(), cutover_of(number))
    assert bool(problem["pinned"]) is not rested
    assert problem["faces"] == [{"customer": str(acme.customer), "person": str(cast["omar"])}]


def test_another_customer_knows_nobody(app: Flask, cast: Cast, acme: Known) -> None:
    number = book(cast, customer("Other"))
    flipped(cast, acme, 30 * HOUR, number)
    assert document(db.session(), cutover_of(number))["faces"] == []
