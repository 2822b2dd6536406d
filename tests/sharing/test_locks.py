"""Links that ask who you are first: a pass-phrase, a code to a mail address of an allowed domain."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from onboarding.db import db, transaction
from onboarding.outbox.models import Message
from onboarding.sharing.models import ShareLink
from onboarding.web.limits import limiter
from tests.cast import Cast
from tests.doors import submit, token
from tests.sharing.links import full_path_of, path_of, user_of
from tests.stories import Known, book, browser, customer

PHRASE = "blue harbour 7"


@pytest.fixture
def acme(cast: Cast) -> Known:
    return customer("Acme", manager=cast["ann"])


def enter(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    return submit(client, f"{path}/enter", fields, page=path)


def codes() -> list[tuple[str, str]]:
    db.session().rollback()
    rows = db.session().query(Message).filter(Message.topic.like("share:%")).order_by(Message.id)
    return [(row.recipient, row.text.partition("\n")[0]) for row in rows]


def test_nothing_of_the_page_is_given_out_before_the_pass_phrase(
    app: Flask, client: FlaskClient, cast: Cast, acme: Known
) -> None:
    book(cast, acme)
    path = full_path_of(cast, acme, phrase=PHRASE)
    doors = [path, f"{path}/events", f"{path}/events?once=1", f"{path}/room/events?once=1"]
    for door in [*doors, f"{path}/calendar.ics"]:
        answer = client.get(door)
        assert answer.status_code == 403, door
        assert "cme" not in answer.text.replace(path, ""), door
    for door in ("room", "hold", "items/1/tick", "config/1/agree"):
        assert submit(client, f"{path}/{door}", {"key": "k"}, page=path).status_code == 403, door
    wrong = enter(client, path, phrase="green harbour 7")
    assert (wrong.status_code, "This is not the pass-phrase" in wrong.text) == (422, True)
    assert enter(client, path, phrase="").status_code == 422
    assert enter(client, path, phrase=PHRASE).headers["Location"] == path
    for door in doors[:-1]:
        with client.get(door) as answer:
            assert answer.status_code == 200, door
    assert client.get(f"{path}/calendar.ics").mimetype == "text/calendar"
    assert app.test_client().get(path).status_code == 403  # another browser was let in nowhere
    row = db.session().query(ShareLink).one()
    assert row.phrase_hash.startswith("$argon2id$")


def test_no_address_below_a_locked_link_answers_whoever_serves_it(
    app: Flask, client: FlaskClient, cast: Cast, acme: Known
) -> None:
    path = full_path_of(cast, acme, phrase=PHRASE)
    headers = {"X-CSRFToken": token(client, path)}
    answers = {}
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/share/<token>"):
            continue
        below = re.sub(r"<int:\w+>", "1", rule.rule.removeprefix("/share/<token>"))
        below = re.sub(r"<any\((\w+).*?>", r"\1", below)
        below = re.sub(r"<[\w:]+>", "summary", below)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            answer = client.open(path + below, method=method, headers=headers)
            answers[method, below] = answer.status_code
    assert len(answers) >= 9
    asking = {("POST", "/code"): 422, ("POST", "/enter"): 422}
    assert answers == dict.fromkeys(answers, 403) | asking


def test_who_was_let_in_is_out_as_soon_as_the_pass_phrase_is_another(
    client: FlaskClient, cast: Cast, acme: Known
) -> None:
    path = path_of(cast, acme, phrase=PHRASE)
    assert enter(client, path, phrase=PHRASE).status_code == 303
    with transaction() as session:
        session.query(ShareLink).one().phrase_hash += "x"
    assert client.get(path).status_code == 403


def test_a_code_goes_to_addresses_of_the_allowed_domains_alone(
    client: FlaskClient, cast: Cast, acme: Known
) -> None:
    path = path_of(cast, acme, domains="Acme.example, @acme.test", language="de")
    said = [
        submit(client, f"{path}/code", {"email": email}, page=path).text
        for email in ("eve@evil.example", "eve@sub.acme.example", "Ada@Acme.example")
    ]
    assert len({re.sub(r"[\w.]+@[\w.]+|name=\"csrf_token\"[^>]*", "", one) for one in said}) == 1
    [(to, code)] = codes()
    assert (to, bool(re.fullmatch(r"\d{6}", code))) == ("ada@acme.example", True)
    for email, digits in (
        ("ada@acme.example", f"{(int(code) + 1) % 10**6:06d}"),
        ("bob@acme.example", code),
        ("eve@evil.example", code),
        ("ada@acme.example", "\u0661\u0662\u0663\u0664\u0665\u0666"),
    ):
        assert enter(client, path, email=email, code=digits).status_code == 422, email
    assert enter(client, path, email="ada@acme.example", code=code).status_code == 303
    assert client.get(path).status_code == 200
    for wrong in ("ada@acme.example\nBcc: x@y.example", "x" * 255 + "@acme.example"):
        assert submit(client, f"{path}/code", {"email": wrong}).status_code == 422
    assert len(codes()) == 1


def test_guessing_is_slowed_down_for_the_page_as_a_whole(
    client: FlaskClient, cast: Cast, acme: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = path_of(cast, acme, phrase=PHRASE)
    monkeypatch.setattr(limiter, "enabled", True)
    tried = [enter(client, path, phrase=f"guess number {n}").status_code for n in range(11)]
    assert tried == [422] * 10 + [429]
    assert enter(client, path, phrase=PHRASE).status_code == 429


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phrase", "short"),
        ("phrase", "x" * 201),
        ("domains", "not a domain!"),
        ("domains", "acme.example\r\nevil"),
        ("language", "tlh"),
        ("label", "x" * 81),
    ],
)
def test_a_lock_that_cannot_be_is_refused_at_its_field(
    app: Flask, cast: Cast, acme: Known, field: str, value: str
) -> None:
    fields = {"label": "", "days": "7", field: value}
    answer = submit(browser(app, "ann"), f"/turnups/{acme.turnup}/links", fields)
    assert (answer.status_code, field in answer.text) == (422, True)
    assert db.session().query(ShareLink).count() == 0


def test_staff_put_the_locks_on_and_see_them(app: Flask, cast: Cast, acme: Known) -> None:
    ann = browser(app, "ann")
    fields = {"days": "7", "phrase": PHRASE, "domains": "acme.example", "language": "ja"}
    fields |= {"person": str(user_of(acme)), "label": "Ada\r\n<b>&\u202eevil"}
    made = submit(ann, f"/turnups/{acme.turnup}/links", fields)
    assert "Give the pass-phrase by another way" in made.text
    db.session().rollback()
    row = db.session().query(ShareLink).one()
    assert (row.language, row.domains) == ("ja", ["acme.example"])
    page = ann.get(f"/turnups/{acme.turnup}").text
    assert "asks for a pass-phrase" in page
    assert "acme.example" in page
    assert "<b>&" not in page
    assert PHRASE not in page
