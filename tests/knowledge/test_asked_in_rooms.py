"""What customers ask in their own rooms, unmarked: compared and counted, and nobody else's to read."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from onboarding.db import db, transaction
from onboarding.knowledge.models import DocumentTask
from onboarding.rooms import actions as rooms
from onboarding.rooms import queries
from onboarding.rooms.models import Room
from onboarding.rooms.words import asks, asks_where_it_stands
from tests.cast import Cast
from tests.doors import submit
from tests.knowledge.asked import questions, told
from tests.rooms.talking import room_of, say
from tests.stories import REAL, Known, book, browser, customer, cutover_of

ASKED, AGAIN = "How do we purge one page?", "Hi, we want to purge one page of the cache, how?"
ANSWER, PART = "Purge it by its address on the page Cache", "by its address on the"


def own_room(who: FlaskClient, known: Known) -> Room:
    submit(who, "/rooms/talk", {})
    return room_of(f"customer:{known.customer}")


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_a_second_ask_in_another_customers_room_is_counted_and_written_down(
    app: Flask, cast: Cast
) -> None:
    acme, other = customer("Acme"), customer("Other")
    sue, cora, oda = (
        browser(app, name) for name in ("sue", "cora@acme.example", "cora@other.example")
    )
    first, second = own_room(cora, acme), own_room(oda, other)
    for who, text in (
        (cora, ASKED), (sue, "One moment"), (sue, ANSWER), (cora, "Thanks, that works for our page"),
    ):  # fmt: skip
        say(who, first, text)
    say(oda, second, AGAIN)
    told()
    assert [one.title for one in questions()] == [ASKED, AGAIN]
    assert questions()[1].same_as_id == questions()[0].id
    task = db.session().query(DocumentTask).one()
    assert (task.assignee_id, task.question.link) == (
        cast["sue"],
        f"/rooms/{first.id}?at={number_of(first, ASKED)}#m{number_of(first, ASKED)}",
    )
    assert ANSWER in task.article.body
    figures = sue.get("/knowledge/figures?format=csv").text
    assert "Acme,1,0,0,0" in figures
    assert "Other,1,0,1,0" in figures
    for reader, finds in ((cora, True), (sue, True), (oda, False)):
        assert (PART in reader.get("/knowledge?q=purge+page").text) is finds

    answer = f"/rooms/{first.id}/messages/{number_of(first, ANSWER)}"
    assert submit(sue, f"{answer}/take-back", {"why": "Wrong"}).status_code == 303
    told()
    assert db.session().query(DocumentTask).count() == 0
    assert PART not in sue.get("/knowledge?q=purge+page").text
    assert "Other,1,0,1,0" in sue.get("/knowledge/figures?format=csv").text

    say(sue, second, "Purge it with the API, by its address")
    reply = f"/rooms/{second.id}/messages/{number_of(second, 'Purge it with')}/draft"
    worth = {"question": AGAIN, "answer": "Purge it with the API, by its address"}
    assert submit(sue, reply, worth).status_code == 303
    told()
    assert "with the API" in db.session().query(DocumentTask).one().article.body
    assert "Other,1,0,1,0" in sue.get("/knowledge/figures?format=csv").text, "still one question"
    assert "with the API" not in cora.get("/knowledge?q=purge+page").text


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_where_a_flip_stands_is_no_knowledge_while_it_runs(app: Flask, cast: Cast) -> None:
    acme = customer("Acme")
    number = book(cast, acme, wiring=REAL)
    with transaction() as session:
        room = rooms.of_cutover(session, cutover_of(number))
    cora, sue = browser(app, acme.email), browser(app, "sue")
    say(cora, room, "What share do we start with?")  # not begun: whoever plans wants to know
    with transaction():
        cutover_of(number).state = "running"
    for who, text in (
        (cora, ASKED), (sue, ANSWER), (cora, "What share now?"), (cora, "Are we live?"),
        (sue, "Half of your traffic is on our servers"), (cora, "Why is the share still at 5 %?"),
    ):  # fmt: skip
        say(who, room, text)
    told()
    assert [one.title for one in questions()] == [
        "What share do we start with?",
        ASKED,
        "Why is the share still at 5 %?",
    ]
    assert questions()[1].answer == ANSWER, "what was said of the share answers nothing else"


def number_of(room: Room, text: str) -> int:
    said = queries.transcript(db.session(), room.id)
    return next(one.number for one in said if one.text.startswith(text))


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("what is our origin's address", True),
        ("Hello, can we flip at noon", True),
        ("Können wir das Zertifikat selbst hochladen", True),
        ("証明書はどこですか", True),
        ("The page is stale, why?", True),
        ("See https://acme.example/?a=1 for it", False),
        ("Can confirm that it works", False),
        ("However it goes, we are ready", False),
        ("!hold why?", False),
    ],
)
def test_what_reads_as_a_question(text: str, is_one: bool) -> None:
    assert asks(text) is is_one


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("How much of the traffic has moved so far?", True),
        ("Is everything done yet, or are we still at 25 %?", True),
        ("ok, when does the next step start", True),
        ("Are our logs live?", False),
        ("How do we switch back?", False),
        ("Should it be held?", False),
        ("Hello?", False),
    ],
)
def test_what_asks_where_a_flip_stands(text: str, stands: bool) -> None:
    assert asks_where_it_stands(text) is stands
