"""What a customer's person sees when they sign in is in their language, every page of it."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from onboarding.checklists.models import ChecklistItem
from onboarding.db import transaction
from onboarding.outbox.models import Message
from onboarding.people.models import User
from onboarding.rooms import actions as rooms
from tests.cast import Cast
from tests.customers.signing import signed_up
from tests.doors import submit
from tests.sharing.english import OURS, english
from tests.stories import Known, book, browser, cutover_of

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)
#: Pages and forms that a customer's person opens; of names of places the country's own are kept.
PAGES = (
    *("/workspace", "/workspace/windows", "/questions", "/questions/new", "/rooms", "/rooms?q=x"),
    *("/knowledge", "/subscriptions", "/chats", "/guide"),
)
OWN = ("/facts", "/config", "/comparison", "/traffic", "/traffic/history")
REFUSED: tuple[tuple[str, dict[str, str]], ...] = (
    ("OWN/hostnames", {"hostname": "no domain"}),
    ("OWN/hostnames", {"hostname": "https://acme.example/page"}),
    ("OWN/goals", {"kind": "offload", "figure": "", "words": ""}),
    ("/workspace/invitations", {"email": "nobody"}),
    ("/workspace/whereabouts", {"timezone": "Mars"}),
    ("/workspace/windows", {"days": "9"}),
    ("/questions", {}),
)


@pytest.fixture
def known(app: Flask, cast: Cast) -> Known:
    made = signed_up(app)
    with transaction() as session:
        session.query(User).filter_by(email="cora@acme.example").one().languages = ["de"]
    return Known(made.customer, made.turnup, 0, "cora@acme.example")


def test_every_page_and_refusal_of_their_own_is_in_their_language(
    app: Flask, cast: Cast, known: Known
) -> None:
    with transaction() as session:
        row = session.query(ChecklistItem).order_by(ChecklistItem.id).first()
        assert row is not None
        item = row.id
    number = book(cast, known)
    with transaction() as session:
        room = rooms.of_cutover(session, cutover_of(number)).id
    cora, own = browser(app, known.email), f"/turnups/{known.turnup}"
    pages = {
        path: cora.get(path) for path in (*PAGES, f"/rooms/{room}", f"/checklist-items/{item}")
    }
    pages |= {path: cora.get(own + path) for path in OWN}
    pages |= {"wrong " + path: cora.get(path) for path in ("/no-such-page", "/cutovers")}
    for path, fields in REFUSED:
        pages["refused " + path] = submit(cora, path.replace("OWN", own), fields, page="/workspace")
    for path, page in pages.items():
        assert page.status_code in ((200,) if path.startswith("/") else (403, 404, 422)), path
        assert '<html lang="de"' in page.text, path
        assert english(page.text) == [], path
    for path in ("/workspace", "/workspace/windows"):
        assert ">Österreich</option>" in pages[path].text
        assert ">Austria</option>" not in pages[path].text
    said = submit(cora, f"/rooms/{room}/messages", {"text": " "}, page=f"/rooms/{room}")
    assert english(said.text) == []
    invited = submit(
        cora, "/workspace/invitations", {"email": "bo@acme.example"}, page="/workspace"
    )
    assert invited.status_code == 303
    with transaction() as session:
        letter = session.scalars(select(Message).where(Message.topic.like("invitation:%"))).one()
        words = (letter.subject, letter.text)
    assert words[0] == "Treten Sie Acme Shoes bei"
    assert not any(OURS.search(one) for one in words)
    link = re.search(r"/join/\S+", words[1])
    assert link is not None
    for path in (link[0], "/signup", "/login", "/guide"):
        seen = app.test_client().get(path, headers={"Accept-Language": "de"}).text
        assert '<html lang="de"' in seen
        assert english(seen) == []
    ann = browser(app, "ann").get(own, headers={"Accept-Language": "de"})
    assert '<html lang="en"' in ann.text, "your people's pages stay English"
