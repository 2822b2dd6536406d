"""Whoever enters a time away over their seat: somebody else is asked, and those responsible told."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from onboarding import clock
from onboarding.clock import parse as at
from onboarding.cutovers.models import Cutover
from onboarding.db import db, transaction
from onboarding.rosters import asking_jobs
from onboarding.rosters.absences import AWAY
from tests.cast import Cast
from tests.doors import submit
from tests.rosters.standing import Place, answer, mails, name_of, seats, solve
from tests.stories import Known, book, browser, kinds

#: what is shown here does not lie in the database
pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def monday(monkeypatch: pytest.MonkeyPatch) -> None:
    """Monday noon, a week before the window."""
    monkeypatch.setattr(clock, "now", lambda: at("2027-03-01T12:00"))


def accepted(app: Flask, cast: Cast, acme: Known) -> tuple[int, Place]:
    """A cutover of next week and its primary of operations, who said yes."""
    number = book(cast, acme, starts_in=timedelta(days=7))
    with transaction() as session:
        session.get_one(Cutover, number).practice = False
    submit(browser(app, "ann"), f"/cutovers/{number}/roster", {})
    solve(number)
    seat = seats(number)["ops", "primary"]
    answer(app, cast, seat, "accept")
    return number, seat


def be_away(app: Flask, cast: Cast, seat: Place) -> str:
    """The page of the seat's person after they entered the day of the window."""
    who, page = browser(app, name_of(cast, seat.user_id)), f"/people/{seat.user_id}"
    span = {"starts_at": "2027-03-08T00:00", "ends_at": "2027-03-09T00:00", "note": "Sea"}
    assert submit(who, f"{page}/aways", span).status_code == 303
    return str(who.get(page).text)


def sweep() -> None:
    db.session.remove()
    asking_jobs.sweep()


def test_another_is_asked_and_the_account_manager_told(app: Flask, cast: Cast, acme: Known) -> None:
    number, seat = accepted(app, cast, acme)
    sweep()
    assert seats(number)["ops", "primary"].state == "accepted", "nobody is away yet"
    assert "somebody else is looked for" in be_away(app, cast, seat)
    sweep()
    solve(number)
    sweep()
    after = seats(number)["ops", "primary"]
    assert after.user_id not in (None, seat.user_id)
    assert after.state == "invited"
    [told] = mails("Away: ")
    assert told.recipient == "ann@vendor.example"
    assert "primary of ops, has entered a time away" in told.text
    assert [mail.recipient for mail in mails("You are away then")] == [seat.email]
    assert kinds(f"cutover:{number}").count("seat.away") == 1
    assert (
        "asks somebody else, for they are away"
        in browser(app, "ann").get(f"/cutovers/{number}").text
    )


def test_where_nobody_else_could_it_is_said_once_and_forgotten_with_the_time_away(
    app: Flask, cast: Cast, acme: Known
) -> None:
    number, _ = accepted(app, cast, acme)
    seat = seats(number)["neteng", "primary"]
    other = seats(number)["neteng", "backup"]
    answer(app, cast, seat, "accept")
    answer(app, cast, other, "accept")
    page = be_away(app, cast, seat)
    for _ in range(2):
        sweep()
    assert [mail.recipient for mail in mails("Away: ")] == ["ann@vendor.example"]
    assert "Nobody else could" in mails("Away: ")[0].text
    held = seats(number)["neteng", "primary"]
    assert (held.user_id, held.state, held.why) == (seat.user_id, "accepted", AWAY)
    who = browser(app, name_of(cast, seat.user_id))
    row = page.partition("/aways/")[2].partition("/remove")[0]
    assert submit(who, f"/people/{seat.user_id}/aways/{row}/remove", {}).status_code == 303
    sweep()
    assert seats(number)["neteng", "primary"].why == ""


def test_solved_anew_their_place_is_dropped_by_name_and_the_others_stay(
    app: Flask, cast: Cast, acme: Known
) -> None:
    number, other = accepted(app, cast, acme)
    for role in ("primary", "backup"):
        answer(app, cast, seats(number)["neteng", role], "accept")
    seat = seats(number)["neteng", "primary"]
    be_away(app, cast, seat)
    sweep()
    submit(browser(app, "ann"), f"/cutovers/{number}/roster", {})
    solve(number)
    name = name_of(cast, seat.user_id).capitalize()
    dropped = seats(number)["neteng", "primary"]
    assert (dropped.user_id, dropped.state) == (None, "empty")
    assert re.match(rf"{name} \w+ had accepted but is away then\. 2 in neteng", dropped.why)
    assert seats(number)["ops", "primary"].user_id == other.user_id
    assert [m.recipient for m in mails("Open again")] == ["ann@vendor.example"]
    assert [m.recipient for m in mails("Your place is open again")] == [seat.email]
    page = browser(app, "ann").get(f"/cutovers/{number}").text
    assert "for whoever accepted it cannot come" in page
