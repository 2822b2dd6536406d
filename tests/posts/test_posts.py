"""Status posts: made once from the trail, said in each audience's words, sent to who subscribed."""

import re
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from onboarding.db import db, transaction
from onboarding.outbox.models import Message
from onboarding.people.models import User
from onboarding.posts import jobs, publishing
from onboarding.posts.fields import KINDS
from onboarding.posts.models import Post
from onboarding.posts.subscribing import Wish, subscribe
from onboarding.posts.wording import wording
from onboarding.trail.log import SYSTEM, Actor, record
from tests.cast import Cast
from tests.doors import submit
from tests.dying import dying_at
from tests.stories import REAL, Known, book, browser, customer, cutover_of, kinds

INSIDE = "zorblax"  # a word that only the inside says
PAYLOAD: dict[str, Any] = {
    "starts_at": "2027-03-01T12:00:00Z",
    "ends_at": "2027-03-01T16:00:00Z",
    "shares": [5, 100],
    "share": 25.0,
    "found": 3.0,
    "expected": 5.0,
    "filled": 7,
    "empty": 1,
    "go": False,
    "run": 2,
    "what": INSIDE,
    "team": INSIDE,
    "reason": INSIDE,
    "sentence": INSIDE,
    "signal": INSIDE,
    "by": INSIDE,
}


@pytest.fixture
def acme(cast: Cast) -> Known:
    return customer("Acme", manager=cast["ann"])


def tell(number: int, kind: str, personal: dict[str, Any] | None = None, **payload: Any) -> None:
    with transaction() as session:
        record(session, f"cutover:{number}", kind, SYSTEM, payload, personal)


def posts(audience: str) -> list[str]:
    db.session().rollback()
    query = select(Post.text).where(Post.audience == audience).order_by(Post.number)
    return list(db.session.scalars(query))


def letters() -> list[tuple[str, str, str]]:
    db.session().rollback()
    rows = db.session.scalars(select(Message).order_by(Message.id))
    return [(row.channel, row.recipient, row.text) for row in rows]


@pytest.mark.parametrize("kind", sorted(KINDS - {"vote.given.go", "vote.given.no"}))
def test_no_word_of_the_inside_reaches_a_customer(kind: str) -> None:
    said = wording("customer", kind, PAYLOAD)
    assert INSIDE not in said
    assert not re.search(r"(?i)guard|alarm|switch\b|roster|run \d|drift", said)
    for practice in (False, True):
        text = wording("staff", kind, PAYLOAD, practice=practice)
        assert kind == "post.written" or text
        assert text.startswith("Practice: ") == (practice and bool(text))


@given(st.text(min_size=6), st.text(min_size=6), st.sampled_from(sorted(KINDS)))
def test_whatever_the_reason_or_the_guards_sentence_is_the_customer_hears_the_same(
    reason: str, sentence: str, kind: str
) -> None:
    inside = {"reason": reason, "sentence": sentence, "team": reason, "what": sentence}
    plain = wording("customer", kind, PAYLOAD)
    assert wording("customer", kind, {**PAYLOAD, **inside}) == plain


def test_each_audience_gets_its_posts_once_however_often_the_follower_runs(
    app: Flask, cast: Cast, acme: Known
) -> None:
    number = book(cast, acme, wiring=REAL)
    tell(number, "ramp.started", run=1)
    tell(number, "ramp.held", reason="errors rose")
    for _ in range(3):
        jobs.follow()
    assert [text.split(":")[0] for text in posts("staff")] == [
        "Booked",
        "Ramp started, run 1.",
        "Held",
    ]
    assert posts("customer")[1:] == [
        "We have begun. The first part of your traffic moves now.",
        "We hold here and look before we go on. Your traffic stays as it is.",
    ]
    assert kinds(f"cutover:{number}").count("post.made") == 3


@pytest.mark.parametrize("point", ["made", "sent"])
def test_a_crash_in_between_loses_nothing_and_doubles_nothing(
    app: Flask, cast: Cast, acme: Known, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    number = book(cast, acme)

    def die(*_given: object, **_more: object) -> None:
        raise KeyboardInterrupt

    if point == "made":
        with dying_at("posts.made"):
            jobs.follow()
    else:
        monkeypatch.setattr(publishing, "post_all", die)
        with pytest.raises(KeyboardInterrupt):
            jobs.follow()
        monkeypatch.undo()
    assert (posts("staff"), posts("customer"), letters()) == ([], [], [])
    jobs.follow()
    assert (len(posts("staff")), len(posts("customer"))) == (1, 1)
    assert len(letters()) == 3  # the console, the account manager, the customer
    assert cutover_of(number).practice
    assert all(text.startswith("Practice: ") for text in posts("staff") + posts("customer"))


def test_those_concerned_get_letters_with_keys_that_stay(
    app: Flask, cast: Cast, acme: Known
) -> None:
    number = book(cast, acme, wiring=REAL)
    jobs.follow()
    tell(number, "ramp.held", reason="errors rose")
    jobs.follow()
    held = letters()[-3:]
    assert [(channel, to) for channel, to, _ in held] == [
        ("console", "operator"),
        ("email", "ann@vendor.example"),
        ("email", acme.email),
    ]
    assert ["errors rose" in text for _, _, text in held] == [True, True, False]
    with transaction() as session:  # subscribed again, on another device as it were
        subscribe(
            session,
            SYSTEM,
            Wish(f"cutover:{number}", "customer", "email", acme.email),
            confirmed=True,
        )
    tell(number, "ramp.resumed")
    jobs.follow()
    keys = [row.key for row in db.session.scalars(select(Message))]
    assert len(letters()) == 9
    assert len(set(keys)) == 9
    assert all(re.fullmatch(r"post:\d+:\d+", key) for key in keys)


def test_a_post_by_hand_goes_to_whom_it_is_for(app: Flask, cast: Cast, acme: Known) -> None:
    number = book(cast, acme, wiring=REAL)
    jobs.follow()
    sue = browser(app, "sue")
    for audience, text in (("staff", "Disk is full"), ("all", "Lunch at one"), ("customer", "Hi")):
        fields = {"audience": audience, "text": text}
        assert submit(sue, f"/cutovers/{number}/posts", fields).status_code == 303
    jobs.follow()
    assert posts("staff")[1:] == ["Disk is full", "Lunch at one"]
    assert posts("customer")[1:] == ["Lunch at one", "Hi"]
    page = sue.get(f"/cutovers/{number}").text
    assert "Disk is full" in page
    assert "queued" in page


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"audience": "staff", "text": " "}, 422),
        ({"audience": "press", "text": "x"}, 422),
        ({"audience": "staff", "text": "x" * 2001}, 422),
    ],
)
def test_a_post_that_cannot_be_is_refused(
    app: Flask, cast: Cast, acme: Known, fields: dict[str, str], status: int
) -> None:
    number = book(cast, acme)
    before = kinds(f"cutover:{number}")
    answer = submit(browser(app, "sue"), f"/cutovers/{number}/posts", fields)
    assert answer.status_code == status
    assert kinds(f"cutover:{number}") == before


def test_the_timeline_names_the_guard_once_and_posts_are_in_the_readers_zone(
    app: Flask, cast: Cast, acme: Known
) -> None:
    number = book(cast, acme, wiring=REAL)
    with transaction() as session:
        session.get_one(User, cast["eve"]).timezone = "Asia/Tokyo"
        guard = Actor("guard", "rule")
        record(session, f"cutover:{number}", "guard.alarm", guard, {"sentence": "errors 2 %"})
    jobs.follow()
    page = re.sub(r"<[^>]+>|\s+", " ", browser(app, "eve").get(f"/cutovers/{number}").text)
    page = " ".join(page.split())
    assert "Guard sees: errors 2 %" in page
    assert "Guard Guard" not in page
    assert re.search(r"Booked: [^.]*\d\d:\d\d JST \([^)]*UTC\)", page)
