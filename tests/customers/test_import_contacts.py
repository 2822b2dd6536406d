"""Customers taken in come with a person: kept as theirs, invited by mail only when that is asked for."""

import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from onboarding.cli import customers as command
from onboarding.customers.models import Customer, Member
from onboarding.customers.queries import by_slug, people_of
from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.outbox.models import Message
from onboarding.people.actions import make_token
from onboarding.people.models import User
from onboarding.trail.log import SYSTEM
from tests.cast import PASSWORD, Cast
from tests.doors import sign_in, submit
from tests.stories import browser, customer

TABLE = """name,account_manager,contact_email,contact_name
Beta,ann@vendor.example,Bea@Beta.example,Bea Bell
Gamma,,gus@gamma.example,
"""


def letters() -> list[Message]:
    db.session().rollback()
    query = select(Message).where(Message.key.startswith("invitation:")).order_by(Message.id)
    return list(db.session.scalars(query))


def take(client: FlaskClient, table: str, **more: str) -> str:
    answer = submit(client, "/imports/customers", {"do": "take", "pasted": table, **more})
    assert answer.status_code == 200, answer.text
    return answer.text


def known_as(slug: str) -> Customer:
    db.session().rollback()
    return by_slug(db.session(), slug)


def test_the_dry_run_offers_to_invite_and_only_who_asks_for_it_mails(
    app: Flask, cast: Cast
) -> None:
    ann = browser(app, "ann")
    looked = submit(ann, "/imports/customers", {"do": "look", "pasted": TABLE}).text
    assert "Invite 2 people by mail" in looked
    assert "Bea Bell &lt;bea@beta.example&gt;" in looked
    take(ann, TABLE)
    assert letters() == []
    beta = known_as("beta")
    assert people_of(db.session(), beta) == [], "who has not joined is written to by nobody"
    page = ann.get("/customers/beta").text
    assert "Bea Bell" in page
    assert "not joined yet" in page
    assert (
        "2 as they are" in submit(ann, "/imports/customers", {"do": "look", "pasted": TABLE}).text
    )
    assert "invited:" in take(ann, TABLE, invite="yes")
    assert [one.recipient for one in letters()] == ["bea@beta.example", "gus@gamma.example"]
    take(ann, TABLE, invite="yes")
    assert len(letters()) == 2, "each is asked once"


def test_who_is_invited_joins_as_the_person_who_was_named(app: Flask, cast: Cast) -> None:
    ann = browser(app, "ann")
    take(ann, TABLE)
    assert (
        submit(ann, "/customers/beta/invitations", {"email": "bea@beta.example"}).status_code == 303
    )
    refused = submit(ann, "/customers/beta/invitations", {"email": "bea@beta"})
    assert refused.status_code in (303, 422)
    bea = app.test_client()
    link = re.search(r"/join/\S+", letters()[0].text)
    assert link is not None
    submit(bea, link[0], {"name": "Bea B.", "password": PASSWORD}, page=link[0])
    assert bea.get("/workspace").status_code == 200
    sign_in(app.test_client(), "bea@beta.example")
    (person,) = people_of(db.session(), known_as("beta"))
    assert (person.name, person.active) == ("Bea B.", True)
    assert len(db.session.scalars(select(Member)).all()) == 2, "Bea once, and Gus"


def test_nobody_signs_in_before_they_joined(app: Flask, cast: Cast) -> None:
    take(browser(app, "ann"), TABLE)
    answer = submit(
        app.test_client(), "/login", {"email": "bea@beta.example", "password": PASSWORD}
    )
    assert answer.status_code == 403
    with transaction() as session:
        user = session.scalars(select(User).where(User.email == "bea@beta.example")).one()
        assert not user.active


@pytest.mark.parametrize(
    ("row", "place"),
    [
        ("B,,no-address,", "line 2, contact_email"),
        ("B,,,Bea", "line 2, contact_email"),
        ("B,,ann@vendor.example,", "line 2, contact_email"),
        ("B,,cora@acme.example,", "line 2, contact_email"),
        ("B,,b@b.example,\nC,,b@b.example,", "line 3, contact_email"),
    ],
)
def test_addresses_that_cannot_be_theirs(app: Flask, cast: Cast, row: str, place: str) -> None:
    customer("Acme")
    table = f"name,account_manager,contact_email,contact_name\n{row}\n"
    answer = submit(browser(app, "ann"), "/imports/customers", {"do": "take", "pasted": table})
    assert answer.status_code == 422
    assert place in answer.text


def test_over_the_api_and_on_the_command_line(
    app: Flask, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction() as session:
        token = make_token(session, SYSTEM, session.get_one(User, cast["ann"]), "t")
    headers = {"Authorization": f"Bearer {token}"}
    given = {"customers": [{"name": "Beta", "contact_email": "bea@beta.example"}]}
    client = app.test_client()
    made: Any = client.post("/api/v1/customers", json=given, headers=headers).json
    assert made["customers"][0]["invites"] == "bea@beta.example"
    assert letters() == []
    client.post("/api/v1/customers?invite=1", json=given, headers=headers)
    assert len(letters()) == 1
    monkeypatch.setattr(command, "core", app.app_context)
    file = tmp_path / "t.csv"
    file.write_text("name,contact_email\nGamma,gus@gamma.example\n")
    run = CliRunner().invoke(command.customers, ["import", str(file), "--invite"])
    assert isinstance(run.exception, BadInput)
    assert run.exception.place == "line 2, account_manager"
    file.write_text(TABLE.replace("Gamma,,", "Gamma,sue@vendor.example,"))
    assert CliRunner().invoke(command.customers, ["import", str(file), "--invite"]).exit_code == 0
    assert [one.recipient for one in letters()] == ["bea@beta.example", "gus@gamma.example"]
