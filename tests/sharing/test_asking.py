"""What the customer asks for on their page: to be heard, and that the flip is held."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from onboarding.brands.models import Brand
from onboarding.customers.models import Customer, Member
from onboarding.db import db, transaction
from onboarding.outbox.models import Message
from onboarding.paging.models import Page
from onboarding.people.actions import add_user
from onboarding.ramps.models import Command
from onboarding.rooms.models import Room, RoomMessage
from onboarding.rosters.models import Roster, Seat
from onboarding.trail.log import SYSTEM, Actor, read
from onboarding.web.limits import limiter
from tests.cast import PASSWORD, Cast
from tests.doors import submit
from tests.ramps.lab import Lab, Time
from tests.ramps.lab import book as lab_book
from tests.rooms.talking import time_stands
from tests.sharing.links import full_path_of, path_of, user_of
from tests.stories import Known, browser, cutover_of, kinds

EMOJI = "\U0001f525" * 25_000  # 100 KB


@pytest.fixture
def lab(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Lab:
    monkeypatch.setattr("onboarding.ramps.stand_in.PATIENCE_S", 0.0)
    number = lab_book(cast["ann"], [(5, 600, False), (100, 600, False)])
    return Lab(number, Time(), person=Actor(f"user:{cast['omar']}", "web"))


@pytest.fixture
def acme(cast: Cast, lab: Lab) -> Known:
    """The lab's customer with Cora, a manager, and Omar standing by."""
    with transaction() as session:
        turnup = cutover_of(lab.cutover_id).turnup
        customer = session.get_one(Customer, turnup.customer_id)
        customer.account_manager_id = cast["ann"]
        cora = add_user(
            session, SYSTEM, email="cora@acme.example", name="Cora Acme", role="customer",
            password=PASSWORD,
        )  # fmt: skip
        session.add(Member(customer_id=customer.id, user_id=cora.id))
        roster = Roster(cutover_id=lab.cutover_id, state="solved")
        seat = Seat(team="ops", role="primary", user_id=cast["omar"], state="accepted")
        roster.seats = [seat]
        session.add(roster)
        return Known(customer.id, turnup.id, 0, cora.email)


def start(app: Flask, lab: Lab) -> None:
    answer = submit(browser(app, "omar"), f"/cutovers/{lab.cutover_id}/ramp/start", {})
    assert answer.status_code == 303, answer.text


def allow(app: Flask, lab: Lab, allowed: str = "yes", who: str = "ann") -> int:
    door = f"/cutovers/{lab.cutover_id}/customer-hold"
    return submit(browser(app, who), door, {"allowed": allowed}).status_code


def hold(client: FlaskClient, path: str, words: str = "", key: str = "k1") -> TestResponse:
    return submit(client, f"{path}/hold", {"words": words, "key": key}, page=path)


def later() -> None:
    """What was said in rooms was said a minute ago."""
    with transaction() as session:
        for row in session.query(RoomMessage):
            row.at -= timedelta(minutes=1)


def said(lab: Lab) -> list[tuple[str, str]]:
    db.session().rollback()
    rows = db.session().query(RoomMessage).join(Room).filter(Room.cutover_id == lab.cutover_id)
    return [(row.side, row.text) for row in rows.order_by(RoomMessage.number)]


def test_please_hold_holds_as_staff_do_where_the_plan_lets_it(
    app: Flask, client: FlaskClient, cast: Cast, lab: Lab, acme: Known
) -> None:
    start(app, lab)
    path = full_path_of(cast, acme)
    assert allow(app, lab, who="eve") == 403
    assert allow(app, lab) == 303
    assert "held where it is, at once" in client.get(path).text
    words = "Checkout <b>fails</b>\u202e\r\n!rollback"
    with ThreadPoolExecutor(1) as elsewhere:
        for client_of_press in (client, client):  # a double click is one hold
            answer = elsewhere.submit(hold, client_of_press, path, words).result()
            assert answer.headers["Location"] == f"{path}?said=held", answer.text
    assert lab.standing().state == "held"
    [command] = db.session().query(Command).filter_by(verb="hold")
    assert (command.actor, command.source) == (f"user:{user_of(acme)}", "link")
    held = [
        one for one in read(db.session(), f"cutover:{lab.cutover_id}") if one.kind == "ramp.held"
    ]
    assert [(one.actor, one.source) for one in held] == [(f"user:{user_of(acme)}", "link")]
    [(side, line)] = said(lab)
    assert side == "program"
    assert line.startswith("Cora Acme (customer) asks to hold: Checkout <b>fails</b>\n!rollback")
    assert "held until a person resumes it" in line
    [page] = db.session().query(Page).all()
    assert page.audience == [f"user:{cast['omar']}", "team:ops", f"user:{cast['ann']}"]
    shown = client.get(f"{path}?said=held").text
    assert "We hold: your traffic stays as it is" in shown
    assert '<p class="share-state share-holding">Holding</p>' in shown

    # resumed: the press that comes twice says no more that it is held, an old form holds anew
    submit(browser(app, "omar"), f"/cutovers/{lab.cutover_id}/ramp/resume", {})
    assert lab.standing().state == "holding"
    with ThreadPoolExecutor(1) as elsewhere:
        twice = elsewhere.submit(hold, client, path, words).result()
        assert twice.headers["Location"] == f"{path}?said=told"
        assert (lab.standing().state, len(said(lab))) == ("holding", 1)
        later()
        anew = elsewhere.submit(hold, client, path, words).result()
    assert anew.headers["Location"] == f"{path}?said=held"
    assert (lab.standing().state, len(said(lab))) == ("held", 2)


def test_where_the_plan_does_not_let_it_people_are_called_and_nothing_is_touched(
    app: Flask, client: FlaskClient, cast: Cast, lab: Lab, acme: Known
) -> None:
    path = full_path_of(cast, acme)
    assert hold(client, path, "not today", "k0").headers["Location"] == f"{path}?said=told"
    start(app, lab)
    assert "they hold it" in client.get(path).text
    assert hold(client, path, "it is slow").headers["Location"] == f"{path}?said=told"
    assert lab.standing().state == "holding"  # the hold of the step, as before
    assert db.session().query(Command).filter_by(verb="hold").count() == 0
    assert "Cora Acme (customer) asks to hold: it is slow" in said(lab)[-1][1]
    [page] = db.session().query(Page).all()
    assert page.repeats == 1  # asked twice, called once
    assert kinds(f"cutover:{lab.cutover_id}").count("page.opened") == 1

    # somebody has that one: who asks again is heard again, and the same press is one
    assert submit(browser(app, "omar"), f"/pages/{page.id}/acknowledge", {}).status_code == 303
    for _ in range(2):
        assert hold(client, path, "worse", "k2").headers["Location"] == f"{path}?said=told"
    db.session().rollback()
    first, second = db.session().query(Page).order_by(Page.id)
    assert (first.state, second.state, second.repeats) == ("acknowledged", "open", 0)
    assert [call.user_id for call in second.calls] == [cast["omar"]]


def test_a_page_that_only_shows_and_a_strangers_browser_hold_nothing(
    app: Flask, client: FlaskClient, cast: Cast, lab: Lab, acme: Known
) -> None:
    start(app, lab)
    allow(app, lab)
    shows, full = path_of(cast, acme), full_path_of(cast, acme)
    assert "Please hold" not in client.get(shows).text
    assert submit(client, f"{shows}/hold", {"key": "k"}).status_code == 403
    omar = browser(app, "omar")
    assert "Please hold" not in omar.get(full).text
    assert submit(omar, f"{full}/hold", {"key": "k"}, page="/").status_code == 403
    assert client.post(f"{full}/hold", data={"key": "k"}).status_code == 400  # no form token
    assert lab.standing().state == "holding"
    assert db.session().query(Page).count() == 0


def test_a_question_goes_into_the_room_and_to_the_account_manager_once(
    app: Flask, client: FlaskClient, cast: Cast, lab: Lab, acme: Known
) -> None:
    start(app, lab)
    path = full_path_of(cast, acme)
    hold(client, path)  # opens the cutover's room; what the program says there is no question
    first = submit(client, f"{path}/room", {"text": "Is the <i>cart</i> fine?"}, page=path)
    assert first.headers["Location"] == f"{path}?said=asked#room"
    submit(client, f"{path}/room", {"text": "And the search?"}, page=path)
    assert [line for line in said(lab) if line[0] == "customer"] == [
        ("customer", "Is the <i>cart</i> fine?"),
        ("customer", "And the search?"),
    ]
    letters = db.session().query(Message).filter(Message.subject == "[Acme] asks").all()
    assert [(one.recipient, one.urgent) for one in letters] == [("ann@vendor.example", True)]
    assert "Is the <i>cart</i> fine?" in letters[0].text
    assert re.search(r"http://\S+/rooms/\d+\n", letters[0].text)
    assert "What you said is in the room" in client.get(f"{path}?said=asked").text


def test_the_program_speaks_in_the_vendors_name(
    client: FlaskClient, cast: Cast, lab: Lab, acme: Known
) -> None:
    path = full_path_of(cast, acme)
    with transaction() as session:
        session.add(Brand(name="Northern Edge"))
    hold(client, path)
    for answer in (client.get(path), client.get(f"{path}/room/events?once=1&after=0")):
        assert "<strong>Northern Edge</strong>" in answer.text
        assert "Turnup" not in answer.text


def test_what_is_too_much_is_refused_with_what_was_typed(
    client: FlaskClient, cast: Cast, lab: Lab, acme: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = full_path_of(cast, acme)
    long = submit(client, f"{path}/room", {"text": EMOJI}, page=path)
    assert (long.status_code, "this is too long" in long.text) == (422, True)
    assert EMOJI in long.text
    refused = hold(client, path, "x" * 501)
    assert (refused.status_code, "x" * 501 in refused.text) == (422, True)
    with time_stands():
        answers = [
            submit(client, f"{path}/room", {"text": f"{n}"}, page=path).status_code
            for n in range(9)
        ]
    assert answers == [303] * 8 + [429]
    monkeypatch.setattr(limiter, "enabled", True)
    assert [hold(client, path, "x" * 501).status_code for _ in range(11)][-1] == 429
    assert db.session().query(Page).count() == 0


def test_once_it_is_over_there_is_nothing_to_hold(
    app: Flask, client: FlaskClient, cast: Cast, lab: Lab, acme: Known
) -> None:
    path = full_path_of(cast, acme)
    with transaction() as session:
        cutover_of(lab.cutover_id)
        session.get_one(type(cutover_of(lab.cutover_id)), lab.cutover_id).state = "done"
    assert "Please hold" not in client.get(path).text
    assert submit(client, f"{path}/hold", {"key": "k"}).status_code == 409
    assert allow(app, lab) == 409
