"""Team-mates: invited by the customer, in by a link that works once, listed with who joined."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from onboarding import clock
from onboarding.customers import inviting
from onboarding.customers.models import Invitation
from onboarding.db import db
from tests.cast import PASSWORD
from tests.customers.post import letters, printed_link
from tests.customers.signing import SignedUp, signed_up
from tests.doors import sign_in, submit

INVITE = "/workspace/invitations"
TOM = "tom@acme.example"
NAMED = {"name": "Tom Mate", "password": PASSWORD}


@pytest.fixture
def cora(app: Flask) -> SignedUp:
    return signed_up(app)


@pytest.fixture
def link(cora: SignedUp, capsys: pytest.CaptureFixture[str]) -> str:
    """The link of Tom's invitation, as the console shows it."""
    assert submit(cora.client, INVITE, {"email": " TOM@acme.example "}).status_code == 303
    return printed_link(letters("invitation:")[0], capsys)


def team(client: FlaskClient) -> str:
    return client.get("/workspace").text.partition('id="team"')[2]


def test_a_team_mate_chooses_a_name_and_a_password_and_is_in(
    app: Flask, cora: SignedUp, link: str
) -> None:
    assert "invited by Cora Customer" in " ".join(team(cora.client).split())
    tom = app.test_client()
    assert TOM in tom.get(link).text
    short = submit(tom, link, {**NAMED, "password": "short"}, page=link)
    assert short.status_code == 422
    assert "10 to 200 characters" in short.text
    assert 'value="Tom Mate"' in short.text
    answer = submit(tom, link, NAMED, page=link)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/workspace")
    page = tom.get("/workspace").text
    assert "Acme Shoes" in page
    assert "Confirm your address" not in page  # the link came by mail
    assert "Tom Mate" in team(cora.client)
    assert "open until" not in team(cora.client)
    assert submit(app.test_client(), link, NAMED).status_code == 404  # it works once
    sign_in(app.test_client(), TOM)


def test_a_revoked_invitation_lets_nobody_in(app: Flask, cora: SignedUp, link: str) -> None:
    invitation = db.session.query(Invitation).one()
    address = f"/invitations/{invitation.id}/revoke"
    carl = signed_up(app, company="Rival", email="carl@rival.example")
    assert submit(carl.client, address, {}).status_code == 404
    assert app.test_client().get(link).status_code == 200
    assert submit(cora.client, address, {}).status_code == 303
    assert app.test_client().get(link).status_code == 404
    assert submit(app.test_client(), link, NAMED).status_code == 404
    assert TOM not in team(cora.client)
    assert submit(cora.client, INVITE, {"email": TOM}).status_code == 303  # and asked anew


def test_an_invitation_runs_out(
    app: Flask, cora: SignedUp, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = clock.now() + timedelta(days=14, seconds=5)
    monkeypatch.setattr(clock, "now", lambda: at)
    assert submit(app.test_client(), link, NAMED).status_code == 404
    assert TOM not in team(cora.client)


@pytest.mark.parametrize(
    ("email", "words"),
    [
        ("nobody", "not a mail address"),
        ("", "this is needed"),
        ("CORA@acme.example", "in the team already"),
        (TOM, "asked already"),
        ("a@b.example\nBcc: c@d.example", "not a mail address"),
    ],
)
def test_an_address_that_cannot_be_invited_is_refused_at_its_field(
    cora: SignedUp, link: str, email: str, words: str
) -> None:
    answer = submit(cora.client, INVITE, {"email": email})
    assert answer.status_code == 422
    assert words in answer.text.partition('id="invite-email-problem"')[2].partition("</div>")[0]
    assert len(letters("invitation:")) == 1


def test_nobody_mails_the_world_through_us(cora: SignedUp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inviting, "MOST_A_DAY", 2)
    codes = [
        submit(cora.client, INVITE, {"email": f"mate{number}@acme.example"}).status_code
        for number in range(3)
    ]
    assert codes == [303, 303, 409]
    assert len(letters("invitation:")) == 2


def test_whereabouts_are_theirs_to_say_so_that_reminders_come_by_their_day(
    cora: SignedUp,
) -> None:
    assert "When we write to you" in cora.client.get("/workspace").text
    where = "/workspace/whereabouts"
    form = {"timezone": "Europe/Berlin", "country": "DE", "subdivision": "by"}
    assert submit(cora.client, where, form).status_code == 303
    page = cora.client.get("/workspace").text
    assert 'value="DE" selected' in page
    assert 'value="BY"' in page
    refused = submit(cora.client, where, {**form, "subdivision": "TX"})
    assert refused.status_code == 422
    assert 'value="TX"' in refused.text
    assert "TX&#39; is no region of DE" in refused.text
    assert submit(cora.client, where, {**form, "timezone": "Mars"}).status_code == 422
