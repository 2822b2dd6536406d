"""A seat that no solver fills is declined: it stays empty, and whoever booked is told."""

from flask import Flask

from onboarding.db import db, transaction
from onboarding.people.models import Team, User
from onboarding.rosters import queries
from onboarding.rosters.models import Seat
from tests.cast import Cast
from tests.doors import submit
from tests.rosters.standing import Place, mails, seats, solve
from tests.stories import browser, cutover_of, kinds


def test_a_seat_of_a_team_that_no_solver_knows_is_declined_and_stays_empty(
    app: Flask, cast: Cast, staffed: int
) -> None:
    """Whoever booked is told so; and a roster is solved past a no of somebody who left."""
    ann = Place(0, "account_management", "primary", cast["ann"], "ann@vendor.example", "", "")
    with transaction() as session:
        session.get_one(Team, session.get_one(User, cast["ann"]).team_id).on_standby = False
        seat = Seat(team=ann.team, role=ann.role, user_id=ann.user_id, state="accepted")
        roster = queries.roster_of(session, staffed)
        assert roster is not None
        roster.seats.append(seat)
        session.flush()
        number = seat.id
    no = submit(browser(app, "ann"), f"/seats/{number}/decline", {"reason": "a wedding"})
    assert no.status_code == 303, no.text
    left = seats(staffed)["account_management", "primary"]
    assert (left.user_id, left.state) == (None, "empty")
    assert "nobody else is looked for" in left.why
    assert kinds(f"cutover:{staffed}").count("seat.declined") == 1
    (told,) = mails("Empty seat")
    booked_by = db.session.get_one(User, cutover_of(staffed).booked_by)
    assert (told.recipient, "has declined, and the seat is empty" in told.text) == (
        booked_by.email,
        True,
    )
    submit(browser(app, "ann"), f"/cutovers/{staffed}/roster", {})
    solve(staffed)
    db.session().rollback()
    solved = queries.roster_of(db.session(), staffed)
    assert solved is not None
    assert (solved.state, solved.error) == ("solved", "")
