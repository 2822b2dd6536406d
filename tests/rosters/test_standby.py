"""Standing by, from the wish for a roster to the report on station: who is asked, who answers."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from onboarding import clock
from onboarding.cutovers import actions as cutovers
from onboarding.cutovers.models import Cutover
from onboarding.db import db, transaction
from onboarding.outbox.models import Message
from onboarding.people.models import Away, User
from onboarding.rosters import actions, jobs, queries
from onboarding.rosters.models import Roster
from onboarding.trail.log import Actor
from tests.cast import Cast
from tests.doors import submit
from tests.stories import Known, book, browser, customer, cutover_of, fresh, kinds

PLACES = {
    (t, r) for t in ("engineering", "neteng", "ops", "support") for r in ("primary", "backup")
}


@pytest.fixture
def acme(cast: Cast) -> Known:
    return customer("Acme", manager=cast["ann"])


@pytest.fixture
def staffed(app: Flask, cast: Cast, acme: Known) -> int:
    """A cutover whose roster is solved: everybody is asked."""
    number = book(cast, acme)
    assert submit(browser(app, "ann"), f"/cutovers/{number}/roster", {}).status_code == 303
    solve(number)
    return number


def solve(number: int) -> None:
    """What a worker does, which begins each job with nothing read yet."""
    db.session.remove()
    jobs.solve(number)


@dataclass(frozen=True)
class Place:
    """A seat as it was when it was looked at."""

    id: int
    team: str
    role: str
    user_id: int | None
    email: str
    state: str
    why: str


def seats(number: int) -> dict[tuple[str, str], Place]:
    db.session().rollback()
    found = {}
    for seat in queries.seats(db.session(), number):
        email = seat.user.email if seat.user else ""
        who = (seat.id, seat.team, seat.role, seat.user_id)
        found[seat.team, seat.role] = Place(*who, email, seat.state, seat.why)
    return found


def mails(subject: str = "") -> list[Message]:
    db.session().rollback()
    query = select(Message).where(Message.channel == "email").order_by(Message.id)
    return [m for m in db.session.scalars(query) if subject in m.subject]


def name_of(cast: Cast, user_id: int | None) -> str:
    return next(name for name, number in cast.ids.items() if number == user_id)


def answer(app: Flask, cast: Cast, seat: Place, verb: str, **fields: str) -> Any:
    """The person on the seat answers in a browser of their own."""
    who = browser(app, name_of(cast, seat.user_id))
    return submit(who, f"/seats/{seat.id}/{verb}", fields)


def at_once(app: Flask, *does: Callable[[], Any]) -> list[Any]:
    """What each does gives, all begun at the same time."""
    together, found = threading.Barrier(len(does)), [None] * len(does)

    def run(number: int) -> None:
        with app.app_context():
            together.wait(10)
            try:
                found[number] = does[number]()
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(does))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


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
    assert fresh(Roster, _roster(staffed)).state == "wanted"
    solve(staffed)
    assert seat.user_id not in {s.user_id for s in seats(staffed).values()}


def _roster(number: int) -> int:
    return db.session.scalars(select(Roster.id).where(Roster.cutover_id == number)).one()


def test_a_worker_that_dies_before_it_has_written_leaves_the_roster_wanted(
    app: Flask, cast: Cast, acme: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = book(cast, acme)
    submit(browser(app, "ann"), f"/cutovers/{number}/roster", {})

    def die(point: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(jobs, "fault_point", die)
    with pytest.raises(KeyboardInterrupt):
        solve(number)
    monkeypatch.undo()
    assert (seats(number), mails()) == ({}, [])
    solve(number)
    assert set(seats(number)) == PLACES


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
    assert len(mails("Standby: Acme")) == 2 * len(PLACES) + 1
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
    assert fresh(Roster, _roster(third)).state == "solved"
    assert all(seat.user_id for seat in seats(third).values())


def test_what_was_accepted_and_cannot_be_is_said_and_nobody_is_thrown_out(
    app: Flask, cast: Cast, staffed: int
) -> None:
    seat = seats(staffed)["ops", "primary"]
    answer(app, cast, seat, "accept")
    with transaction() as session:
        at = cutover_of(staffed).starts_at
        assert seat.user_id is not None
        session.add(Away(user_id=seat.user_id, starts_at=at, ends_at=at + timedelta(days=1)))
    submit(browser(app, "ann"), f"/cutovers/{staffed}/roster", {})
    solve(staffed)
    roster = fresh(Roster, _roster(staffed))
    assert roster.state == "failed"
    assert roster.error
    assert seats(staffed)["ops", "primary"].state == "accepted"
    assert roster.error[:20] in browser(app, "ann").get(f"/cutovers/{staffed}").text
