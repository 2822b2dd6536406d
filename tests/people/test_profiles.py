"""What people say of themselves at /people/<id>, who may change it, and what a roster makes of it."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from onboarding import clock
from onboarding.cutovers.models import Cutover
from onboarding.db import db, transaction
from onboarding.people import holiday_jobs
from onboarding.people.models import Away, Team, User
from onboarding.rosters.problem import document
from tests.cast import Cast
from tests.doors import submit
from tests.stories import book, browser, customer, fresh, kinds

HOURS = {"timezone": "Europe/Berlin", "starts": "09:00", "ends": "17:30", "days": ["1", "2"]}


def times(start: timedelta, end: timedelta) -> dict[str, str]:
    now = clock.now()
    return {"starts_at": f"{now + start:%Y-%m-%dT%H:%M}", "ends_at": f"{now + end:%Y-%m-%dT%H:%M}"}


def lead(team: str, user_id: int) -> None:
    with transaction() as session:
        session.scalars(select(Team).where(Team.key == team)).one().lead_id = user_id


def candidate(cutover_id: int, user_id: int) -> dict[str, Any]:
    db.session().rollback()
    found = document(db.session(), db.session().get_one(Cutover, cutover_id))
    return next(one for one in found["people"] if one["id"] == str(user_id))


def test_hours_wishes_and_languages_reach_the_page_and_the_roster(app: Flask, cast: Cast) -> None:
    omar, page = browser(app, "omar"), f"/people/{cast['omar']}"
    more = {"languages": "german, English", "country": "DE", "subdivision": "BY"}
    wishes = {"not_before": "08:00", "not_days": ["5"]}
    answer = submit(
        omar, f"{page}/profile", {**HOURS, **more, **wishes, "starts": "22:00", "ends": "06:00"}
    )
    assert answer.status_code == 303
    shown = omar.get(page).text
    assert "22:00\N{EN DASH}06:00" in shown
    assert "English, German" in shown
    assert "08:00" in shown
    assert "Fridays" in shown
    asked = candidate(book(cast, customer()), cast["omar"])
    assert asked["hours"] == ["22:00", "06:00"]
    assert asked["avoid"] == [
        {"hours": ["00:00", "08:00"], "days": [1, 2, 3, 4, 5, 6, 7]},
        {"hours": ["00:00", "24:00"], "days": [5]},
    ]
    assert asked["availability"] == pytest.approx(16 / 40, abs=0.02)


def test_what_is_wrong_is_said_at_its_field_and_the_form_keeps_what_was_typed(
    app: Flask, cast: Cast
) -> None:
    omar, page = browser(app, "omar"), f"/people/{cast['omar']}/profile"
    for wrong, said in (
        ({"timezone": "Mars/Olympus"}, "is not a time zone"),
        ({"starts": "17:30", "ends": "09:00"}, "this ends before it starts"),
        ({"starts": "late"}, "is no time of day"),
        ({"days": ["9"]}, "choose days of the week"),
        ({"country": "DE", "subdivision": "SCT"}, "is no region of DE"),
        ({"not_days": ["1", "2", "3", "4", "5", "6", "7"]}, "this leaves no day"),
    ):
        answer = submit(omar, page, {**HOURS, "languages": "Latin, German", **wrong})
        assert (answer.status_code, said in answer.text) == (422, True), wrong
        assert 'value="Latin, German"' in answer.text
    assert (fresh(User, cast["omar"]).timezone, fresh(User, cast["omar"]).languages) == ("UTC", [])


def test_only_the_person_and_whoever_answers_for_them_changes_it(app: Flask, cast: Cast) -> None:
    olga, page = browser(app, "olga"), f"/people/{cast['omar']}"
    assert submit(olga, f"{page}/profile", HOURS).status_code == 403
    assert submit(olga, f"{page}/skills", {"skills": "bgp"}).status_code == 403
    lead("ops", cast["olga"])
    assert submit(olga, f"{page}/profile", HOURS).status_code == 303
    assert submit(olga, f"{page}/skills", {"skills": "BGP, tls ,bgp"}).status_code == 303
    assert fresh(User, cast["omar"]).skills == ["bgp", "tls"]
    omar = browser(app, "omar")
    assert submit(omar, f"{page}/skills", {"skills": "everything"}).status_code == 403
    assert omar.get("/people/999999").status_code == 404


def test_times_away_never_overlap_and_the_refusal_names_the_other(app: Flask, cast: Cast) -> None:
    omar, page = browser(app, "omar"), f"/people/{cast['omar']}"
    week = times(timedelta(days=7), timedelta(days=14))
    assert submit(omar, f"{page}/aways", {**week, "note": "Skiing"}).status_code == 303
    across = submit(
        omar, f"{page}/aways", {**times(timedelta(days=10), timedelta(days=20)), "note": "Sea"}
    )
    assert across.status_code == 422
    assert "it shares time with another time away (Skiing)" in across.text
    assert 'value="Sea"' in across.text
    for wrong, said in (
        (times(timedelta(days=9), timedelta(days=8)), "it ends before it starts"),
        (times(timedelta(days=-9), timedelta(days=-8)), "this is over already"),
        ({**week, "starts_at": "soon"}, "is not a time"),
    ):
        answer = submit(omar, f"{page}/aways", wrong)
        assert (answer.status_code, said in answer.text) == (422, True)
    [row] = db.session.scalars(select(Away)).all()
    assert "Skiing" in omar.get(page).text
    assert submit(browser(app, "olga"), f"{page}/aways/{row.id}/remove", {}).status_code == 403
    assert submit(omar, f"{page}/aways/{row.id}/remove", {}).status_code == 303
    db.session().rollback()
    assert db.session.scalars(select(Away)).all() == []
    assert kinds("system")[-2:] == ["people.away", "people.back"]


def test_a_holiday_keeps_from_a_seat_and_says_so(app: Flask, cast: Cast) -> None:
    with transaction() as session:
        for name in ("omar", "olga"):
            user = session.get_one(User, cast[name])
            user.country, user.timezone = "GB", "Europe/London"
    holiday_jobs.lay_out()
    holiday_jobs.lay_out()  # a second time changes nothing
    year = clock.now().year + 1
    at = clock.parse(f"{year}-12-25T10:00:00Z")
    number = book(cast, customer(), starts_in=at - clock.now())
    asked = candidate(number, cast["omar"])
    assert [f"{year}-12-25T00:00:00Z", f"{year}-12-26T00:00:00Z"] in asked["holidays"]
    assert asked["away"] == []
