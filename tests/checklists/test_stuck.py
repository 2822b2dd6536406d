"""A customer who cannot go on says so on the item, and those who can help hear of it."""

import pytest
from flask import Flask
from sqlalchemy import select

from onboarding.checklists import queries
from onboarding.customers.models import Customer, Turnup
from onboarding.db import db, transaction
from onboarding.outbox.models import Message
from tests.cast import Cast
from tests.customers.signing import SignedUp, signed_up
from tests.doors import submit
from tests.stories import browser, kinds


@pytest.fixture
def cora(app: Flask, cast: Cast) -> SignedUp:
    found = signed_up(app)
    with transaction() as session:
        session.get_one(Customer, found.customer).account_manager_id = cast["ann"]
    return found


def letters() -> list[Message]:
    db.session().rollback()
    query = select(Message).where(Message.topic.startswith("stuck:"))
    return list(db.session().scalars(query))


def an_item(cora: SignedUp, owner: str = "customer") -> int:
    db.session().rollback()
    turnup = db.session().get_one(Turnup, cora.turnup)
    entries = queries.entries(db.session(), turnup)
    return next(
        one.row.id for one in entries if one.line.status == "open" and one.line.ball == owner
    )


def test_who_is_stuck_says_so_and_is_helped(app: Flask, cora: SignedUp) -> None:
    item = f"/checklist-items/{an_item(cora)}"
    assert submit(cora.client, f"{item}/stuck", {"words": " "}).status_code == 422
    for _twice in range(2):
        words = {"words": "Which <b>hostnames</b>?"}
        assert submit(cora.client, f"{item}/stuck", words).status_code == 303
    assert "Stuck: Which &lt;b&gt;hostnames&lt;/b&gt;?" in cora.client.get(item).text
    (letter,) = letters()
    assert letter.recipient == "ann@vendor.example"
    assert "Which <b>hostnames</b>?" in letter.text
    assert "Stuck: " in browser(app, "ann").get("/?who=all").text
    assert kinds(f"customer:{cora.customer}").count("checklist.item_stuck") == 1

    assert submit(browser(app, "ann"), f"{item}/go-on", {}).status_code == 303
    assert "Stuck: " not in cora.client.get(item).text
    assert "Stuck: " not in browser(app, "ann").get("/?who=all").text


def test_what_is_done_is_no_longer_stuck(cora: SignedUp) -> None:
    item = f"/checklist-items/{an_item(cora)}"
    submit(cora.client, f"{item}/stuck", {"words": "How?"})
    done = {"note": "Found it", "link": "https://acme.example/"}
    assert submit(cora.client, f"{item}/tick", done).status_code == 303
    assert "How?" not in cora.client.get(item).text
    assert submit(cora.client, f"{item}/stuck", {"words": "Again"}).status_code == 409


def test_nobody_is_stuck_with_what_is_not_theirs(app: Flask, cora: SignedUp) -> None:
    other = signed_up(app, email="bo@bolt.example", company="Bolt", hostnames="www.bolt.example")
    item = f"/checklist-items/{an_item(cora)}"
    assert submit(other.client, f"{item}/stuck", {"words": "x"}).status_code == 404
    assert submit(browser(app, "omar"), f"{item}/stuck", {"words": "x"}).status_code == 403
    assert letters() == []
