"""A team's rotation, as its people change it and pages and rosters read it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from onboarding import clock
from onboarding.db import db, transaction
from onboarding.outbox.models import Message
from onboarding.people import jobs, queries
from onboarding.people.models import Away, PublicHoliday, Rotation, Shift, StandIn, Team, User
from onboarding.trail.log import read
from tests.cast import Cast
from tests.doors import submit
from tests.stories import browser, customer, fresh, kinds

PATH = "/people/rotations/ops"


def layer(cast: Cast, **more: Any) -> dict[str, Any]:
    fields = {"name": "Whole day", "zone": "Europe/London", "starts": "09:00", "ends": "09:00"}
    people = more.pop("people", [cast["omar"], cast["olga"]])
    places = {f"place-{number}": place for place, number in enumerate(people, 1)}
    days = ["1", "2", "3", "4", "5", "6", "7"]
    rest = {"turn_days": "1", "since": "2026-01-05", "days": days, **places}
    return {**fields, **rest, **more}


def shifts() -> list[Shift]:
    db.session().rollback()
    return list(db.session.scalars(select(Shift).order_by(Shift.starts_at)))


def test_a_layer_becomes_thirteen_weeks_of_shifts_and_a_year_to_look_at(
    app: Flask, cast: Cast
) -> None:
    omar = browser(app, "omar")
    assert "There is no rotation yet" in omar.get(PATH).text
    assert submit(omar, f"{PATH}/layers", layer(cast)).status_code == 303
    laid = len(shifts())
    assert 90 <= laid <= 93
    assert len(queries.on_shift(db.session(), clock.now())) == 1
    page = omar.get(PATH).text
    assert "no gap" in page
    assert page.count('<td data-label="Week of">') >= 52
    assert len(shifts()) == laid  # looking writes nothing
    jobs.lay_out()
    assert len(shifts()) == laid


def test_the_page_says_who_is_on_who_is_next_and_where_is_daylight(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At 13:00 UTC it is day in London and New York, and night in Sydney."""
    noon = clock.now().replace(hour=13, minute=0, second=0, microsecond=0)
    monkeypatch.setattr(clock, "now", lambda: noon)
    omar = browser(app, "omar")
    for zone, person in (
        ("Europe/London", "omar"),
        ("America/New_York", "olga"),
        ("Australia/Sydney", "olga"),
    ):
        hours = {"name": zone, "zone": zone, "starts": "08:00", "ends": "16:00"}
        fields = layer(cast, people=[cast[person]], **hours)
        assert submit(omar, f"{PATH}/layers", fields).status_code == 303
    page = " ".join(omar.get(PATH).text.split())
    on, following = page.partition("On now")[2], page.partition("Next</strong>")[2]
    assert "Omar" in on.partition("Next</strong>")[0]
    assert "Olga" in following.partition("Daylight")[0]
    daylight = page.partition("Daylight</strong>")[2].partition("</p>")[0]
    assert {zone.strip() for zone in daylight.split(",")} == {"Europe/London", "America/New_York"}


def test_a_gap_is_shown_before_it_happens(app: Flask, cast: Cast) -> None:
    omar, now = browser(app, "omar"), clock.now()
    submit(omar, f"{PATH}/layers", layer(cast, people=[cast["omar"]]))
    with transaction() as session:
        span = {"starts_at": now + timedelta(days=3), "ends_at": now + timedelta(days=5)}
        session.add(Away(user_id=cast["omar"], **span))
    page = omar.get(PATH).text
    assert "no gap" not in page
    assert page.count("list-group-item state state-bad") == 1


def test_whoever_stands_in_is_on_and_what_is_over_stays(app: Flask, cast: Cast) -> None:
    omar, now = browser(app, "omar"), clock.now()
    submit(omar, f"{PATH}/layers", layer(cast, people=[cast["omar"]]))
    with transaction() as session:
        over = {"starts_at": now - timedelta(days=9), "ends_at": now - timedelta(days=8)}
        session.add(Shift(user_id=cast["omar"], source="rotation", **over))
    fields = {"person": cast["olga"], "reason": "dentist"}
    fields |= {"starts_at": (now - timedelta(hours=1)).isoformat()[:16]}
    fields |= {"ends_at": (now + timedelta(hours=2)).isoformat()[:16]}
    assert submit(omar, f"{PATH}/stand-ins", fields).status_code == 303
    assert queries.on_shift(db.session(), now) == {cast["olga"]}
    assert shifts()[0].ends_at < now
    backwards = {**fields, "ends_at": fields["starts_at"]}
    refused = submit(omar, f"{PATH}/stand-ins", backwards)
    assert refused.status_code == 422
    assert "it ends before it starts" in refused.text


def test_whoever_has_other_turns_is_told_which_and_whoever_changed_it_is_not(
    app: Flask, cast: Cast
) -> None:
    """Adam changes Omar's rotation: Omar and Olga hear of it, he does not; looking writes nothing."""
    adam, now = browser(app, "adam"), clock.now()
    submit(adam, f"{PATH}/layers", layer(cast, people=[cast["omar"]]))
    begins = (now + timedelta(days=2)).replace(hour=12, minute=0, second=0, microsecond=0)
    fields = {"person": cast["olga"], "reason": "", "starts_at": begins.isoformat()[:16]}
    fields |= {"ends_at": (begins + timedelta(hours=2)).isoformat()[:16]}
    submit(adam, f"{PATH}/stand-ins", fields)
    adam.get(PATH)
    letters = told()
    assert [who for who, _text in letters] == ["omar", "omar", "olga"]
    assert "and 8" in letters[0][1]  # the first of thirteen weeks, not all of them
    assert "You no longer have:" in letters[1][1]
    assert f"You have:\n- {begins:%a %d %b %Y}" in letters[2][1]
    number = db.session.scalars(select(StandIn.id)).one()
    submit(adam, f"{PATH}/stand-ins/{number}/remove", {})
    assert [who for who, _text in told()[3:]] == ["omar", "olga"]


def told() -> list[tuple[str, str]]:
    db.session().rollback()
    query = select(Message).where(Message.key.startswith("rotation:")).order_by(Message.id)
    return [(m.recipient.partition("@")[0], m.text) for m in db.session.scalars(query)]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"zone": "Mars/Olympus"}, "is not a time zone"),
        ({"starts": "25:00"}, "is no time of day"),
        ({"days": []}, "a layer needs days"),
        ({"people": []}, "a layer needs people"),
        ({"people": [999999]}, "somebody is not of this team"),
        ({"since": "soon"}, "is no day"),
        ({"since": "9999-12-31", "zone": "America/New_York"}, "9999-12-31 is no day to begin"),
        ({"turn_days": "0"}, "out of range"),
    ],
)
def test_what_makes_no_layer_is_refused_at_its_field(
    app: Flask, cast: Cast, wrong: dict[str, Any], said: str
) -> None:
    answer = submit(browser(app, "omar"), f"{PATH}/layers", layer(cast, **wrong))
    assert answer.status_code == 422
    assert said in answer.text
    assert db.session.scalars(select(Rotation)).all() == []
    kept = re.sub(r"\s+", " ", answer.text)
    assert 'name="turn_days"' in kept
    assert wrong.get("people") is not None or f'name="place-{cast["olga"]}" value="2"' in kept
    assert ('value="7" checked' in kept) == (wrong.get("days") is None)


def test_a_layer_is_changed_in_its_place_and_who_has_other_turns_is_told(
    app: Flask, cast: Cast
) -> None:
    omar = browser(app, "omar")
    submit(omar, f"{PATH}/layers", layer(cast))
    row = db.session.scalars(select(Rotation)).one()
    path, number = f"{PATH}/layers/{row.id}", row.id
    assert f'href="{path}"' in omar.get(PATH).text
    page = omar.get(path).text
    for kept in (
        'value="Europe/London"',
        'value="09:00"',
        f'name="place-{cast["olga"]}" value="2"',
    ):
        assert kept in page
    before = [shift.starts_at for shift in shifts()]
    told = len(db.session.scalars(select(Message.id)).all())
    assert submit(omar, path, layer(cast)).status_code == 303
    assert "people.layer_changed" not in kinds("system"), "the same again is no change"
    other = layer(cast, people=[cast["olga"], cast["omar"]], starts="17:00", ends="17:00")
    assert submit(omar, path, other).status_code == 303
    row = fresh(Rotation, number)
    assert (row.starts, row.ends, row.people) == ("17:00", "17:00", [cast["olga"], cast["omar"]])
    assert [shift.starts_at for shift in shifts()] != before
    said = read(db.session(), "system")[-1]
    assert (said.kind, said.payload["before"]["starts"]) == ("people.layer_changed", "09:00")
    letters = db.session.scalars(select(Message).order_by(Message.id)).all()[told:]
    assert [one.recipient for one in letters] == ["olga@vendor.example"]
    wrong = submit(omar, path, layer(cast, zone="Mars/Olympus", name="Typed"))
    assert wrong.status_code == 422
    assert 'id="zone-problem"' in wrong.text
    assert 'value="Typed"' in wrong.text
    assert fresh(Rotation, number).name == "Whole day"
    assert submit(omar, f"/people/rotations/neteng/layers/{number}", layer(cast)).status_code == 404
    assert submit(browser(app, customer().email), path, layer(cast), "/").status_code == 403


def test_who_left_the_team_leaves_a_gap_and_no_shift_twice(app: Flask, cast: Cast) -> None:
    omar = browser(app, "omar")
    submit(omar, f"{PATH}/layers", layer(cast, people=[cast["omar"], cast["olga"]]))
    with transaction() as session:
        olga = session.get_one(User, cast["olga"])
        olga.team_id = session.scalars(select(Team.id).where(Team.key == "support")).one()
    for _ in range(2):
        jobs.lay_out()
    found = shifts()
    assert {shift.user_id for shift in found} == {cast["omar"]}
    assert len({shift.starts_at for shift in found}) == len(found)
    page = omar.get(PATH).text
    assert "no gap" not in page


def test_a_public_holiday_of_whoever_is_on_is_a_gap(app: Flask, cast: Cast) -> None:
    omar, soon = browser(app, "omar"), clock.now().date() + timedelta(days=3)
    submit(omar, f"{PATH}/layers", layer(cast, people=[cast["omar"]]))
    assert "no gap" in omar.get(PATH).text
    with transaction() as session:
        user = session.get_one(User, cast["omar"])
        user.country, user.subdivision = "GB", ""
        session.add(PublicHoliday(country="GB", subdivision="", day=soon, name="Rest day"))
    page = omar.get(PATH).text
    assert "no gap" not in page
    assert page.count("list-group-item state state-bad") == 1
