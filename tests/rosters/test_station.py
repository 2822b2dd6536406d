"""The call to station, as those who are called and those who watch the cockpit see it."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.cutovers.models import Cutover
from onboarding.db import db, transaction
from onboarding.outbox.models import Message
from onboarding.paging import jobs as paging
from onboarding.paging.models import Page, Reach
from onboarding.people.models import Team
from onboarding.rosters import jobs, station, station_jobs
from onboarding.rosters.models import Roster, Seat
from onboarding.trail.log import SYSTEM, read, record
from tests.cast import Cast
from tests.doors import submit
from tests.stories import REAL, Known, book, browser, customer, fresh, kinds

LINK = re.compile(r"http://[^/]+(/pages/\w+/\S+)")


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> list[timedelta]:
    """How much later than it is the house believes it to be."""
    offset, real = [timedelta()], clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + offset[0])
    return offset


@pytest.fixture
def acme(cast: Cast) -> Known:
    return customer("Acme", manager=cast["ann"])


def stands_by(cast: Cast, known: Known) -> int:
    """A real cutover in 40 minutes: Omar and Olga of operations have accepted, Adam leads."""
    number = book(cast, known, starts_in=timedelta(minutes=40), wiring=REAL, by="omar")
    with transaction() as session:
        session.scalars(select(Team).where(Team.key == "ops")).one().lead_id = cast["adam"]
        roster = Roster(cutover_id=number, state="solved")
        for role, name in (("primary", "omar"), ("backup", "olga")):
            seat = Seat(team="ops", role=role, user_id=cast[name], state="accepted")
            roster.seats.append(seat)
        session.add(roster)
    return number


def calls() -> list[Message]:
    db.session().rollback()
    query = select(Message).where(Message.topic.startswith("page:")).order_by(Message.id)
    return list(db.session.scalars(query))


def whom(role: str = "primary of ops") -> list[str]:
    return [m.recipient.partition("@")[0] for m in calls() if role in m.text]


def work() -> None:
    """What workers do, each job with nothing read yet."""
    for job in (jobs.follow, station_jobs.sweep, paging.sweep):
        db.session.remove()
        job()


def tick(later: list[timedelta], minutes: float) -> None:
    later[0] += timedelta(minutes=minutes)
    work()


def test_silence_goes_on_to_the_backup_the_lead_and_the_account_manager(
    app: Flask, cast: Cast, acme: Known, later: list[timedelta]
) -> None:
    number = stands_by(cast, acme)
    tick(later, 9)
    assert calls() == []
    tick(later, 1.1)
    assert (whom(), whom("backup of ops")) == (["omar"], ["olga"])
    for _ in range(3):
        tick(later, 5.1)
    assert whom() == ["omar", "olga", "adam", "ann"]
    told = kinds(f"cutover:{number}")
    assert told.count("page.opened") == 2
    page = browser(app, "ann").get(f"/cutovers/{number}").text
    assert "called, no answer" in page
    assert "not on station: " in page


def test_no_answer_goes_to_the_second_way_first_and_each_step_is_in_the_trail(
    app: Flask, cast: Cast, acme: Known, later: list[timedelta]
) -> None:
    number = stands_by(cast, acme)
    with transaction() as session:
        for position, name in enumerate(("omar", "omar.at.home")):
            way = {"channel": "email", "address": f"{name}@vendor.example", "position": position}
            times = {"created_at": clock.now(), "verified_at": clock.now()}
            session.add(Reach(user_id=cast["omar"], **way, **times))
    tick(later, 10.1)
    for _ in range(2):
        tick(later, 5.1)
    assert whom() == ["omar", "omar.at.home", "olga"]
    entries = read(db.session(), f"cutover:{number}")
    called = [entry.at for entry in entries if entry.kind == "page.called"]
    assert len(called) >= 3
    assert called == sorted(called)


def test_the_link_in_the_call_reports_on_station_and_ends_it(
    app: Flask, cast: Cast, acme: Known, later: list[timedelta]
) -> None:
    number = stands_by(cast, acme)
    tick(later, 11)
    link = LINK.search(calls()[0].text)
    assert link
    submit(app.test_client(), link[1], {}, page=link[1])
    tick(later, 0)
    tick(later, 20)
    assert whom() == ["omar"]
    assert kinds(f"cutover:{number}").count("seat.on_station") == 1
    seat = db.session.scalars(select(Seat).where(Seat.role == "primary")).one()
    assert seat.on_station_at is not None
    shown = browser(app, "ann").get(f"/cutovers/{number}").text
    assert shown.count("called, no answer") == 1  # Olga's


def test_a_backup_who_answers_does_not_make_the_primary_be_there(
    app: Flask, cast: Cast, acme: Known, later: list[timedelta]
) -> None:
    stands_by(cast, acme)
    tick(later, 11)
    tick(later, 5.1)
    mine = [m for m in calls() if m.recipient.startswith("olga") and "primary of ops" in m.text]
    link = LINK.search(mine[0].text)
    assert link
    submit(app.test_client(), link[1], {}, page=link[1])
    tick(later, 10)
    assert whom() == ["omar", "olga"]
    seat = db.session.scalars(select(Seat).where(Seat.role == "primary")).one()
    assert seat.on_station_at is None


def test_reporting_in_the_app_and_a_call_off_end_the_calls(
    app: Flask, cast: Cast, acme: Known, later: list[timedelta]
) -> None:
    number = stands_by(cast, acme)
    tick(later, 11)
    seat = db.session.scalars(select(Seat.id).where(Seat.role == "primary")).one()
    submit(browser(app, "omar"), f"/seats/{seat}/on-station", {})
    work()
    cancelled = f"/cutovers/{number}/cancel"
    submit(browser(app, "ann"), cancelled, {"reason": "not today"})
    work()
    tick(later, 20)
    assert (whom(), whom("backup of ops")) == (["omar"], ["olga"])
    assert fresh(Seat, seat).on_station_at is not None


def test_practice_calls_nobody(app: Flask, cast: Cast, acme: Known, later: list[timedelta]) -> None:
    number = stands_by(cast, acme)
    with transaction() as session:
        session.get_one(Cutover, number).practice = True
    tick(later, 20)
    assert calls() == []


def test_who_has_proved_no_way_to_be_paged_is_named_on_the_cockpit(
    app: Flask, cast: Cast, acme: Known
) -> None:
    number, ann = stands_by(cast, acme), browser(app, "ann")
    assert "no proved way to page Olga Orlova, Omar Okafor" in ann.get(f"/cutovers/{number}").text
    with transaction() as session:
        for name in ("omar", "olga"):
            way = {"channel": "email", "address": f"{name}@vendor.example", "position": 0}
            times = {"created_at": clock.now(), "verified_at": clock.now()}
            session.add(Reach(user_id=cast[name], **way, **times))
    assert "everyone on the roster can be reached" in ann.get(f"/cutovers/{number}").text


def test_an_account_manager_lifts_and_sets_the_demand_to_be_on_station(
    app: Flask, cast: Cast, acme: Known
) -> None:
    number, ann = stands_by(cast, acme), browser(app, "ann")
    for said, binds in (("no", False), ("yes", True)):
        assert (
            submit(ann, f"/cutovers/{number}/station-demand", {"demanded": said}).status_code == 303
        )
        page = ann.get(f"/cutovers/{number}").text
        assert ("wait until every primary is on station" in page) == binds
    refused = submit(browser(app, "eve"), f"/cutovers/{number}/station-demand", {"demanded": "no"})
    assert refused.status_code == 403
    assert kinds(f"cutover:{number}").count("cutover.station_demand") == 2


def test_who_was_asked_and_has_not_answered_is_called_and_so_is_nobody_who_was_replaced(
    app: Flask, cast: Cast, acme: Known, later: list[timedelta]
) -> None:
    number = stands_by(cast, acme)
    with transaction() as session:
        for seat in session.scalars(select(Seat)).unique():
            seat.state = "invited"
    tick(later, 11)
    assert (whom(), whom("backup of ops")) == (["omar"], ["olga"])
    with transaction() as session:
        seat = session.scalars(select(Seat).where(Seat.role == "primary")).unique().one()
        said = {"seat": seat.id, "team": "ops", "role": "primary", "user": seat.user_id}
        seat.user_id, seat.state = None, "empty"
        record(session, f"cutover:{number}", "seat.replaced", SYSTEM, said)
    tick(later, 5.1)
    assert whom() == ["omar"]


def test_a_seat_that_breaks_stops_no_other_call(
    app: Flask, cast: Cast, acme: Known, later: list[timedelta], monkeypatch: pytest.MonkeyPatch
) -> None:
    stands_by(cast, acme)
    later[0] += timedelta(minutes=11)
    call = station.call

    def breaks(session: Session, seat: Seat, cutover: Cutover) -> Page:
        if seat.role == "primary":
            raise RuntimeError("broken")
        return call(session, seat, cutover)

    monkeypatch.setattr(station, "call", breaks)
    with pytest.raises(RuntimeError, match="broken"):
        station_jobs.sweep()
    assert (whom(), whom("backup of ops")) == ([], ["olga"])


def test_a_seat_given_back_during_the_flip_is_empty_and_whoever_comes_after_is_called(
    app: Flask, cast: Cast, acme: Known, later: list[timedelta]
) -> None:
    number = stands_by(cast, acme)
    with transaction() as session:
        session.get_one(Cutover, number).state = "running"
        session.execute(update(Seat).values(on_station_at=clock.now()))
    seat = db.session.scalars(select(Seat.id).where(Seat.role == "primary")).one()
    told = submit(browser(app, "omar"), f"/seats/{seat}/decline", {"reason": "ill"})
    assert told.status_code == 303
    for _ in range(2):
        tick(later, 5.1)
    assert whom() == ["olga", "adam", "ann"]
    given = fresh(Seat, seat)
    assert (given.user_id, given.state) == (None, "empty")
    ann = browser(app, "ann")
    page = ann.get(f"/cutovers/{number}").text
    assert "given back during the flip" in page
    assert "called, no answer" in page
    where = f"/seats/{seat}/swap"
    assert where in page
    (offered,) = set(re.findall(r'name="colleague" value="(\d+)"', ann.get(where).text))
    form = {"holder": 0, "colleague": offered}
    answers = [submit(ann, f"/seats/{seat}/give", form, page=where).status_code for _ in range(2)]
    assert answers == [303, 409]  # filled once
    given = fresh(Seat, seat)
    assert (given.user_id, given.state) == (int(offered), "invited")
    tick(later, 0)
    assert whom()[3:] == [given.user.email.partition("@")[0]]
    assert "called, no answer" in ann.get(f"/cutovers/{number}").text  # whoever was put there
    assert kinds(f"cutover:{number}").count("seat.filled") == 1
