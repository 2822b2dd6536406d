"""Standing by, from the wish for a roster to the report on station: who is asked, who answers."""

from datetime import timedelta

import pytest
from flask import Flask

from onboarding import clock
from onboarding.cutovers.models import Cutover, Ship
from onboarding.db import transaction
from onboarding.people.models import User
from onboarding.rosters import actions, jobs
from onboarding.rosters.models import Roster
from onboarding.trail.log import Actor
from tests.cast import Cast
from tests.doors import submit
from tests.dying import dying_at
from tests.rosters.standing import (
    PLACES,
    answer,
    at_once,
    mails,
    name_of,
    roster_row,
    seats,
    solve,
)
from tests.stories import Known, book, browser, customer, fresh, kinds


def test_every_standby_team_is_asked_once_by_mail(app: Flask, cast: Cast, staffed: int) -> None:
    found = seats(staffed)
    assert set(found) == PLACES
    assert {seat.state for seat in found.values()} == {"invited"}
    teams = {place: fresh(User, seat.user_id).team_key for place, seat in found.items()}
    assert all(team == teams[team, role] for team, role in found)
    assert len({seat.user_id for seat in found.values()}) == len(PLACES)
    assert sorted(m.recipient for m in mails()) == sorted(seat.email for seat in found.values())
    assert all("/standby" in mail.text for mail in mails())
    solve(staffed)  # a second worker with the same job
    jobs.sweep()
    assert len(mails()) == len(PLACES)
    assert kinds(f"cutover:{staffed}").count("seat.invited") == len(PLACES)


def test_accepting_and_reporting_are_shown_and_told_once(
    app: Flask, cast: Cast, staffed: int
) -> None:
    seat = seats(staffed)["ops", "primary"]
    who = browser(app, name_of(cast, seat.user_id))
    assert "Accept" in who.get("/standby").text
    for _ in range(2):
        assert submit(who, f"/seats/{seat.id}/accept", {}).status_code == 303
    early = submit(who, f"/seats/{seat.id}/on-station", {})
    assert (early.status_code, "too early" in early.text) == (409, True)
    page = who.get("/standby").text
    assert ("I am on station" in page, "You can report on station from" in page) == (False, True)
    with transaction() as session:
        session.get_one(Cutover, staffed).starts_at = clock.now() + timedelta(minutes=110)
    assert "I am on station" in who.get("/standby").text
    for _ in range(2):
        assert submit(who, f"/seats/{seat.id}/on-station", {}).status_code == 303
    assert "on station" in who.get(f"/cutovers/{staffed}").text
    told = kinds(f"cutover:{staffed}")
    assert (told.count("seat.accepted"), told.count("seat.on_station")) == (1, 1)


def test_somebody_elses_seat_is_refused_and_a_customer_gets_nowhere(
    app: Flask, cast: Cast, staffed: int, acme: Known
) -> None:
    seat = seats(staffed)["ops", "primary"]
    sue, cora = browser(app, "sue"), browser(app, acme.email)
    for verb in ("accept", "decline", "on-station"):
        refused = submit(sue, f"/seats/{seat.id}/{verb}", {"reason": "x"})
        assert refused.status_code == 403
        assert "This seat is not yours" in refused.text
        assert submit(cora, f"/seats/{seat.id}/{verb}", {"reason": "x"}).status_code == 403
    assert submit(sue, f"/seats/{seat.id + 999}/accept", {}).status_code == 404
    assert cora.get("/standby").status_code == 403
    assert submit(cora, f"/cutovers/{staffed}/roster", {}).status_code == 403
    assert seats(staffed)["ops", "primary"].state == "invited"


def test_declining_opens_the_seat_and_the_next_is_found_while_the_rest_stays(
    app: Flask, cast: Cast, staffed: int
) -> None:
    before = seats(staffed)
    mine, other = before["ops", "primary"], before["neteng", "primary"]
    assert answer(app, cast, other, "accept").status_code == 303
    assert answer(app, cast, mine, "decline").status_code == 422  # it asks why
    assert answer(app, cast, mine, "decline", reason="a wedding").status_code == 303
    opened = seats(staffed)["ops", "primary"]
    assert (opened.user_id, opened.state) == (None, "empty")
    solve(staffed)
    after = seats(staffed)
    assert mine.user_id not in {seat.user_id for seat in after.values()}
    assert after["ops", "primary"].user_id is not None
    kept = after["neteng", "primary"]
    assert (kept.id, kept.user_id, kept.state) == (other.id, other.user_id, "accepted")
    same = [place for place in PLACES if place[0] != "ops"]
    assert [after[p].user_id for p in same] == [before[p].user_id for p in same]
    assert "a wedding" not in str([m.text for m in mails()])


def test_where_nobody_is_left_the_seat_says_why(app: Flask, cast: Cast, staffed: int) -> None:
    for place in (("neteng", "primary"), ("neteng", "backup")):
        assert answer(app, cast, seats(staffed)[place], "decline", reason="no").status_code == 303
    solve(staffed)
    empty = seats(staffed)["neteng", "primary"]
    assert (empty.state, empty.user_id) == ("empty", None)
    assert empty.why
    page = browser(app, "ann").get(f"/cutovers/{staffed}")
    assert "empty" in page.text


def test_duties_elsewhere_are_respected(app: Flask, cast: Cast, staffed: int) -> None:
    taken = {seat.user_id for seat in seats(staffed).values()}
    second = book(cast, customer("Globex"))
    assert submit(browser(app, "ann"), f"/cutovers/{second}/roster", {}).status_code == 303
    solve(second)
    found = {seat.user_id for seat in seats(second).values()} - {None}
    assert not found & taken
    assert found == {cast["adam"], cast["omar"], cast["olga"]} - taken


def test_of_two_who_decline_at_once_both_are_heard(app: Flask, cast: Cast, staffed: int) -> None:
    both = [seats(staffed)["ops", "primary"], seats(staffed)["ops", "backup"]]
    browsers = [browser(app, name_of(cast, seat.user_id)) for seat in both]
    does = [
        lambda b=b, s=s: submit(b, f"/seats/{s.id}/decline", {"reason": "ill"}).status_code
        for b, s in zip(browsers, both, strict=True)
    ]
    assert at_once(app, *does) == [303, 303]
    solve(staffed)
    found = {seat.user_id for seat in seats(staffed).values() if seat.team == "ops"}
    assert not found & {seat.user_id for seat in both}


def test_of_the_same_answer_sent_twice_at_once_one_counts(
    app: Flask, cast: Cast, staffed: int
) -> None:
    seat = seats(staffed)["support", "primary"]
    who = [browser(app, name_of(cast, seat.user_id)) for _ in range(2)]
    does = [lambda b=b: submit(b, f"/seats/{seat.id}/accept", {}).status_code for b in who]
    assert at_once(app, *does) == [303, 303]
    assert kinds(f"cutover:{staffed}").count("seat.accepted") == 1


def test_an_answer_given_while_a_worker_thinks_is_not_overrun(
    app: Flask, cast: Cast, staffed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat = seats(staffed)["ops", "primary"]
    assert submit(browser(app, "ann"), f"/cutovers/{staffed}/roster", {}).status_code == 303

    def meanwhile(point: str) -> None:
        with transaction() as session:
            user = session.get_one(User, seat.user_id)
            actions.decline(session, Actor(f"user:{user.id}", "web"), user, seat.id, "ill")

    monkeypatch.setattr(jobs, "fault_point", meanwhile)
    solve(staffed)
    monkeypatch.undo()
    assert fresh(Roster, roster_row(staffed)).state == "wanted"
    solve(staffed)
    assert seat.user_id not in {s.user_id for s in seats(staffed).values()}


def test_a_worker_that_dies_before_it_has_written_leaves_the_roster_wanted(
    app: Flask, cast: Cast, acme: Known
) -> None:
    number = book(cast, acme)
    submit(browser(app, "ann"), f"/cutovers/{number}/roster", {})

    with dying_at("roster.solved"):
        solve(number)
    assert (seats(number), mails()) == ({}, [])
    solve(number)
    assert set(seats(number)) == PLACES


def test_standby_tells_all_that_is_needed_to_stand_by(
    app: Flask, cast: Cast, staffed: int, acme: Known
) -> None:
    seat = seats(staffed)["ops", "primary"]
    with transaction() as session:
        window = session.get_one(Cutover, staffed)
        times = {"starts_at": window.starts_at, "ends_at": window.ends_at}
        ship = {"name": "Rules 7", "owner": "edge", "risk": "medium", "note": "watch the cache"}
        session.add(Ship(**ship, **times))
    page = browser(app, name_of(cast, seat.user_id)).get("/standby").text
    told = ("www.acme.example", "5 %", "50 % after a go", "Cora Acme", "Ann Archer", "Rules 7")
    for words in (*told, "watch the cache", f"/turnups/{acme.turnup}", f"/seats/{seat.id}/swap"):
        assert words in page
    others = [s for s in seats(staffed).values() if s.id != seat.id]
    assert all(f"mailto:{other.email}" in page for other in others)
    assert f"mailto:{seat.email}" not in page
