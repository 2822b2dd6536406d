"""/people: who carries what, the page of a team's lead, and staffing ahead, as people see them."""

import re
from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from onboarding import clock
from onboarding.checklists.actions import start
from onboarding.customers.models import Turnup
from onboarding.cutovers.models import Cutover
from onboarding.db import db, transaction
from onboarding.paging import queries as paging
from onboarding.people.models import Away, Certificate, Team, User
from onboarding.rosters import ahead_jobs
from onboarding.rosters.models import GoLive, Roster, Seat
from onboarding.trail.log import SYSTEM
from tests.cast import Cast
from tests.doors import submit
from tests.stories import REAL, Known, book, browser, customer, fresh


def stood_by(cast: Cast, known: Known, who: str, *, days: int, role: str = "primary") -> int:
    """A real cutover of four hours at which `who` had a seat, so many days from now (or ago)."""
    number = book(cast, known, wiring=REAL)
    with transaction() as session:
        cutover = session.get_one(Cutover, number)
        noon = clock.now().replace(hour=12, minute=0, second=0, microsecond=0)
        cutover.starts_at = noon + timedelta(days=days)
        cutover.ends_at = cutover.starts_at + timedelta(hours=4)
        cutover.state = "done" if days < 0 else "booked"
        roster = Roster(cutover_id=number, state="solved")
        state = "accepted" if days < 0 else "invited"
        team = session.get_one(User, cast[who]).team_key
        roster.seats.append(Seat(team=team, role=role, user_id=cast[who], state=state))
        session.add(roster)
    return number


def row(page: str, name: str) -> str:
    return re.sub(r"\s+", " ", page.partition(f">{name}</a>")[2].partition("</tr>")[0])


def test_the_matrix_adds_up_and_shows_who_is_away_and_where_nobody_is(
    app: Flask, cast: Cast
) -> None:
    acme = customer("Acme", manager=cast["ann"])
    stood_by(cast, acme, "omar", days=-8)
    stood_by(cast, acme, "omar", days=-9, role="backup")
    stood_by(cast, acme, "omar", days=8)
    now = clock.now()
    with transaction() as session:
        session.add(Away(user_id=cast["olga"], starts_at=now, ends_at=now + timedelta(days=30)))
    ann = browser(app, "ann")
    page = ann.get("/people?team=ops").text
    omar = row(page, "Omar Okafor")
    assert omar.count(">4.0<abbr") == 1  # asked for, not yet accepted
    assert "<strong>10.0</strong>" in omar
    assert ">away</span>" in row(page, "Olga Orlova")
    assert "Sue Santos" not in page
    assert "Sue Santos" in ann.get("/people?team=&shift=x").text
    one = ann.get(f"/people/{cast['omar']}").text
    assert "<strong>6.0 h</strong> carried in 13 weeks" in one
    assert "<strong>4.0 h</strong> asked for or agreed to" in one
    layer = {"name": "Day", "zone": "UTC", "starts": "09:00", "ends": "17:00", "turn_days": "1"}
    more = {"since": "2026-01-05", "days": ["1", "2", "3", "4", "5"], f"place-{cast['omar']}": "1"}
    assert (
        submit(browser(app, "omar"), "/people/rotations/ops/layers", {**layer, **more}).status_code
        == 303
    )
    assert "nobody on rotation" in ann.get("/people?team=ops").text
    assert "people-matrix" in ann.get("/people?shift=-52").text


def test_somebody_away_during_a_cutover_of_theirs_is_told_on_their_page(
    app: Flask, cast: Cast
) -> None:
    number = stood_by(cast, customer(), "omar", days=8)
    at = fresh(Cutover, number).starts_at
    omar, page = browser(app, "omar"), f"/people/{cast['omar']}"
    span = {
        "starts_at": f"{at:%Y-%m-%dT%H:%M}",
        "ends_at": f"{at + timedelta(hours=1):%Y-%m-%dT%H:%M}",
    }
    assert "Away during" not in omar.get(page).text
    submit(omar, f"{page}/aways", span)
    assert "Away during" in omar.get(page).text


def test_the_order_of_escalation_is_what_pages_follow(app: Flask, cast: Cast) -> None:
    adam, page = browser(app, "adam"), "/people/teams/ops"
    places = {f"place-{cast['olga']}": "1", f"place-{cast['omar']}": "2"}
    twice = {**places, f"place-{cast['omar']}": "1", "lead": cast["adam"]}
    refused = submit(adam, f"{page}/order", twice)
    assert (refused.status_code, "two have place 1" in refused.text) == (422, True)
    stranger = submit(adam, f"{page}/order", {f"place-{cast['sue']}": "1", "lead": "0"})
    assert (stranger.status_code, "no order of the team" in stranger.text) == (422, True)
    assert submit(adam, f"{page}/order", {**places, "lead": cast["adam"]}).status_code == 303
    db.session().rollback()
    called = paging.called(db.session(), ["team:ops"], clock.now())
    assert [person.id for person in called] == [cast["olga"], cast["omar"], cast["adam"]]
    shown = browser(app, "omar").get(page).text
    assert shown.index('Olga Orlova</a> <span class="utc">by the order') < shown.index(
        'Adam Admin</a> <span class="utc">lead'
    )
    # who does not keep everybody's records changes the order, not the lead
    assert (
        submit(browser(app, "omar"), f"{page}/order", {**places, "lead": cast["omar"]}).status_code
        == 303
    )
    db.session().rollback()
    assert db.session.scalars(select(Team.lead_id).where(Team.key == "ops")).one() == cast["adam"]


def test_the_lead_sees_what_needs_somebody_and_says_what_a_flip_needs(
    app: Flask, cast: Cast
) -> None:
    with transaction() as session:
        day = clock.now().date() + timedelta(days=20)
        session.add(Certificate(user_id=cast["omar"], skill="tls", until=day))
        session.get_one(User, cast["olga"]).trainee = True
    adam, page = browser(app, "adam"), "/people/teams/ops"
    shown = adam.get(page).text
    for said in (
        "tls runs out on",
        "no way to be paged is proved",
        "in training",
        "1 \N{MULTIPLICATION SIGN} primary",
    ):
        assert said in shown
    needs = {
        "count-primary": "2",
        "skills-primary": "tls",
        "count-backup": "0",
        "count-shadow": "1",
    }
    assert submit(browser(app, "omar"), f"{page}/needs", needs).status_code == 403
    for wrong in (
        {"count-primary": "0"},
        {"count-backup": "99"},
        {"skills-backup": "<b>"},
        {"count-shadow": "1.5"},
    ):
        refused = submit(adam, f"{page}/needs", {**needs, **wrong})
        assert (refused.status_code, 'value="tls"' in refused.text) == (422, True), wrong
    assert submit(adam, f"{page}/needs", needs).status_code == 303
    assert "2 \N{MULTIPLICATION SIGN} primary" in adam.get(page).text


def test_staffing_ahead_counts_booked_and_expected_and_says_whom_to_train(
    app: Flask, cast: Cast
) -> None:
    acme, borealis = (
        customer("Acme", manager=cast["ann"]),
        customer("Borealis", manager=cast["ann"]),
    )
    stood_by(cast, acme, "omar", days=8)
    with transaction() as session:
        start(session, SYSTEM, session.get_one(Turnup, borealis.turnup), "static-assets")
        team = session.scalars(select(Team).where(Team.key == "neteng")).one()
        team.needs = {"primary": {"count": 1, "skills": ["bgp"]}}
        session.get_one(User, cast["nina"]).skills = []
    adam = browser(app, "adam")
    nina = f"/people/{cast['nina']}/training"
    assert submit(adam, nina, {"skill": "bgp", "step": "trainee"}).status_code == 303
    page = adam.get("/people/ahead").text
    assert "Cutovers booked: <strong>1</strong>" in page
    assert "Expected besides: <strong>1</strong>" in page
    ahead_jobs.look()
    ahead_jobs.look()
    db.session().rollback()
    assert db.session.scalars(select(GoLive.turnup_id)).all() == [borealis.turnup]
    assert "Expected besides: <strong>1</strong>" in adam.get("/people/ahead").text
    told = re.sub(r"<[^>]+>", "", re.sub(r"\s+", " ", page))
    assert "Finish the training of Nina Novak for bgp" in re.sub(r"\s+", " ", told)
    assert "Nina Novak" not in adam.get("/people/ahead?team=support").text
