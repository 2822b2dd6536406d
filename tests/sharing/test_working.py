"""The customer works the checklist on the shared page, by a link that is for one of their people."""

from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from onboarding.checklists import remarks
from onboarding.checklists.models import ChecklistItem, ItemFile, Remark
from onboarding.configs import actions as configs
from onboarding.customers.models import Customer, Turnup
from onboarding.db import db, transaction
from onboarding.outbox.models import Message
from onboarding.people.models import User
from onboarding.sharing.actions import show_standby
from onboarding.trail.log import Actor, read
from tests.cast import Cast
from tests.customers.signing import SignedUp, signed_up
from tests.doors import submit
from tests.stories import browser, fresh


@pytest.fixture
def cora(app: Flask, cast: Cast) -> SignedUp:
    found = signed_up(app)
    with transaction() as session:
        session.get_one(Customer, found.customer).account_manager_id = cast["ann"]
    return found


def user_of(cora: SignedUp) -> int:
    return int(db.session().query(User.id).filter_by(email="cora@acme.example").scalar())


def link(app: Flask, cora: SignedUp, person: int | str) -> str:
    """The path of a link that Ann made."""
    fields = {"label": "", "days": "7", "person": person}
    answer = submit(browser(app, "ann"), f"/turnups/{cora.turnup}/links", fields)
    assert answer.status_code == 200, answer.text
    return "/share/" + answer.text.partition("/share/")[2].partition('"')[0]


def an_item(cora: SignedUp, **evidence: object) -> ChecklistItem:
    """An open item of the customer's, set to ask for this evidence."""
    with transaction() as session:
        row = session.get_one(ChecklistItem, cora.item("name-contacts"))
        row.definition = {
            **row.definition,
            "owner": "customer",
            "owner_at": {},
            "depends_on": [],
            "needed_when": "",
            "probe": None,
            "sign_off": "",
            **evidence,
        }
        return row


def said_in_trail(cora: SignedUp) -> list[tuple[str, str, str]]:
    db.session().rollback()
    entries = read(db.session(), f"customer:{cora.customer}")
    return [(one.kind, one.actor, one.source) for one in entries if one.source == "link"]


def test_a_link_that_only_shows_offers_nothing_and_does_nothing(
    app: Flask, cora: SignedUp, client: FlaskClient
) -> None:
    path, item = link(app, cora, ""), an_item(cora)
    page = client.get(path)
    assert "Your part" not in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    answer = submit(client, f"{path}/items/{item.id}/tick", {"note": "x"})
    assert answer.status_code == 403
    assert fresh(ChecklistItem, item.id).state == "open"


def test_the_customer_attaches_says_and_completes_by_their_link(
    app: Flask, cora: SignedUp, client: FlaskClient
) -> None:
    me = user_of(cora)
    path, item = link(app, cora, me), an_item(cora, evidence=["file"])
    page = client.get(path)
    assert "Your part" in page.text
    assert item.definition["title"] in page.text
    assert page.headers["Referrer-Policy"] == "same-origin"
    at = f"{path}/items/{item.id}"

    stuck = submit(client, f"{at}/stuck", {"words": "Whom do you <i>mean</i>?"}, page=path)
    assert stuck.status_code == 303
    assert "Whom do you &lt;i&gt;mean" in client.get(path).text
    assert submit(client, f"{at}/go_on", {}, page=path).status_code == 303
    assert (
        submit(client, f"{at}/say", {"remark": "We have two offices."}, page=path).status_code
        == 303
    )
    refused = submit(client, f"{at}/tick", {"note": "see the <b>file</b>"}, page=path)
    assert refused.status_code == 422
    assert "see the &lt;b&gt;file&lt;/b&gt;</textarea>" in refused.text
    assert "a file is needed to show it" in refused.text
    given = {"note": "here", "file": (BytesIO(b"Ada, +44"), "../contacts.txt")}
    assert submit(client, f"{at}/tick", given, page=path).status_code == 303
    assert submit(client, f"{at}/tick", {"note": "again"}, page=path).status_code == 409

    row = fresh(ChecklistItem, item.id)
    assert (row.state, row.settled_by, row.file_name) == ("done", me, "contacts.txt")
    assert db.session().get_one(ItemFile, item.id).content == b"Ada, +44"
    assert db.session().query(Remark).one().words == "We have two offices."
    kinds = ["item_stuck", "item_goes_on", "item_said", "item_done"]
    assert said_in_trail(cora) == [(f"checklist.{k}", f"user:{me}", "link") for k in kinds]
    told = [
        one.subject for one in db.session().query(Message).filter_by(recipient="ann@vendor.example")
    ]
    assert len([one for one in told if one.startswith("[Acme Shoes]")]) == 2  # stuck, said
    assert "We have two offices." in browser(app, "ann").get(f"/checklist-items/{item.id}").text


def test_the_customer_approves_what_waits_for_them(
    app: Flask, cora: SignedUp, cast: Cast, client: FlaskClient
) -> None:
    me = user_of(cora)
    path, item = link(app, cora, me), an_item(cora, owner="ops", sign_off="customer")
    with transaction() as session:
        row = session.get_one(ChecklistItem, item.id)
        row.state, row.settled_by = "done", cast["omar"]
        turnup = session.get_one(Turnup, cora.turnup)
        configs.add_version(
            session,
            Actor(f"user:{cast['ann']}", "web"),
            turnup,
            0,
            {"main.vcl": "vcl 4.1;"},
            note="first",
        )
    page = client.get(path).text
    assert "Version 1 of the configuration waits" in page
    assert "vcl 4.1;" in page
    assert submit(client, f"{path}/items/{item.id}/sign", {}, page=path).status_code == 303
    assert submit(client, f"{path}/config/1/agree", {}, page=path).status_code == 303
    assert fresh(ChecklistItem, item.id).signed_by == me
    assert "waits for your agreement" not in client.get(path).text
    assert [kind for kind, *_ in said_in_trail(cora)] == ["checklist.item_signed", "config.agreed"]


def test_nobody_gets_further_than_their_own_turn_up_and_their_own_name(
    app: Flask, cora: SignedUp, cast: Cast, client: FlaskClient
) -> None:
    me = user_of(cora)
    path, item = link(app, cora, me), an_item(cora)
    bolt = signed_up(app, email="bo@bolt.example", company="Bolt", hostnames="www.bolt.example")
    theirs = bolt.item("name-contacts")
    assert submit(client, f"{path}/items/{theirs}/tick", {"note": "x"}).status_code == 404
    other = {"label": "", "days": "7", "person": me}
    assert submit(browser(app, "ann"), f"/turnups/{bolt.turnup}/links", other).status_code == 422
    assert (
        submit(
            browser(app, "ann"), f"/turnups/{bolt.turnup}/links", {**other, "person": "x"}
        ).status_code
        == 422
    )

    ann = browser(app, "ann")
    assert "You are signed in as Ann Archer" in ann.get(path).text
    assert submit(ann, f"{path}/items/{item.id}/tick", {"note": "x"}).status_code == 403
    assert submit(client, f"{path}/room", {"text": "For Cora alone"}, page=path).status_code == 303
    assert "For Cora alone" in client.get(path).text
    with transaction() as session:
        session.get_one(User, me).active = False
    shown = client.get(path).text
    assert "Your part" not in shown
    assert "For Cora alone" not in shown  # nor what is said in the room
    assert client.get(f"{path}/room/events?once=1&after=0").status_code == 403
    assert submit(client, f"{path}/items/{item.id}/tick", {"note": "x"}).status_code == 403
    assert fresh(ChecklistItem, item.id).state == "open"


def test_who_of_the_vendor_said_it_is_named_as_the_vendor_chose(
    app: Flask, cora: SignedUp, cast: Cast, client: FlaskClient
) -> None:
    path, item = link(app, cora, user_of(cora)), an_item(cora)
    with transaction() as session:
        remarks.say(session, Actor(f"user:{cast['ann']}", "web"), item.id, "Two are enough.")
        ann = session.get_one(User, cast["ann"])
        name, team = ann.name, ann.team.name if ann.team else ""
    said = {"names": name.split()[0], "teams": team, "nobody": "Account management"}
    for chosen, speaker in said.items():
        with transaction() as session:
            show_standby(session, Actor(f"user:{cast['ann']}", "web"), cora.turnup, chosen)
        page = client.get(path).text
        assert f"<bdi>{speaker}</bdi>" in page
        assert "Two are enough." in page
        assert name not in page


REFUSED = {
    "de": ("Datei", "Dieser Punkt ist schon erledigt", "Zeichen sind zu viele", "keine Ruhezeiten"),
    "fr": ("fichier", "Ce point est déjà fait", "caractères, c", "pas des heures calmes"),
    "es": ("archivo", "Este punto ya está hecho", "son demasiados", "no son horas de silencio"),
    "ja": ("ファイル", "すでに完了しています", "文字は多すぎます", "時間として読めません"),
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_is_refused_is_said_in_the_readers_language(
    app: Flask, cora: SignedUp, client: FlaskClient, code: str
) -> None:
    path, item = link(app, cora, user_of(cora)), an_item(cora, evidence=["file"])
    client.get(f"{path}?lang={code}")
    at = f"{path}/items/{item.id}/tick"
    refusals = [submit(client, at, {"note": ""}, page=path)]
    given = {"file": (BytesIO(b"Ada"), "contacts.txt")}
    assert submit(client, at, given, page=path).status_code == 303
    follow = {"email": "a@acme.example", "scope": f"turnup:{cora.turnup}", "language": code}
    follow |= {"zone": "UTC", "digest": "", "quiet": "25:00-07:00"}
    refusals += [
        submit(client, at, {"note": "again"}, page=path),
        submit(client, f"{path}/room", {"text": "x" * 4001}, page=path),
        submit(client, f"{path}/follow", follow, page=path),
    ]
    assert [one.status_code for one in refusals] == [422, 409, 422, 422]
    for words, page in zip(REFUSED[code], refusals, strict=True):
        assert words in page.text
        assert f'<html lang="{code}"' in page.text
