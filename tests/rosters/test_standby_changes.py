"""What happens to a roster when the window moves, is called off, or people leave."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from onboarding import clock
from onboarding.cutovers import actions as cutovers
from onboarding.cutovers.models import Cutover
from onboarding.db import db, transaction
from onboarding.people.models import Away, Team, User
from onboarding.rosters import jobs, queries
from onboarding.rosters.models import Roster
from onboarding.trail.log import Actor
from tests.cast import Cast
from tests.doors import submit
from tests.rosters.standing import (
    PLACES,
    answer,
    mails,
    name_of,
    roster_row,
    seats,
    solve,
)
from tests.stories import book, browser, customer, cutover_of, fresh


def move(cast: Cast, number: int, days: float) -> None:
    with transaction() as session:
        cutover = session.get_one(Cutover, number)
        start = cutover.starts_at + timedelta(days=days)
        actor = Actor(f"user:{cast['ann']}", "web")
        end = start + timedelta(hours=4)
        cutovers.change_window(session, actor, number, start, end, cutover.version)


def test_a_moved_window_asks_again_whoever_said_yes_to_another_time(
    app: Flask, cast: Cast, staffed: int
) -> None:
    for seat in seats(staffed).values():
        assert answer(app, cast, seat, "accept").status_code == 303
    away = seats(staffed)["ops", "primary"].user_id
    assert away is not None
    with transaction() as session:
        at = cutover_of(staffed).starts_at + timedelta(days=3)
        session.add(Away(user_id=away, starts_at=at, ends_at=at + timedelta(days=2)))
    jobs.follow()
    move(cast, staffed, 3)
    for _ in range(2):
        jobs.follow()
    solve(staffed)
    found = seats(staffed)
    assert {seat.state for seat in found.values()} == {"invited"}
    assert away not in {seat.user_id for seat in found.values()}
    assert len(mails("Standby: Acme")) == 2 * len(PLACES)
    assert [m.recipient for m in mails("You are not needed")] == [fresh(User, away).email]


def test_a_call_off_reaches_whoever_was_asked(app: Flask, cast: Cast, staffed: int) -> None:
    asked = {seat.email for seat in seats(staffed).values()}
    submit(browser(app, "ann"), f"/cutovers/{staffed}/cancel", {"reason": "x"})
    for _ in range(2):
        jobs.follow()
    assert {m.recipient for m in mails("Called off")} == asked
    assert len(mails("Called off")) == len(asked)
    seat = seats(staffed)["ops", "primary"]
    assert answer(app, cast, seat, "accept").status_code == 409
    assert "no roster" in browser(app, name_of(cast, seat.user_id)).get("/standby").text


def test_somebody_who_has_left_blocks_no_roster(app: Flask, cast: Cast, staffed: int) -> None:
    with transaction() as session:
        session.get_one(User, cast["olga"]).active = False
    second = book(cast, customer("Globex"), starts_in=timedelta(days=3))
    submit(browser(app, "ann"), f"/cutovers/{second}/roster", {})
    solve(second)
    assert set(seats(second)) == PLACES
    assert cast["olga"] not in {seat.user_id for seat in seats(second).values()}


def test_duties_elsewhere_that_contradict_one_another_block_no_roster(
    app: Flask, cast: Cast, staffed: int
) -> None:
    second = book(cast, customer("Globex"), starts_in=timedelta(days=3))
    submit(browser(app, "ann"), f"/cutovers/{second}/roster", {})
    solve(second)
    with transaction() as session:  # as if a window had been moved and nobody asked again yet
        cutover = session.get_one(Cutover, second)
        cutover.starts_at = clock.now() + timedelta(days=1)
        cutover.ends_at = cutover.starts_at + timedelta(hours=4)
    third = book(cast, customer("Initech"), starts_in=timedelta(days=6))
    submit(browser(app, "ann"), f"/cutovers/{third}/roster", {})
    solve(third)
    assert fresh(Roster, roster_row(third)).state == "solved"
    assert all(seat.user_id for seat in seats(third).values())


def test_two_of_one_role_at_one_flip_leave_other_flips_to_be_solved_and_fewer_are_let_go(
    app: Flask, cast: Cast
) -> None:
    def need(**said: dict[str, int]) -> None:
        with transaction() as session:
            session.scalars(select(Team).where(Team.key == "ops")).one().needs = said

    def solved(number: int) -> list[tuple[int, str, int, str]]:
        assert submit(browser(app, "ann"), f"/cutovers/{number}/roster", {}).status_code == 303
        solve(number)
        row = fresh(Roster, roster_row(number))
        assert (row.state, row.error) == ("solved", "")
        mine = [seat for seat in queries.seats(db.session(), number) if seat.team == "ops"]
        return [(s.id, s.role, s.user_id, s.state) for s in mine if s.user_id is not None]

    need(primary={"count": 2})
    first = book(cast, customer("Acme", manager=cast["ann"]))
    asked = solved(first)
    assert [role for _, role, _, _ in asked] == ["primary", "primary"]
    second = book(cast, customer("Globex"), starts_in=timedelta(days=3))
    seat_id, _, user_id, _ = solved(second)[1]
    path = f"/seats/{seat_id}/swap"
    assert browser(app, name_of(cast, user_id)).get(path).status_code == 200
    for seat_id, _, user_id, _ in asked:
        who = browser(app, name_of(cast, user_id))
        assert submit(who, f"/seats/{seat_id}/accept", {}).status_code == 303
    need(primary={"count": 1})
    assert solved(first) == [(*asked[0][:3], "accepted")]
    assert len(mails("You are not needed")) == 1
    need(backup={"count": 1})
    assert [role for _, role, _, _ in solved(first)] == ["backup"]
    assert len(mails("You are not needed")) == 2


def test_whoever_declined_the_old_time_may_be_asked_for_the_new(
    app: Flask, cast: Cast, staffed: int
) -> None:
    for place in (("neteng", "primary"), ("neteng", "backup")):
        assert answer(app, cast, seats(staffed)[place], "decline", reason="no").status_code == 303
    jobs.follow()
    solve(staffed)
    assert seats(staffed)["neteng", "primary"].user_id is None
    move(cast, staffed, 3)
    jobs.follow()
    solve(staffed)
    assert seats(staffed)["neteng", "primary"].user_id is not None
