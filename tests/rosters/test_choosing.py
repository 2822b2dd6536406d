"""Pin and bar names: what it costs is seen before anything changes."""

import pytest
from flask import Flask
from sqlalchemy import select

from onboarding.db import db, transaction
from onboarding.people.models import Away, Team
from onboarding.rosters import choice_jobs
from onboarding.rosters.models import Choice
from tests.cast import Cast
from tests.doors import submit
from tests.rosters.standing import answer, at_once, name_of, seats, solve
from tests.stories import browser, cutover_of, kinds


def choose(app: Flask, who: str, number: int, person: int | None, **more: str) -> object:
    fields = {"person": str(person), "kind": "pin", "role": "primary", "reason": "", **more}
    return submit(browser(app, who), f"/cutovers/{number}/choices", fields).status_code


def weighed() -> Choice:
    db.session.remove()
    number = db.session.scalars(select(Choice.id).order_by(Choice.id.desc())).first()
    db.session.remove()
    choice_jobs.weigh(number or 0)
    db.session.remove()
    return db.session.scalars(select(Choice).where(Choice.id == number)).unique().one()


def test_a_pinned_name_is_weighed_agreed_to_and_then_sits_there(
    app: Flask, cast: Cast, staffed: int
) -> None:
    before = seats(staffed)
    answer(app, cast, before["ops", "primary"], "accept")
    spare = {cast["omar"], cast["olga"], cast["adam"]} - {
        before["ops", role].user_id for role in ("primary", "backup")
    }
    person = spare.pop()
    assert choose(app, "ann", staffed, person, reason="knows the customer") == 303
    assert (
        "finding out what it costs" in browser(app, "ann").get(f"/cutovers/{staffed}/roster").text
    )
    choice = weighed()
    assert choice.state == "weighed"
    assert seats(staffed) == {**before, ("ops", "primary"): seats(staffed)["ops", "primary"]}
    ann = browser(app, "ann")
    page = ann.get(f"/cutovers/{staffed}/roster").text
    assert "It would cost:" in page
    assert "h outside working hours" in page
    gone = name_of(cast, before["ops", "primary"].user_id).capitalize()
    assert f"Gives up a place: {gone} " in page
    assert submit(ann, f"/choices/{choice.id}/agree", {}).status_code == 303
    solve(staffed)
    after = seats(staffed)
    assert after["ops", "primary"].user_id == person
    assert after["neteng", "primary"].user_id == before["neteng", "primary"].user_id
    assert "roster.choice_agreed" in kinds(f"cutover:{staffed}")
    assert submit(ann, f"/choices/{choice.id}/withdraw", {}).status_code == 303
    assert "No name is pinned or barred" in ann.get(f"/cutovers/{staffed}/roster").text


def test_a_bar_whose_seat_nobody_else_could_take_says_so_before(
    app: Flask, cast: Cast, staffed: int
) -> None:
    person = seats(staffed)["neteng", "primary"].user_id
    assert choose(app, "ann", staffed, person, kind="bar") == 303
    choice = weighed()
    assert (choice.state, choice.cost["empty"]) == ("weighed", 1)
    ann = browser(app, "ann")
    assert "Empty seats: +1" in ann.get(f"/cutovers/{staffed}/roster").text
    submit(ann, f"/choices/{choice.id}/agree", {})
    solve(staffed)
    assert person not in {seat.user_id for seat in seats(staffed).values()}
    assert "barred" in seats(staffed)["neteng", "backup"].why


def test_a_pin_that_the_rules_forbid_says_why_and_cannot_be_agreed_to(
    app: Flask, cast: Cast, staffed: int
) -> None:
    window = cutover_of(staffed)
    with transaction() as session:
        times = {"starts_at": window.starts_at, "ends_at": window.ends_at}
        session.add(Away(user_id=cast["adam"], **times))
    assert choose(app, "ann", staffed, cast["adam"]) == 303
    choice = weighed()
    assert choice.state == "impossible"
    ann = browser(app, "ann")
    assert (
        "Adam Admin is pinned to Acme moves but is away then"
        in ann.get(f"/cutovers/{staffed}/roster").text
    )
    assert submit(ann, f"/choices/{choice.id}/agree", {}).status_code == 409


@pytest.mark.parametrize(
    ("who", "person", "more", "status"),
    [
        ("eve", "omar", {}, 403),
        ("ann", "ann", {}, 422),
        ("ann", "omar", {"kind": "glue"}, 422),
        ("omar", "nina", {}, 403),
        ("omar", "olga", {}, 303),
    ],
)
def test_a_lead_chooses_of_their_team_account_managers_of_all_and_others_of_none(
    app: Flask, cast: Cast, staffed: int, who: str, person: str, more: dict[str, str], status: int
) -> None:
    with transaction() as session:
        session.scalars(select(Team).where(Team.key == "ops")).one().lead_id = cast["omar"]
    assert choose(app, who, staffed, cast[person], **more) == status


def test_of_two_who_agree_at_once_the_roster_is_asked_for_once(
    app: Flask, cast: Cast, staffed: int
) -> None:
    choose(app, "ann", staffed, cast["adam"])
    number = weighed().id
    db.session.remove()
    who = [browser(app, name) for name in ("ann", "sue")]
    does = [lambda b=b: submit(b, f"/choices/{number}/agree", {}).status_code for b in who]
    assert at_once(app, *does) == [303, 303]
    assert kinds(f"cutover:{staffed}").count("roster.choice_agreed") == 1
