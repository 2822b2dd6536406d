"""Confirming an address: a link on the console where there is no mail, that acts on POST alone."""

from datetime import timedelta

import pytest
from flask import Flask

from onboarding import clock
from onboarding.db import db
from onboarding.trail.log import read
from tests.customers.post import letters, printed_link
from tests.customers.signing import signed_up
from tests.doors import submit

BANNER = "Confirm your address"
AGAIN = "/workspace/confirmation"


def later(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    at = clock.now() + by
    monkeypatch.setattr(clock, "now", lambda: at)


def test_the_link_on_the_console_confirms_by_post_and_never_by_looking(
    app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    cora = signed_up(app)
    page = cora.client.get("/workspace").text
    assert BANNER in page
    assert "www.acme.example" in page  # usable meanwhile
    link = printed_link(letters("confirm:")[0], capsys)

    mail_scanner = app.test_client()
    shown = mail_scanner.get(link)
    assert "cora@acme.example" in shown.text
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert BANNER in cora.client.get("/workspace").text

    elsewhere = app.test_client()  # another browser, where nobody is signed in
    answer = submit(elsewhere, link, {}, page=link)
    assert answer.headers["Location"] == "/login?next=/workspace"
    page = cora.client.get("/workspace").text
    assert BANNER not in page
    assert "address not confirmed" not in page

    assert submit(cora.client, link, {}, page=link).headers["Location"] == "/workspace"
    kinds = [entry.kind for entry in read(db.session(), f"customer:{cora.customer}")]
    assert kinds.count("customer.confirmed") == 1
    assert submit(cora.client, AGAIN, {}).status_code == 409


@pytest.mark.parametrize("fault", ["altered", "run out"])
def test_a_link_that_was_altered_or_has_run_out_confirms_nothing(
    app: Flask,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
) -> None:
    cora = signed_up(app)
    link = printed_link(letters("confirm:")[0], capsys)
    if fault == "altered":
        link = link.replace("/confirm/", "/confirm/x")
    else:
        later(monkeypatch, timedelta(days=3, seconds=5))
    answer = submit(cora.client, link, {})
    assert answer.status_code == 404
    assert "have a new one sent" in answer.text
    assert BANNER in cora.client.get("/workspace").text


def test_send_again_is_for_those_who_wait_a_minute_and_five_times_a_day(
    app: Flask, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cora = signed_up(app)
    soon = submit(cora.client, AGAIN, {})
    assert (soon.status_code, "wait a minute" in soon.text) == (409, True)
    for sent in range(2, 6):
        later(monkeypatch, timedelta(minutes=2))
        assert submit(cora.client, AGAIN, {}).status_code == 303
        assert len(letters("confirm:")) == sent
    later(monkeypatch, timedelta(minutes=2))
    assert submit(cora.client, AGAIN, {}).status_code == 409
    assert len(letters("confirm:")) == 5
    assert len({letter.key for letter in letters("confirm:")}) == 5
