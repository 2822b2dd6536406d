"""A running checklist: moved up to a newer version of its template, and given items of its own."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from onboarding.checklists import queries
from onboarding.checklists.models import Checklist, ChecklistItem
from onboarding.customers.models import Customer, Turnup
from onboarding.db import db, transaction
from onboarding.outbox.models import Message
from tests.cast import Cast
from tests.customers.signing import SignedUp, signed_up
from tests.doors import submit
from tests.stories import browser, kinds

ITEM = """
  - id: {id}
    stage: config
    owner: customer
    title: {title}
    why: It is needed.
"""
HEAD = "key: cdn-turn-up\nversion: {version}\ntitle: Ours\nitems:"


def template(folder: Path, version: int, *items: str) -> None:
    (folder / "cdn-turn-up.yaml").write_text(HEAD.format(version=version) + "".join(items))


def item(key: str, title: str = "", more: str = "") -> str:
    return ITEM.format(id=key, title=title or f"Do {key}") + more


@pytest.fixture
def shelf(app: Flask, tmp_path: Path, settled: Callable[..., None]) -> Path:
    """A folder of templates that a test may change, with version 1 in it."""
    settled(checklists=str(tmp_path), mail_in="turnup@vendor.example")
    template(tmp_path, 1, item("keep"), item("drop"), item("alter"), item("drop-open"))
    return tmp_path


@pytest.fixture
def cora(shelf: Path, app: Flask, cast: Cast) -> SignedUp:
    found = signed_up(app)
    with transaction() as session:
        session.get_one(Customer, found.customer).account_manager_id = cast["ann"]
    return found


def status(cora: SignedUp) -> dict[str, str]:
    """Where every item of the checklist stands."""
    db.session().rollback()
    turnup = db.session().get_one(Turnup, cora.turnup)
    return {line.item.id: line.status for line in queries.standing(db.session(), turnup)}


def tick(cora: SignedUp, key: str) -> None:
    path = f"/checklist-items/{cora.item(key)}/tick"
    assert submit(cora.client, path, {"note": f"did {key}"}).status_code == 303


def shown_mark(page: str) -> str:
    return page.partition('name="mark" value="')[2].partition('"')[0]


def test_moving_up_is_shown_first_and_done_once(app: Flask, cora: SignedUp, shelf: Path) -> None:
    for key in ("keep", "drop", "alter"):
        tick(cora, key)
    ann = browser(app, "ann")
    address = f"/turnups/{cora.turnup}/checklist/newer"
    assert "nothing newer" in ann.get(address).text
    asks_more = "    evidence: link\n    sign_off: ops\n    due: T-2d\n"
    template(
        shelf,
        3,
        item("keep"),
        item("alter", "Do it all", asks_more),
        item("fresh", more="    due: T-1d\n"),
    )
    assert "Version 3 is there" in ann.get(f"/turnups/{cora.turnup}").text

    page = ann.get(address).text
    assert "1 item is new" in page
    assert "2 items go" in page
    assert "1 item changes" in page
    assert "Do alter" in page
    assert "T-2d" in page
    template(
        shelf,
        4,
        item("keep"),
        item("alter", "Do it all", asks_more),
        item("fresh", more="    due: T-1d\n"),
    )
    assert submit(ann, address, {"mark": shown_mark(page)}).status_code == 409
    seen = {"mark": shown_mark(ann.get(address).text)}
    assert submit(ann, address, seen).status_code == 303
    assert submit(ann, address, seen).status_code == 409

    assert status(cora) == {"keep": "done", "alter": "done", "fresh": "open"}
    assert kinds(f"customer:{cora.customer}").count("checklist.moved_up") == 1
    row = db.session().scalars(select(ChecklistItem).where(ChecklistItem.key == "alter")).one()
    assert (row.note, row.definition["title"]) == ("did alter", "Do it all")
    former = ann.get(f"/turnups/{cora.turnup}/checklist/former").text
    assert "Do drop" in former
    assert "Do drop-open" in former
    assert "did drop" in ann.get(f"/checklist-items/{cora.item('drop')}").text
    assert submit(ann, f"/checklist-items/{cora.item('drop')}/reopen", {}).status_code == 409
    assert "moved the checklist up from version 1 to 4" in ann.get(f"/turnups/{cora.turnup}").text
    assert (
        submit(cora.client, f"/checklist-items/{cora.item('alter')}/reopen", {}).status_code == 303
    )
    assert (
        submit(
            cora.client, f"/checklist-items/{cora.item('alter')}/tick", {"note": "x"}
        ).status_code
        == 422
    )


def test_what_comes_back_in_a_later_version_is_as_it_was_left(
    app: Flask, cora: SignedUp, shelf: Path
) -> None:
    tick(cora, "drop")
    ann = browser(app, "ann")
    address = f"/turnups/{cora.turnup}/checklist/newer"
    for version, items in (
        (2, [item("keep")]),
        (3, [item("keep"), item("drop", more="    evidence: file\n")]),
    ):
        template(shelf, version, *items)
        submit(ann, address, {"mark": shown_mark(ann.get(address).text)})
    assert status(cora) == {"keep": "open", "drop": "done"}
    with transaction() as session:
        assert session.scalars(select(Checklist.version)).one() == 3


def test_a_broken_template_keeps_nobody_from_their_checklist(
    app: Flask, cora: SignedUp, shelf: Path
) -> None:
    (shelf / "cdn-turn-up.yaml").write_text("key: [")
    ann = browser(app, "ann")
    assert ann.get(f"/turnups/{cora.turnup}").status_code == 200
    assert "nothing newer" in ann.get(f"/turnups/{cora.turnup}/checklist/newer").text
    assert browser(app, "omar").get(f"/turnups/{cora.turnup}/checklist/newer").status_code == 403


NEW = {
    "title": "Ask <b>legal</b>",
    "why": "They want to know.",
    "owner": "customer",
    "stage": "config",
    "due": "T-3d",
    "depends_on": "keep",
    "required": "yes",
}


def test_an_item_of_its_own_is_added_worked_on_and_taken_off(
    app: Flask, cora: SignedUp, shelf: Path
) -> None:
    ann = browser(app, "ann")
    address = f"/turnups/{cora.turnup}/checklist/items"
    assert submit(ann, address, NEW).status_code == 303
    assert status(cora)["own_1"] == "blocked"
    with transaction() as session:
        turnup = session.get_one(Turnup, cora.turnup)
        many = queries.standings(session, [turnup])[turnup.id]
        assert many == queries.standing(session, turnup)
    letter = db.session().scalars(select(Message).where(Message.topic.startswith("item:"))).one()
    assert letter.recipient == "cora@acme.example"
    assert letter.extra["headers"]["Reply-To"].startswith("Turnup <turnup+i")
    tick(cora, "keep")
    page = cora.client.get("/workspace").text
    assert "Ask &lt;b&gt;legal&lt;/b&gt;" in page
    tick(cora, "own_1")
    template(shelf, 2, item("keep"), item("fresh"))
    newer = f"/turnups/{cora.turnup}/checklist/newer"
    submit(ann, newer, {"mark": shown_mark(ann.get(newer).text)})
    assert status(cora) == {"keep": "done", "fresh": "open", "own_1": "done"}
    assert "did “Ask &lt;b&gt;legal" in ann.get(f"/turnups/{cora.turnup}").text
    fixed = f"/checklist-items/{cora.item('fresh')}/remove"
    assert submit(ann, fixed, {}).status_code == 409
    assert (
        submit(cora.client, f"/checklist-items/{cora.item('own_1')}/remove", {}).status_code == 403
    )
    assert submit(ann, f"/checklist-items/{cora.item('own_1')}/remove", {}).status_code == 303
    assert "own_1" not in status(cora)
    assert "Ask &lt;b&gt;legal" in ann.get(f"/turnups/{cora.turnup}/checklist/former").text
    submit(ann, address, NEW)
    assert "own_2" in status(cora)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("title", " ", "this is needed"),
        ("owner", "nobody", "this is no owner"),
        ("stage", "signup", "this stage is over"),
        ("due", "tomorrow", "is no due time"),
        ("depends_on", "nothing", "there is no item"),
    ],
)
def test_a_refused_item_keeps_what_was_typed(
    app: Flask, cora: SignedUp, field: str, value: str, said: str
) -> None:
    with transaction() as session:
        session.get_one(Turnup, cora.turnup).stage = "config"
    answer = submit(
        browser(app, "ann"), f"/turnups/{cora.turnup}/checklist/items", {**NEW, field: value}
    )
    assert answer.status_code == 422
    assert said in answer.text
    assert "They want to know." in answer.text
    assert status(cora).keys() == {"keep", "drop", "alter", "drop-open"}
