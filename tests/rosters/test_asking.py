"""Whoever is asked and stays silent is reminded, then replaced."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.clock import parse as at
from onboarding.db import db
from onboarding.rosters import asking_jobs, unanswered
from onboarding.rosters.asking import REMIND, REPLACE, WAIT, Asked, Deadlines, due
from tests.cast import Cast
from tests.doors import submit
from tests.rosters.standing import Place, mails, seats, solve
from tests.stories import Known, book, browser, kinds

RULE = Deadlines(timedelta(hours=48), timedelta(hours=24))
T = at("2027-03-10T12:00")


def hours(before: float) -> datetime:
    return T - timedelta(hours=before)


@pytest.mark.parametrize(
    ("asked", "reminded", "now", "step"),
    [
        (200, None, 48.1, WAIT),
        (200, None, 48, REMIND),
        (200, 48, 24.1, WAIT),
        (200, 48, 24, REPLACE),
        (30, None, 26.1, WAIT),  # asked late: four hours to answer all the same
        (30, None, 26, REMIND),
        (30, 26, 22.1, WAIT),
        (30, 26, 22, REPLACE),
        (2, None, 1.5, REMIND),  # a window in two hours: a quarter of them
        (2, 1.5, 1, REPLACE),
        (200, 48, 0, WAIT),  # it is open: the call to station has it
    ],
)
def test_when_somebody_silent_is_reminded_and_replaced(
    asked: float, reminded: float | None, now: float, step: str
) -> None:
    known = Asked(hours(asked), None if reminded is None else hours(reminded))
    assert due(known, T, hours(now), RULE) == step


@given(st.floats(0.1, 400), st.floats(0, 400), st.floats(0, 100), st.floats(0, 100))
def test_nobody_is_replaced_who_had_no_time_to_answer_the_reminder(
    asked: float, now: float, remind: float, replace: float
) -> None:
    rule = Deadlines(timedelta(hours=remind), timedelta(hours=replace))
    patience = min(4.0, asked / 4)
    if due(Asked(hours(asked), None), T, hours(now), rule) == REMIND:
        assert asked - now >= patience - 1e-6
        assert due(Asked(hours(asked), hours(now)), T, hours(now), rule) == WAIT


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> list[timedelta]:
    """How much later than Monday noon, a week before the window, it is."""
    offset = [timedelta()]
    monkeypatch.setattr(clock, "now", lambda: at("2027-03-01T12:00") + offset[0])
    return offset


def sweep() -> None:
    db.session.remove()
    asking_jobs.sweep()


def asked_for_next_week(app: Flask, cast: Cast, acme: Known) -> int:
    number = book(cast, acme, starts_in=timedelta(days=7))
    submit(browser(app, "ann"), f"/cutovers/{number}/roster", {})
    solve(number)
    return number


def test_who_stays_silent_is_reminded_and_then_another_is_asked(
    app: Flask, cast: Cast, acme: Known, later: list[timedelta]
) -> None:
    number = asked_for_next_week(app, cast, acme)
    silent = seats(number)["ops", "primary"]
    for place, seat in seats(number).items():
        if place != ("ops", "primary"):
            who = next(name for name, uid in cast.ids.items() if uid == seat.user_id)
            submit(browser(app, who), f"/seats/{seat.id}/accept", {})
    later[0] = timedelta(days=4)
    sweep()
    assert mails("Still to answer") == []
    later[0] = timedelta(days=5)
    sweep()
    sweep()
    reminded = mails("Still to answer")
    assert [mail.recipient for mail in reminded] == [silent.email]
    assert "/invitations/" in reminded[0].text
    later[0] = timedelta(days=6)
    sweep()
    solve(number)
    after = seats(number)["ops", "primary"]
    assert after.user_id not in (None, silent.user_id)
    assert after.state == "invited"
    told = kinds(f"cutover:{number}")
    assert (told.count("seat.reminded"), told.count("seat.replaced")) == (1, 1)
    assert [m.recipient for m in mails("Somebody else is asked now")] == [silent.email]
    late = submit(browser(app, "ann"), f"/cutovers/{number}/roster", {})
    assert late.status_code == 303
    page = browser(app, "ann").get(f"/cutovers/{number}").text
    assert "asks somebody else, for no answer came: ops primary" in page


def test_where_nobody_else_could_the_lead_and_the_account_manager_are_told_once(
    app: Flask, cast: Cast, acme: Known, later: list[timedelta]
) -> None:
    number = asked_for_next_week(app, cast, acme)
    silent: Place = seats(number)["neteng", "primary"]
    later[0] = timedelta(days=5)
    sweep()
    later[0] = timedelta(days=6)
    sweep()
    sweep()
    told = [mail for mail in mails("No answer") if "primary" in mail.text and "neteng" in mail.text]
    assert [mail.recipient for mail in told] == ["ann@vendor.example"]
    assert seats(number)["neteng", "primary"].user_id == silent.user_id
    who = next(name for name, uid in cast.ids.items() if uid == silent.user_id)
    submit(browser(app, who), f"/seats/{silent.id}/accept", {})
    assert seats(number)["neteng", "primary"].why == ""


def test_a_seat_that_breaks_stops_no_other_reminder(
    app: Flask, cast: Cast, acme: Known, later: list[timedelta], monkeypatch: pytest.MonkeyPatch
) -> None:
    number = asked_for_next_week(app, cast, acme)
    broken, look = seats(number)["ops", "primary"], unanswered.look

    def breaks(session: Session, seat_id: int) -> None:
        if seat_id == broken.id:
            raise RuntimeError("broken")
        look(session, seat_id)

    monkeypatch.setattr(unanswered, "look", breaks)
    later[0] = timedelta(days=5)
    with pytest.raises(RuntimeError, match="broken"):
        sweep()
    reminded = {mail.recipient for mail in mails("Still to answer")}
    assert reminded == {seat.email for seat in seats(number).values()} - {broken.email}
