"""Who gets posts, where, in which language, and when; and how they stop."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from onboarding.channels import names, registry
from onboarding.customers.models import Turnup
from onboarding.db import transaction
from onboarding.outbox.models import Message
from onboarding.posts import reach
from onboarding.posts.links import token_of
from onboarding.posts.models import Subscription
from onboarding.sharing.actions import make_link, revoke
from onboarding.trail.log import Actor
from tests.cast import Cast
from tests.doors import submit
from tests.posts.telling import follow, hour_comes, letters, told
from tests.stories import REAL, Known, book, browser, customer

HOW = {"language": "en", "zone": "Europe/Berlin", "quiet": "", "digest": ""}


def add(who: FlaskClient, status: int = 303, **fields: str) -> str:
    asked = {"channel": "email", "audience": "staff", "recipient": "", **HOW, **fields}
    answer = submit(who, "/subscriptions", asked)
    assert answer.status_code == status, answer.text
    return answer.text


def row(recipient: str) -> Subscription:
    with transaction() as session:
        return session.query(Subscription).filter_by(recipient=recipient).one()


def test_staff_follow_a_hostname_in_their_own_language_and_a_later_window_reaches_them(
    app: Flask, cast: Cast, acme: Known
) -> None:
    eve = browser(app, "eve")
    number = book(cast, acme, wiring=REAL)
    follow()
    scope = f"hostname:{acme.hostname}"
    add(eve, scope=scope, audience="customer", language="de", zone="Asia/Tokyo")
    (planned,) = letters("eve@vendor.example")  # what is planned already is told at once
    assert planned.text.startswith("Ihre Umschaltung ist geplant: ")
    assert "JST" in planned.text.splitlines()[0]
    assert "UTC)" in planned.text.splitlines()[0]
    told(number, "ramp.share", share=12.5)
    assert letters("eve@vendor.example")[-1].text.startswith("12,5 % Ihres Verkehrs")
    book(cast, acme, wiring=REAL, starts_in=timedelta(days=9))
    follow()
    assert letters("eve@vendor.example")[-1].text.startswith("Ihre Umschaltung ist geplant: ")
    page = eve.get("/subscriptions").text
    assert "www.acme.example" in page
    assert len(letters("eve@vendor.example")) == 3  # each once


def test_mail_is_threaded_says_how_to_stop_and_a_scanner_stops_nothing(
    app: Flask, acme: Known, number: int
) -> None:
    told(number, "ramp.started", run=1)
    first, second = letters(acme.email)[-2:]
    assert first.extra["thread"] == second.extra["thread"]
    headers = second.extra["headers"]
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = headers["List-Unsubscribe"].strip("<>")
    path = "/subscriptions/" + address.rpartition("/subscriptions/")[2]
    assert path.endswith("/end")
    assert address in second.text
    assert second.extra["html"].startswith("<!doctype html>")
    anybody = app.test_client()
    assert anybody.get(path).status_code == 200  # looking stops nothing
    told(number, "ramp.held", reason="x")
    assert len(letters(acme.email)) == 3
    one_click = anybody.post(path, data={"List-Unsubscribe": "One-Click"})  # no form token
    assert one_click.status_code == 200  # RFC 8058: no redirect
    assert {one.state for one in letters(acme.email)} == {"withdrawn"}  # not even what was queued
    by_hand = anybody.post(path)
    assert by_hand.status_code == 303  # once more changes nothing
    assert "Nothing more is sent" in anybody.get(by_hand.headers["Location"]).text
    told(number, "ramp.resumed")
    assert len(letters(acme.email)) == 3
    assert anybody.post(path.replace("/end", "x/end")).status_code == 404


def test_who_stopped_is_not_mailed_again_at_the_next_cutover(
    app: Flask, cast: Cast, acme: Known, number: int
) -> None:
    token = token_of(row(acme.email).id)
    app.test_client().post(f"/subscriptions/{token}/end")
    book(cast, acme, wiring=REAL, starts_in=timedelta(days=9))
    follow()
    assert len(letters(acme.email)) == 1


def share(cast: Cast, acme: Known) -> tuple[int, str]:
    with transaction() as session:
        turnup = session.get_one(Turnup, acme.turnup)
        link, token = make_link(session, Actor(f"user:{cast['ann']}", "web"), turnup)
        return link.id, token


def test_anybody_with_the_shared_page_follows_by_a_mail_they_confirm(
    app: Flask, cast: Cast, acme: Known, number: int
) -> None:
    link, token = share(cast, acme)
    anybody, to = app.test_client(), "boss@acme.example"
    fields = {"email": to, "scope": f"turnup:{acme.turnup}", **HOW, "language": "fr"}
    path = f"/share/{token}/follow"
    assert submit(anybody, path, fields, path).status_code == 303
    assert submit(anybody, path, fields, path).status_code == 303
    (asked,) = letters(to)  # the question, once an hour at most
    assert asked.subject.startswith("À confirmer")
    told(number, "ramp.started", run=1)
    assert len(letters(to)) == 1  # nothing until it is confirmed
    page = "/subscriptions/" + asked.text.strip().rpartition("/subscriptions/")[2]
    assert "Oui, envoyez-les" in anybody.get(page).text
    assert len(letters(to)) == 1  # looking confirms nothing
    assert submit(anybody, f"{page}/confirm", {}, page).status_code == 303
    told(number, "ramp.held", reason="zorblax")
    last = letters(to)[-1]
    assert last.text.startswith("Nous nous arrêtons ici")
    assert "zorblax" not in last.text
    stranger = {**fields, "scope": "turnup:999"}
    assert submit(anybody, path, stranger, path).status_code == 422
    with transaction() as session:
        revoke(session, Actor(f"user:{cast['ann']}", "web"), link)
    before = len(letters(to))
    told(number, "ramp.resumed")
    assert len(letters(to)) == before  # the link ended, and what came by it


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "a@example.com\nBcc: all@example.com"},
        {"email": "nobody"},
        {"quiet": "25:00-07:00"},
        {"zone": "Mars/Base"},
        {"language": "tlh"},
        {"digest": "yearly"},
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_kept(
    app: Flask, cast: Cast, acme: Known, wrong: dict[str, str]
) -> None:
    _link, token = share(cast, acme)
    path = f"/share/{token}/follow"
    scope = f"turnup:{acme.turnup}"
    fields = {"email": "boss@acme.example", "scope": scope, **HOW, **wrong}
    answer = submit(app.test_client(), path, fields, path)
    assert answer.status_code == 422
    assert f'id="{next(iter(wrong))}-problem"' in answer.text
    assert 'value="boss@acme.example"' in answer.text or "email" in wrong
    assert letters() == []


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/hook",
        "http://[::1]/hook",
        "https://10.0.0.7/hook",
        "https://169.254.169.254/latest",
        "http://localhost/hook",
        "ftp://hooks.example.com/",
        "https://user:pw@hooks.example.com/",
        "https://hooks.example.com:99999/",
        "https://hooks.example.com/\r\nX: y",
        "javascript:alert(1)",
    ],
)
def test_a_webhook_that_must_not_be_reached_is_refused(
    app: Flask, number: int, address: str
) -> None:
    said = add(
        browser(app, "eve"), 422, scope=f"cutover:{number}", channel="webhook", recipient=address
    )
    assert 'id="recipient-problem"' in said


def test_customers_follow_their_own_in_their_own_words_alone(
    app: Flask, cast: Cast, acme: Known, number: int
) -> None:
    other = customer("Bolt")
    theirs = book(cast, other, wiring=REAL, starts_in=timedelta(days=9))
    cora = browser(app, acme.email)
    assert "Acme moves" in cora.get("/subscriptions").text
    add(cora, 404, scope=f"cutover:{theirs}")
    add(cora, 422, scope=f"cutover:{number}", channel="console", recipient="x")
    add(
        cora,
        scope=f"turnup:{acme.turnup}",
        audience="staff",
        channel="webhook",
        recipient="https://hooks.example.com/x",
    )
    assert row("https://hooks.example.com/x").audience == "customer"
    add(cora, scope=f"turnup:{acme.turnup}", recipient="colleague@acme.example")
    assert row("colleague@acme.example").confirmed_at is None  # somebody else's: asked first
    told(number, "ramp.held", reason="zorblax")
    hook = letters("https://hooks.example.com/x")[-1]
    assert hook.extra["data"]["kind"] == "ramp.held"
    assert hook.extra["data"]["facts"] == {}
    assert "zorblax" not in str(hook.extra)


def test_a_channel_that_is_added_can_be_chosen_by_staff_at_once(
    app: Flask, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert set(names.OURS) == set(registry.CHANNELS)
    monkeypatch.setattr(names, "OURS", (*names.OURS, "carrier_pigeon"))
    assert "carrier_pigeon" in reach.channels(outsider=False)
    assert "carrier_pigeon" not in reach.channels(outsider=True)
    add(browser(app, "eve"), scope=f"cutover:{number}", channel="carrier_pigeon", recipient="#flip")
    told(number, "ramp.resumed")
    assert letters("#flip")[-1].text == "Acme moves: Resumed."


def test_what_is_held_comes_in_one_letter_and_a_roll_back_at_once(
    app: Flask, cast: Cast, number: int
) -> None:
    eve = browser(app, "eve")
    add(eve, scope=f"cutover:{number}", digest="daily")
    planned = len(letters("eve@vendor.example"))
    told(number, "ramp.started", run=1)
    told(number, "ramp.share", share=5.0)
    assert len(letters("eve@vendor.example")) == planned
    page = eve.get(f"/cutovers/{number}").text
    assert "later, as they chose" in page
    told(number, "ramp.rollback", reason="errors rose")
    assert letters("eve@vendor.example")[-1].text.startswith("Rolling back: errors rose.")
    hour_comes()
    hour_comes()
    digests = [one for one in letters("eve@vendor.example") if one.key.startswith("digest:")]
    assert [one.subject for one in digests] == ["2 updates: Acme moves"]
    assert "Ramp started, run 1." in digests[0].text
    assert "5 % on the new path." in digests[0].text


def test_how_it_comes_is_changed_by_the_link_in_a_letter(
    app: Flask, acme: Known, number: int
) -> None:
    anybody, page = app.test_client(), f"/subscriptions/{token_of(row(acme.email).id)}"
    fields = {"language": "ja", "zone": "Asia/Tokyo", "quiet": "22:00-07:00", "digest": "hourly"}
    assert submit(anybody, page, fields, page).status_code == 303
    changed = row(acme.email)
    assert (changed.language, changed.zone, changed.quiet, changed.digest) == tuple(fields.values())
    assert "保存" in anybody.get(page).text
    refused = submit(anybody, page, {**fields, "quiet": "late"}, page)
    assert (refused.status_code, 'value="late"' in refused.text) == (422, True)
    assert isinstance(letters(acme.email)[0], Message)
