"""Signing up: in at once, with nobody in between, and a clear word at the field where it fails."""

import threading

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from onboarding.customers.actions import sign_up
from onboarding.customers.models import Customer, Member, Turnup
from onboarding.db import db, transaction
from onboarding.people.models import User
from onboarding.trail.log import read
from onboarding.web.limits import limiter
from tests.cast import PASSWORD, Cast
from tests.customers.signing import fill_in, signed_up
from tests.doors import sign_in, submit


def test_signing_up_leads_straight_into_the_workspace(app: Flask, client: FlaskClient) -> None:
    answer = fill_in(client)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/workspace")
    page = client.get("/workspace")
    assert page.status_code == 200
    assert "Acme Shoes" in page.text
    assert "www.acme.example" in page.text


def test_names_lose_what_could_deceive(app: Flask) -> None:
    cora = signed_up(
        app, company="Acme\u202e seohS\u2066\x07", name="Co\u202era  \u0645\u06cc\u200c\u062e"
    )
    assert db.session().get_one(Customer, cora.customer).name == "Acme seohS"
    assert db.session.scalar(select(User.name)) == "Cora \u0645\u06cc\u200c\u062e"
    assert fill_in(app.test_client(), company="\u202e").status_code == 422


def test_the_trail_tells_of_it_without_naming_anybody(app: Flask) -> None:
    cora = signed_up(app)
    entries = read(db.session(), f"customer:{cora.customer}")
    kinds = [entry.kind for entry in entries]
    assert kinds[:2] == ["customer.signed_up", "turnup.opened"]
    assert kinds.count("turnup.hostname") == 2
    assert "Cora" not in str([entry.payload for entry in entries])
    assert {entry.actor for entry in entries} == {f"user:{db.session.scalar(select(User.id))}"}


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("company", "  ", "this is needed"),
        ("company", "x" * 101, "too long"),
        ("name", "", "this is needed"),
        ("email", "nobody", "not a mail address"),
        ("password", "short", "10 to 200 characters"),
        ("timezone", "Mars/Olympus", "not a time zone"),
        ("hostnames", "", "this is needed"),
        ("hostnames", "https://acme.example/", "only the hostname"),
        ("hostnames", "10.0.0.1", "an address, not a name"),
        ("hostnames", "acme.example:443", "a port"),
        ("hostnames", "localhost", "no domain"),
        ("hostnames", "a_b.acme.example", "cannot be a part"),
        ("hostnames", "www.acme.example WWW.acme.example.", "given twice"),
        ("hostnames", f"{'x' * 64}.example", "cannot be a part"),
        ("company", "Ac\x00me", "NUL"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(
    app: Flask, client: FlaskClient, field: str, value: str, words: str
) -> None:
    answer = fill_in(client, **{field: value})
    assert answer.status_code == 422
    at_field = answer.text.partition(f'id="{field}-problem"')[2].partition("</div>")[0]
    assert words in at_field
    assert db.session.scalar(select(func.count(Customer.id))) == 0
    assert db.session.scalar(select(func.count(User.id))) == 0


def test_what_was_typed_is_shown_again_but_never_the_password(client: FlaskClient) -> None:
    page = fill_in(client, email="nobody").text
    assert 'value="Acme Shoes"' in page
    assert PASSWORD not in page


def test_an_address_signs_up_once_whatever_its_case(app: Flask) -> None:
    signed_up(app)
    answer = fill_in(app.test_client(), email="CORA@acme.example", company="Other")
    assert answer.status_code == 422
    assert "has an account already" in answer.text


def test_two_companies_of_one_name_get_addresses_of_their_own(app: Flask) -> None:
    first = signed_up(app)
    second = signed_up(app, email="carl@other.example")
    assert (first.slug, second.slug) == ("acme-shoes", "acme-shoes-2")


@pytest.mark.parametrize("company", ["株式会社", "!!!", "--", "🚚"])
def test_a_name_without_latin_letters_gets_an_address_too(app: Flask, company: str) -> None:
    assert signed_up(app, company=company).slug == "customer"


def test_names_are_kept_as_dns_knows_them(app: Flask) -> None:
    cora = signed_up(app, hostnames="WWW.Müller.example., *.acme.example")
    turnup = db.session.get(Turnup, cora.turnup)
    assert turnup is not None
    assert [h.name for h in turnup.hostnames] == ["*.acme.example", "www.xn--mller-kva.example"]


def test_sign_ups_at_the_same_moment_do_not_collide(app: Flask) -> None:
    failures: list[BaseException] = []

    def one(number: int) -> None:
        try:
            with app.app_context(), transaction() as session:
                sign_up(
                    session,
                    company="Twin",
                    name="Twin",
                    email=f"twin{number}@twin.example",
                    password=PASSWORD,
                    timezone="UTC",
                )
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    slugs = set(db.session.scalars(select(Customer.slug)))
    assert slugs == {"twin", "twin-2", "twin-3", "twin-4"}


def test_too_many_attempts_are_slowed_down(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limiter, "enabled", True)
    codes = [fill_in(client, email="nobody").status_code for _ in range(31)]
    assert set(codes[:30]) == {422}
    assert codes[30] == 429


def test_whoever_is_signed_in_has_no_need_of_it(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, "ann")
    assert client.get("/signup").headers["Location"] == "/"
    assert submit(client, "/signup", {}, page="/turnups/1").headers["Location"] == "/"
    assert db.session.scalar(select(func.count(Member.user_id))) == 0
