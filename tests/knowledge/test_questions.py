"""What is asked twice is written down: from tickets and rooms, in whatever words, without names."""

import pytest
from flask import Flask

from benchmarks.knowledge_again import HELD_OUT, WORKING
from benchmarks.knowledge_figures import again
from onboarding.config import settings
from onboarding.db import db, transaction
from onboarding.knowledge.alike import same
from onboarding.knowledge.models import Article, DocumentTask, Helped, Wanted
from onboarding.knowledge.redaction import redacted
from onboarding.outbox.models import Message
from onboarding.rooms import actions as rooms
from onboarding.trail.verifying import verify
from tests.cast import Cast
from tests.doors import submit
from tests.knowledge.asked import questions, told
from tests.rooms.talking import room_of, say
from tests.stories import browser, customer
from tests.tickets.desk import opened, went


def test_the_second_ask_in_other_words_opens_a_task_on_whoever_answered(
    app: Flask, cast: Cast
) -> None:
    acme, other = customer("Acme"), customer("Other")
    sid = browser(app, "sid")
    asked, again = "How do we purge one page?", "Can I clear the cache of a single page"
    first = opened(
        "Our shop www.acme.example shows old prices", subject=asked, customer_id=acme.customer
    )
    went(sid, first, "claim")
    answer = (
        "Hello Cora Acme, purge https://www.acme.example/x in the cache page. Ask 192.0.2.7. Sid"
    )
    went(sid, first, "reply", text=answer)
    opened("Where is my invoice?", subject="Invoice", customer_id=other.customer)
    told()
    assert db.session().query(DocumentTask).count() == 0
    second = opened("It is stale.", subject=again, customer_id=other.customer)
    told()
    told()
    task = db.session().query(DocumentTask).one()
    assert (task.assignee_id, task.question.link) == (cast["sid"], f"/tickets/{first}")
    assert [one.same_as_id for one in questions()] == [None, None, questions()[0].id]
    letter = db.session().query(Message).filter(Message.key.startswith("document-task")).one()
    assert (letter.recipient, letter.subject) == ("sid@vendor.example", f"Write it down: {asked}")
    draft = task.article
    assert (draft.title, draft.state, draft.public) == (asked, "draft", False)
    for private in ("Cora", "Acme", "acme.example", "192.0.2.7", "Sid"):
        assert private not in draft.body
    assert "purge [address] in the cache page" in draft.body
    seen = sid.get(f"/knowledge/like?ref=ticket:{second}").text
    assert asked in seen
    assert "in the cache page" in seen
    assert "To be written down" in sid.get("/knowledge/questions").text
    assert "yours" in sid.get("/knowledge/questions").text
    assert submit(sid, f"/knowledge/{draft.id}/publish", {}).status_code == 303
    db.session().rollback()
    assert db.session().query(DocumentTask).one().closed_at is not None

    opened("Still stale", subject="how to purge a page in the cache", customer_id=acme.customer)
    told()
    assert questions()[-1].covered_by_id == draft.id
    row = "Acme,2,0,1,1"
    assert row in sid.get("/knowledge/figures?format=csv").text
    assert "Other" in sid.get("/knowledge/figures").text


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_a_person_says_that_it_was_asked_before_or_need_not_be_written(
    app: Flask, cast: Cast
) -> None:
    acme, sue = customer("Acme"), browser(app, "sue")
    first = opened(
        "x", subject="Do you support basic auth to the origin?", customer_id=acme.customer
    )
    went(sue, first, "claim")
    went(sue, first, "reply", text="Set the header Authorization under Origin.")
    opened("y", subject="Our server wants a user and a word", customer_id=acme.customer)
    told()
    one, two = questions()
    assert two.same_as_id is None
    path = f"/knowledge/questions/{two.id}/same"
    assert submit(sue, path, {"earlier": str(two.id)}).status_code == 422
    assert submit(sue, path, {"earlier": str(one.id)}).status_code == 303
    told()
    task = db.session().query(DocumentTask).one().id
    assert submit(sue, f"/knowledge/tasks/{task}/drop", {"why": ""}).status_code == 422
    for status in (303, 409):
        dropped = submit(sue, f"/knowledge/tasks/{task}/drop", {"why": "Only there"})
        assert dropped.status_code == status
    assert "need not: Only there" in sue.get("/knowledge/questions").text
    again = submit(sue, "/knowledge/from", {"ref": f"ticket:{first}"})
    assert again.headers["Location"].startswith("/knowledge/")
    assert submit(sue, "/knowledge/from", {"ref": "ticket:999"}).status_code == 404


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_answers_of_rooms_are_found_and_become_articles_in_one_press(
    app: Flask, cast: Cast
) -> None:
    acme = customer("Acme", manager=cast["ann"])
    customer("Other")
    sue, cora = browser(app, "sue"), browser(app, "cora@acme.example")
    other = browser(app, "cora@other.example")
    assert submit(cora, "/rooms/talk", {}).status_code == 303
    room = room_of(f"customer:{acme.customer}")
    for who, text in (
        (cora, "Our certificate is pending"),
        (cora, "since yesterday, what is wrong?"),
        (sue, "Your CAA record names another authority."),
        (sue, "Cora, add ours at www.acme.example"),
    ):
        say(who, room, text)
    lines = [one.number for one in rooms.queries.transcript(db.session(), room.id)]
    path = f"/rooms/{room.id}/messages/{lines[2]}/draft"
    chosen = f"{path}?question={lines[0]}&question={lines[1]}&answer={lines[2]}&answer={lines[3]}"
    form = sue.get(chosen).text
    assert "Our certificate is pending\nsince yesterday, what is wrong?" in form
    worth = {
        "question": "Our certificate is pending\nsince yesterday, what is wrong?",
        "answer": "Your CAA record names another authority.\nCora, add ours at www.acme.example",
    }
    assert submit(sue, path, worth).status_code == 303
    for reader, finds in ((cora, True), (sue, True), (other, False), (app.test_client(), False)):
        assert ("CAA" in reader.get("/knowledge?q=caa+autority").text) is finds
    ref = questions()[-1].ref
    assert ref.startswith("draft:")
    standing = [one.ref for one in questions() if one.taken_back_at is None]
    assert standing == [ref], "what it was put together of counts no more"
    assert submit(cora, "/knowledge/from", {"ref": ref}).status_code == 403
    for _ in range(2):
        pressed = submit(sue, "/knowledge/from", {"ref": ref})
        assert pressed.headers["Location"].endswith("/edit")
    db.session().rollback()
    article = db.session().query(Article).one()
    assert article.title == "Our certificate is pending"
    assert "[name], add ours at [hostname]" in article.body
    assert "Our certificate is pending" in sue.get("/rooms/drafts").text
    assert sue.get("/rooms?q=authority+names").text.count("<strong") >= 1
    assert "1 message found" in cora.get("/rooms?q=AUTHORITY").text
    assert "0 messages found" in other.get("/rooms?q=authority").text
    took = submit(sue, f"/rooms/{room.id}/messages/{lines[2]}/take-back", {"why": "Wrong"})
    assert took.status_code == 303
    assert (
        "another authority" not in sue.get("/knowledge?q=caa+authority").text.partition("Found")[2]
    )
    assert questions()[-1].answer == ""


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_the_communitys_answers_are_found_and_wishes_kept_with_who_wants_them(
    app: Flask, cast: Cast
) -> None:
    acme = customer("Acme")
    customer("Other")
    with transaction() as session:
        rooms.community(session)
    room = room_of("community")
    sue, cora = browser(app, "sue"), browser(app, "cora@acme.example")
    other = browser(app, "cora@other.example")
    say(cora, room, "Does anybody stream logs to Splunk?")
    say(other, room, "We do: use the HTTPS endpoint with a HEC token in the header")
    assert "HEC token" not in app.test_client().get("/knowledge?q=splunk+logs").text
    found = cora.get("/knowledge?q=spluk+logs").text
    assert "Does anybody stream logs to Splunk?" in found
    assert "HEC" in found
    say(cora, room, "I wish you had a Splunk button")
    number = rooms.queries.transcript(db.session(), room.id)[-1].number
    path = f"/rooms/{room.id}/messages/{number}/request"
    assert "I wish you had a Splunk button" in sue.get(path).text
    assert submit(cora, path, {"title": "x", "words": "y"}).status_code == 403
    assert submit(sue, path, {"title": "", "words": "y"}).status_code == 422
    made = submit(sue, path, {"title": "Logs to Splunk", "words": "a Splunk button"})
    page = made.headers["Location"]
    assert "a Splunk button" in sue.get(page).text
    submit(cora, "/rooms/talk", {})
    own = room_of(f"customer:{acme.customer}")
    say(cora, own, "Splunk export would help us")
    last = rooms.queries.transcript(db.session(), own.id)[-1].number
    path = f"/rooms/{own.id}/messages/{last}/request"
    assert "Logs to Splunk" in sue.get(path).text
    for _ in range(2):
        submit(sue, path, {"known": page.rpartition("/")[2], "words": "Splunk export"})
    db.session().rollback()
    assert db.session().query(Wanted).count() == 2
    assert ">Acme</a>" in sue.get(page).text
    assert submit(sue, f"{page}/state", {"state": "planned", "why": "Q3"}).status_code == 303
    assert "planned: Q3" in sue.get(page).text
    assert "Logs to Splunk" in sue.get("/knowledge/requests?state=planned").text
    assert verify(db.session(), settings().key("trail")) == []


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_articles_are_suggested_while_one_writes_and_what_they_spare_is_counted(
    app: Flask, cast: Cast
) -> None:
    customer("Acme")
    sue, cora, nobody = browser(app, "sue"), browser(app, "cora@acme.example"), app.test_client()
    ttl = {"title": "Lower the TTL before the cutover", "body": "300 s", "stage": "scheduled"}
    for fields in ({**ttl, "public": "yes", "area": "dns"}, {**ttl, "title": "TTL of our own"}):
        submit(sue, "/knowledge", {**fields, "then": "publish"})
    typed = {"text": "which ttl befor the cutovr", "place": "ticket"}
    for who, internal in ((cora, False), (nobody, False), (sue, True)):
        shown = submit(who, "/knowledge/suggest", typed).text
        assert "Lower the TTL" in shown
        assert ("TTL of our own" in shown) is internal
    assert submit(cora, "/knowledge/suggest", {"text": "hi"}).text.strip() == ""
    assert (
        "Das beantwortet es"
        in submit(nobody, "/knowledge/suggest", {**typed, "language": "de"}).text
    )
    assert "/knowledge/suggest" in cora.get("/questions/new").text
    article = db.session().query(Article).filter_by(public=True).one()
    hidden = db.session().query(Article).filter_by(public=False).one()
    solved = {"solved": article.stream, "place": "ticket", **typed}
    pressed = submit(cora, "/knowledge/solved", solved)
    assert pressed.headers["Location"] == f"/knowledge/{article.id}"
    assert submit(cora, "/knowledge/solved", {"solved": hidden.stream}).status_code == 422
    db.session().rollback()
    assert [one.place for one in db.session().query(Helped)] == ["ticket"]
    assert "Acme,0,1,0,0" in sue.get("/knowledge/figures?format=csv").text
    for word, spared in (("yes", True), ("no", False)):  # on the article that it led to
        submit(cora, f"/knowledge/{article.id}/helped", {"helped": word})
        assert ("Acme,0,1,0,0" in sue.get("/knowledge/figures?format=csv").text) is spared
    beside = "/knowledge/beside?stage=scheduled&about=Lower+the+TTL+of+every+record"
    assert "Lower the TTL" in nobody.get(beside).text
    assert "Lower the TTL" not in nobody.get(beside.replace("scheduled", "tuning")).text


def test_names_and_addresses_are_taken_out_and_dates_and_versions_stay() -> None:
    text = (
        "Ann Lee (ann@x.example, +44 20 7946 0958) at Acme: ANN'S server 10.0.0.1/8, 2001:db8::1, "
        "https://x.example/a?t=1 and cdn.shop.example; token tu_abcdefghij. TLS 1.2.3.4? v1.2, "
        "2027-01-31 14:00, 12:30, 10:30:45: it failed, 9:05:07, aa:bb:cc:00:11:22, port 443, "
        "1000000000 bytes"
    )
    bare = redacted(text, ["Ann Lee"], ["Acme"], ["shop.example"])
    names = ("Ann", "ANN", "x.example", "7946", "Acme", "shop", "tu_")
    for private in (*names, "10.0.0.1", "db8", "aa:bb"):
        assert private not in bare
    times = ("2027-01-31 14:00", "12:30", "10:30:45: it", "9:05:07")
    for kept in ("v1.2", *times, "port 443", "1000000000 bytes"):
        assert kept in bare
    assert redacted("Al is al dente", ["Al"]) == "Al is al dente"  # too short to be told apart


def test_questions_in_other_words_are_alike_and_other_questions_are_not() -> None:
    found, held_out = again(WORKING), again(HELD_OUT)
    assert found.offered >= 0.85
    assert found.counted >= 0.6
    assert found.wrong == 0
    # As measured, once: of the 6 of 30, 3 ask what an earlier one asked, or nearly.
    assert held_out.offered >= 0.58
    assert held_out.counted >= 0.41
    assert held_out.wrong <= 6
    assert same([0.5, 0.45], [1, 1]) == 0
    assert same([0.5, 0.45], [1, 2]) is None, "either may be meant"
