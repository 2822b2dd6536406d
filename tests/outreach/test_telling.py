"""A draft becomes a message by one press or by itself; the answer is kept; mutes and snoozes hold."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from onboarding.customers.models import Customer
from onboarding.db import transaction
from onboarding.outreach import jobs
from onboarding.outreach.choosing import choose
from onboarding.people.actions import make_token
from onboarding.people.models import User
from onboarding.rooms import actions as rooms
from onboarding.trail.log import SYSTEM
from tests.cast import Cast
from tests.doors import sign_in, submit
from tests.outreach.watching import Live

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)


def troubled(acme: Live, state: str = "drafted") -> int:
    """An outreach about errors in that state; its id."""
    lookout = acme.lookout()
    acme.watch(lookout, 120)
    acme.counts.errors = 0.6
    acme.until(lookout, state)
    row = acme.last()
    assert row is not None
    lookout.close()
    return row.id


def healed(acme: Live, state: str) -> None:
    acme.counts.errors = 0.005
    lookout = acme.lookout("two")
    acme.until(lookout, state, 180)


def link(acme: Live) -> str:
    """Where the customer's person answers, as it is in their mail."""
    found = re.search(r"(/outreach/answer/\S+)", acme.letters(acme.known.email)[0].text)
    assert found
    return found[1]


def test_one_press_sends_the_answer_is_kept_and_the_end_is_told(
    app: Flask, client: FlaskClient, acme: Live
) -> None:
    with transaction() as session:
        customer = session.get_one(Customer, acme.known.customer)
        room = rooms.of_customer(session, SYSTEM, customer).id
    number = troubled(acme)
    sign_in(client, "ann")
    page = client.get("/outreach").text
    assert "waits to be sent" in page
    assert "the origin itself answers with errors (5xx)" in page
    assert f'href="/outreach/{number}"' in client.get(f"/turnups/{acme.known.turnup}").text
    assert f'href="/outreach/{number}"' in client.get("/customers/acme").text
    page = client.get(f"/outreach/{number}").text
    assert "To Cora Acme." in page
    edited = {"version": "1", "subject": "Errors", "text": "We saw it.\nAnswer: {link}"}
    assert submit(client, f"/outreach/{number}/edit", edited).status_code == 303
    stale = submit(client, f"/outreach/{number}/send", {"version": "1"})
    assert stale.status_code == 409
    assert "Somebody has changed the message" in stale.text
    assert submit(client, f"/outreach/{number}/send", {"version": "2"}).status_code == 303
    twice = submit(client, f"/outreach/{number}/send", {"version": "2"})
    assert twice.status_code == 409
    (letter,) = acme.letters(acme.known.email)
    assert letter.subject == "Errors"
    assert letter.extra["headers"] == {"Reply-To": "ann@vendor.example"}
    assert acme.letters("ann@vendor.example")[0].state == "withdrawn"
    assert "We saw it." in client.get(f"/rooms/{room}").text
    outside = app.test_client()
    asked = outside.get(link(acme))
    assert "What may we know?" in asked.text
    answer = {"answer": "known", "words": "a bad release"}
    thanks = submit(outside, link(acme), answer, page=link(acme))
    assert "Thank you" in thanks.text
    row = acme.last()
    assert row is not None
    assert (row.state, row.answer) == ("answered", "known: a bad release")
    assert "“a bad release”" in client.get(f"/outreach/{number}").text
    healed(acme, "closed")
    last = acme.letters(acme.known.email)[-1]
    assert last.subject == "www.acme.example: it is over"
    assert acme.kinds() == [
        "outreach.drafted",
        "outreach.edited",
        "outreach.sent",
        "outreach.answered",
        "outreach.healed",
    ]
    told = client.get(f"/turnups/{acme.known.turnup}").text
    assert "sees trouble at the origin: errors" in told
    assert "told the customer what was seen" in told


def test_it_goes_by_itself_in_their_language_where_they_chose_that(
    client: FlaskClient, acme: Live
) -> None:
    sign_in(client, "sue")
    with transaction() as session:
        session.query(User).filter_by(email=acme.known.email).one().languages = ["de"]
    chosen = {"automatic": "1", "sender": "support", "language": ""}
    assert submit(client, "/outreach/customers/acme/setting", chosen).status_code == 303
    troubled(acme, "sent")
    row = acme.last()
    assert row is not None
    assert row.sender is not None
    assert row.sender.team_key == "support"
    (letter,) = acme.letters(acme.known.email)
    assert letter.subject.startswith("Fehler auf www.acme.example")
    assert "Die Fehler kommen von Ihrem Origin selbst" in letter.text
    healed(acme, "healed")
    jobs.chances()
    assert (last := acme.last()) is not None
    assert last.state == "healed", "three days are waited for an answer"
    assert "Es ist vorbei" in acme.letters(acme.known.email)[-1].subject
    answer = submit(client, f"/outreach/{row.id}/answered", {"answer": "fine", "words": ""})
    assert answer.status_code == 303
    row = acme.last()
    assert row is not None
    assert (row.state, row.outcome) == ("closed", "needless")


def test_what_is_over_and_not_answered_is_closed_in_the_end(acme: Live) -> None:
    with transaction() as session:
        customer = session.get_one(Customer, acme.known.customer)
        choose(session, SYSTEM, customer, automatic=True)
    troubled(acme, "sent")
    healed(acme, "healed")
    acme.time.advance(3 * 86400 + 60)
    jobs.chances()
    row = acme.last()
    assert row is not None
    assert (row.state, row.outcome) == ("closed", "")
    assert acme.kinds()[-1] == "outreach.closed"


def test_a_mute_opens_nothing_and_what_lasts_after_it_does(client: FlaskClient, acme: Live) -> None:
    sign_in(client, "ann")
    where = "/outreach/customers/acme/mutes"
    for wrong in ({"days": "31", "reason": "x"}, {"days": "1", "reason": ""}, {"signal": "moon"}):
        refused = submit(client, where, {"signal": "errors", "days": "1", "reason": "y", **wrong})
        assert refused.status_code in (400, 422), refused.text
    muted = {"signal": "errors", "days": "0.01", "reason": "they rebuild it today"}
    assert submit(client, where, muted).status_code == 303
    assert "they rebuild it today" in client.get("/outreach/customers/acme").text
    lookout = acme.lookout()
    acme.watch(lookout, 120)
    acme.counts.errors = 0.6
    acme.watch(lookout, 600, 15)
    assert acme.all() == []
    acme.watch(lookout, 150, 15)
    assert acme.until(lookout, "drafted", 120) >= 0
    assert acme.kinds()[0] == "outreach.muted"


def test_dismissed_is_not_opened_again_while_it_lasts_and_snoozed_is_last(
    client: FlaskClient, acme: Live
) -> None:
    number = troubled(acme)
    sign_in(client, "ann")
    assert submit(client, f"/outreach/{number}/snooze", {"minutes": "60"}).status_code == 303
    assert "put off, again" in client.get("/outreach").text
    reason = {"reason": "their own load test"}
    assert submit(client, f"/outreach/{number}/dismiss", reason).status_code == 303
    acme.watch(acme.lookout("two"), 300)
    assert [row.state for row in acme.all()] == ["dismissed"]
    assert "Nothing to tell anybody" in client.get("/outreach").text
    assert "their own load test" in client.get(f"/outreach/{number}").text
    assert "dismissed" in client.get("/outreach?state=").text
    healed_at = acme.time.wall + timedelta(minutes=2)
    acme.counts.errors = 0.005
    lookout = acme.lookout("three")
    acme.watch(lookout, 180)
    assert acme.time.wall > healed_at
    acme.counts.errors = 0.6  # another time
    acme.until(lookout, "drafted")
    assert len(acme.all()) == 2


def test_a_customer_chooses_to_be_told_at_once_and_programs_do_the_rest(
    app: Flask, client: FlaskClient, cast: Cast, acme: Live
) -> None:
    sign_in(client, acme.known.email)
    assert "When we see trouble" in client.get("/workspace").text
    assert submit(client, "/workspace/outreach", {"automatic": "1"}).status_code == 303
    number = troubled(acme, "sent")
    with transaction() as session:
        session.query(User).filter_by(email=acme.known.email).one().languages = ["ja"]
    page = client.get("/workspace").text
    assert "Errors on www.acme.example since" in page
    assert 'id="outreach" lang="ja"' in page
    assert "問題が見えたとき" in page
    assert "支援の程度" in page, "and so is the rest of their workspace"
    with transaction() as session:
        made = make_token(session, SYSTEM, session.get_one(User, cast["ann"]), "test")
    bearer = {"Authorization": f"Bearer {made}"}
    other = app.test_client()
    found = other.get("/api/v1/outreach?customer=acme", headers=bearer).json
    assert found is not None
    assert [(one["id"], one["state"]) for one in found["outreach"]] == [(number, "sent")]
    assert found["next"] is None
    assert other.get("/api/v1/outreach?state=moon", headers=bearer).status_code == 422
    path = f"/api/v1/outreach/{number}"
    sent = other.post(f"{path}/send", headers=bearer, json={"version": 1})
    assert sent.status_code == 409
    said = other.post(f"{path}/answer", headers=bearer, json={"answer": "help", "words": "now"})
    assert (said.json or {})["state"] == "answered"
    wrong = other.post(f"{path}/close", headers=bearer, json={"outcome": "good"})
    assert wrong.status_code == 422
    closed = other.post(f"{path}/close", headers=bearer, json={"outcome": "useful"})
    assert (closed.json or {})["state"] == "closed"
    assert other.get(path, headers=bearer).json == closed.json


def test_customers_see_none_of_it_and_links_that_are_not_ours_lead_nowhere(
    client: FlaskClient, acme: Live
) -> None:
    number = troubled(acme)
    assert client.get("/outreach/answer/forged").status_code == 404
    sign_in(client, "eve")
    assert "Send</button>" not in client.get(f"/outreach/{number}").text
    assert submit(client, f"/outreach/{number}/send", {"version": "1"}).status_code == 403
