"""Earlier answers, offered to those who may read them: on the form and on the shared page."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.doors import submit
from tests.knowledge.asked import told
from tests.sharing.links import full_path_of, path_of
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
