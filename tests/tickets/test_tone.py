"""Tone: an answer is sampled and marked by a rubric, and nobody else reads what was said of it."""

import re

import pytest
from flask import Flask

from onboarding import clock
from onboarding.config import settings
from onboarding.db import db, transaction
from onboarding.outbox.models import Message
from onboarding.people.models import Certificate
from onboarding.tickets.tone_models import ToneReview
from onboarding.trail.models import Entry
from onboarding.trail.verifying import verify
from tests.cast import Cast
from tests.doors import submit
from tests.people.test_profiles import lead
from tests.stories import browser
from tests.tickets.desk import opened, went

MARKS = {"plain": "4", "complete": "2", "next": "1", "human": "3"}
WORDS = "Say when they hear from you again"


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_only_the_person_their_lead_and_the_reviewer_read_a_review(app: Flask, cast: Cast) -> None:
    sue, sid = browser(app, "sue"), browser(app, "sid")
    number = opened("Why is it slow?")
    went(sue, number, "claim")
    went(sue, number, "reply", text="We look into it.")
    assert sid.get("/tone/next").status_code == 403
    lead("support", cast["sid"])
    form = sid.get("/tone/next").text
    assert "Why is it slow?" in form
    assert "We look into it." in form
    path = re.search(r'action="(/tone/\d+)"', form)
    assert path is not None
    for bad in ({**MARKS, "next": "5"}, {**MARKS, "human": ""}):
        assert submit(sid, path[1], {**bad, "words": WORDS}).status_code == 422
    assert submit(sid, path[1], MARKS).status_code == 422
    for other in ("sue", "omar", "adam"):
        assert submit(browser(app, other), path[1], {**MARKS, "words": WORDS}).status_code == 403
    page = submit(sid, path[1], {**MARKS, "words": WORDS}).headers["Location"]
    assert submit(sid, path[1], {**MARKS, "words": WORDS}).status_code == 409
    assert "Nothing waits to be read" in sid.get("/tone/next").text
    db.session().rollback()
    person = f"/tone/people/{cast['sue']}"
    for reader in (sue, sid):
        assert WORDS in reader.get(page).text
        assert WORDS in reader.get(person).text
    for other in ("adam", "omar", "ann", "eve", "nina"):
        their = browser(app, other)
        assert their.get(page).status_code == 404
        assert their.get(person).status_code == 403
        assert WORDS not in their.get("/tone").text
        assert WORDS not in their.get(f"/tickets/{number}").text
    assert "next 1.0" in sid.get("/tone").text
    letter = db.session().query(Message).filter_by(topic="tone").one()
    assert (letter.recipient, WORDS in letter.text) == ("sue@vendor.example", False)
    assert WORDS not in str([(one.payload, one.personal) for one in db.session().query(Entry)])
    assert verify(db.session(), settings().key("trail")) == []

    lead("support", cast["sue"])
    assert sid.get(person).status_code == 403  # no longer the lead
    assert WORDS in sid.get(page).text  # the reviewer
    went(sue, number, "reply", text="It is a cold cache.")
    assert sid.get("/tone/next").status_code == 403
    with transaction() as session:
        until = clock.now().date()
        session.add(Certificate(user_id=cast["sid"], skill="tone", until=until))
    assert "It is a cold cache." in sid.get("/tone/next").text
    assert db.session().query(ToneReview).count() == 1
