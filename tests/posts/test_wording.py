"""Texts of posts: one for every kind, audience and language, and nothing in them but what may be told."""

import html
from datetime import UTC, datetime

import pytest
from flask import Flask

from onboarding import clock
from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.posts.fields import AUDIENCES, FACTS, FIELDS, KEYS, LANGUAGES, checked, kept, named
from onboarding.posts.models import PostWording
from onboarding.posts.phrases import phrases
from onboarding.posts.spoken import percent, window
from onboarding.posts.wording import sampled
from onboarding.trail.log import read
from tests.cast import Cast
from tests.doors import submit
from tests.posts.telling import follow, letters, posts, tell
from tests.stories import REAL, Known, book, browser, customer

EVERY = [(audience, language) for audience in AUDIENCES for language in LANGUAGES]
#: All that may ever be told outside; a change here is a decision, not a slip.
TOLD = {
    "customer": {"starts_at", "ends_at", "share", "selector", "text"},
    "public": {"starts_at", "ends_at", "share", "name", "text"},
}


@pytest.mark.parametrize(("audience", "language"), EVERY)
def test_there_is_a_text_for_every_kind_that_names_only_what_may_be_told(
    audience: str, language: str
) -> None:
    texts = phrases(language)[audience]
    assert set(texts) == set(KEYS[audience])
    for key, text in texts.items():
        assert set(named(text)) <= set(FIELDS[audience]), key
        assert checked(audience, key, text) == text
        assert "{" not in sampled(audience, key, text, language, "Asia/Tokyo")
    assert set(phrases(language)["words"]) == set(phrases("en")["words"])
    assert set(phrases(language)["page"]) == set(phrases("en")["page"])
    if language != "en":
        same = [k for k, text in texts.items() if text == phrases("en")[audience][k]]
        assert same == ["post.written"]


@pytest.mark.parametrize("audience", ["customer", "public"])
def test_what_is_kept_for_outsiders_is_on_the_list_and_nothing_else(audience: str) -> None:
    assert set(FACTS[audience]) == TOLD[audience]
    inside = dict.fromkeys(FACTS["staff"], "zorblax") | {"by": "x", "switch": "haproxy"}
    assert set(kept(audience, inside)) <= TOLD[audience]


def test_windows_and_figures_are_those_of_the_readers_language_and_zone() -> None:
    start, end = datetime(2027, 3, 1, 22, tzinfo=UTC), datetime(2027, 3, 2, 2, tzinfo=UTC)
    said = {one: window(start, end, one, "Europe/Berlin") for one in LANGUAGES}
    utc = "(Mon, Mar 1, 2027, 22:00 \u2013 Tue, Mar 2, 2027, 02:00 UTC)"
    assert said["en"] == f"Mon, Mar 1, 2027, 23:00 \u2013 Tue, Mar 2, 2027, 03:00 CET {utc}"
    assert said["de"].startswith("Mo., 1. März 2027, 23:00")
    assert said["fr"].startswith("lun. 1 mars 2027, 23:00")
    assert said["es"].startswith("lun, 1 mar 2027, 23:00")
    assert said["ja"].startswith("2027年3月1日(月), 23:00")
    noon = datetime(2027, 3, 1, 12, tzinfo=UTC)
    assert window(noon, noon.replace(hour=14), "en", "UTC") == (
        "Mon, Mar 1, 2027, 12:00\u201314:00 UTC"
    )
    clocks = datetime(2027, 3, 28, 0, tzinfo=UTC)  # they go forward within it
    assert "01:00 CET \u2013 04:00 CEST" in window(
        clocks, clocks.replace(hour=2), "en", "Europe/Berlin"
    )
    shares = [percent(12.5, one) for one in LANGUAGES]
    assert shares == ["12.5 %", "12,5 %", "12,5 %", "12,5 %", "12.5%"]


@pytest.mark.parametrize(
    ("audience", "text", "said"),
    [
        ("customer", "Held: {reason}", "may not be told"),
        ("public", "{team} says go", "may not be told"),
        ("staff", "{share.__class__}", "broken"),
        ("staff", "{share!r}", "broken"),
        ("staff", "{0}", "broken"),
        ("staff", "100 {", "broken"),
        ("staff", "x" * 501, "too long"),
        ("staff", "left \u202e right", "do not show"),
        ("staff", "  ", "no text"),
    ],
)
def test_a_text_that_says_too_much_is_refused(audience: str, text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        checked(audience, "ramp.share", text)


def test_operators_put_a_text_of_their_own_after_seeing_it_and_take_it_back(
    app: Flask, cast: Cast
) -> None:
    acme: Known = customer("Acme", manager=cast["ann"])
    number = book(cast, acme, wiring=REAL)
    sue = browser(app, "sue")
    page = "/posts/wordings/customer/en/ramp.share"
    own = {"template": "We are at {share} <b>& look</b>."}
    looked = submit(sue, page, {**own, "look": "1"}, page)
    assert "We are at 12.5 % &lt;b&gt;&amp; look&lt;/b&gt;." in looked.text
    assert "we are at" not in sue.get("/posts/wordings?audience=customer").text.lower()
    refused = submit(sue, page, {"template": "At {reason}"}, page)
    assert (refused.status_code, "may not be told" in refused.text) == (422, True)
    assert "At {reason}" in refused.text  # kept in the form
    assert submit(sue, page, own, page).status_code == 303
    tell(number, "ramp.share", reason="zorblax", share=25.0)
    follow()
    assert posts("customer")[-1] == "We are at 25 % <b>& look</b>."
    assert [e.kind for e in read(db.session(), "system")][-1] == "post.worded"
    shared = sue.get(f"/cutovers/{number}").text
    assert "We are at 25 % &lt;b&gt;" in shared
    assert submit(sue, page, {"template": ""}, page).status_code == 303
    tell(number, "ramp.share", share=50.0)
    follow()
    assert posts("customer")[-1].startswith("50 % of your traffic")
    assert browser(app, "eve").get(page).status_code == 403
    assert sue.get("/posts/wordings/customer/en/nothing").status_code == 404


@pytest.mark.parametrize("text", ["We hold until {window}.", "We hold at {share}.", "Held {", ""])
def test_a_text_that_cannot_be_filled_stops_no_post(app: Flask, cast: Cast, text: str) -> None:
    acme: Known = customer("Acme", manager=cast["ann"])
    number = book(cast, acme, wiring=REAL)
    sue, page = browser(app, "sue"), "/posts/wordings/customer/en/ramp.held"
    if text:
        for more in ({}, {"look": "1"}):  # refused by what is known when it happens
            answer = submit(sue, page, {"template": text, **more}, page)
            assert answer.status_code == 422
            assert html.escape(text) in answer.text
    with transaction() as session:  # one of before
        row = PostWording(audience="customer", language="en", key="ramp.held", text=text or "{x}")
        row.by, row.at = cast["sue"], clock.now()
        session.add(row)
    for _again in range(2):
        tell(number, "ramp.held", reason="zorblax")
    follow()
    assert [one.startswith("We hold here") for one in posts("customer")[-2:]] == [True, True]
    assert sue.get(f"/cutovers/{number}").status_code == 200
    told = [one for one in letters() if one.topic.startswith("wording:")]
    assert sorted(one.recipient for one in told) == ["operator", "sue@vendor.example"]
    assert all(page in one.text for one in told)
    assert "the shipped text is sent" in sue.get("/posts/wordings?audience=customer").text
    assert sue.get(page).status_code == 200
