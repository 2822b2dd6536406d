"""Earlier answers, offered to those who may read them: on the form and on the shared page."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from onboarding.db import transaction
from onboarding.people.models import User
from tests.cast import Cast
from tests.doors import submit
from tests.knowledge.asked import told
from tests.sharing.links import full_path_of, path_of, user_of
from tests.stories import browser, customer
from tests.tickets.desk import opened, went

TYPED = {"text": "our websocket is closed after a minute", "place": "ticket"}


def suggested(who: FlaskClient, path: str, page: str = "/login", **fields: Any) -> str:
    return submit(who, f"{path}/suggest", {**TYPED, **fields}, page).text


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_a_customers_people_find_their_own_answered_tickets_and_nobody_elses(
    app: Flask, cast: Cast
) -> None:
    acme, other = customer("Acme"), customer("Other")
    sid, cora, stranger = (
        browser(app, name) for name in ("sid", "cora@acme.example", "cora@other.example")
    )
    number = opened("Each minute.", subject="Websocket closed", customer_id=acme.customer)
    told()
    assert "Websocket closed" not in suggested(cora, "/knowledge"), "no answer yet"
    went(sid, number, "claim")
    went(sid, number, "note", note="Their websocket quota is a scandal")
    went(sid, number, "reply", text="Raise the idle limit under Origin.")
    told()
    shown = suggested(cora, "/knowledge")
    assert f'href="/questions/{number}"' in shown
    assert "scandal" not in shown
    assert f'href="/tickets/{number}"' in suggested(sid, "/knowledge")
    assert "Websocket closed" not in suggested(stranger, "/knowledge")
    solved = {"solved": f"ticket:{number}", **TYPED}
    assert submit(stranger, "/knowledge/solved", solved).status_code == 422
    pressed = submit(cora, "/knowledge/solved", solved)
    assert cora.get(pressed.headers["Location"]).status_code == 200

    nobody, own = app.test_client(), full_path_of(cast, acme, language="de")
    here = suggested(nobody, own, own)
    assert "Antwort lesen" in here
    assert "Raise the idle limit under Origin." in here
    assert "scandal" not in here
    assert "/questions/" not in here
    theirs = full_path_of(cast, other)
    assert "Websocket" not in suggested(app.test_client(), theirs, theirs)
    assert submit(app.test_client(), f"{theirs}/solved", solved, theirs).status_code == 422
    onlooker = path_of(cast, acme)
    assert submit(nobody, f"{onlooker}/suggest", TYPED, own).status_code == 403
    back = submit(nobody, f"{own}/solved", solved, own).headers["Location"]
    assert "wurde nicht gesendet" in nobody.get(back).text
    assert "Acme,1,1,0,0" in sid.get("/knowledge/figures?format=csv").text, "one voice"

    went(sid, number, "about", severity="3", customer="other")
    told()
    assert "Websocket closed" not in suggested(cora, "/knowledge")
    assert "Websocket closed" not in suggested(nobody, own, own)
    assert "Websocket closed" in suggested(stranger, "/knowledge")


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_customers_read_their_questions_and_articles_in_their_language(
    app: Flask, cast: Cast
) -> None:
    known = customer("Acme")
    cora, sue = browser(app, "cora@acme.example"), browser(app, "sue")
    with transaction() as session:
        session.get_one(User, user_of(known)).languages = ["de-AT"]
    number = opened("Each minute.", subject="Websocket closed", customer_id=known.customer)
    article = {"title": "Raise the TTL", "body": "x", "public": "yes", "area": "dns"}
    submit(sue, "/knowledge", {**article, "area": "caching", "then": "publish"})
    pages = {
        "/questions": ("Ihre Fragen", "wir haben es", "Abmelden"),
        "/questions/new": ("Wie schlimm es ist", "Ich habe eine Frage"),
        f"/questions/{number}": ("Weiterschreiben", "Was gesagt wurde"),
        "/knowledge": ("Alle Bereiche", "Was möchten Sie wissen?"),
        "/knowledge/1": ("Hat das geholfen?",),
    }
    for path, words in pages.items():
        page = cora.get(path).text
        assert '<html lang="de"' in page, path
        assert [word for word in words if word not in page] == [], path
    empty = submit(cora, "/questions", {"subject": "x", "text": " ", "severity": "4"}).text
    assert "In einer Zeile" in empty
    english = {"Accept-Language": "ja"}
    assert '<html lang="en"' in sue.get("/knowledge", headers=english).text
    assert '<html lang="ja"' in app.test_client().get("/knowledge", headers=english).text
