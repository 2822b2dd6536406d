"""Posts by hand: looked at first, approved by a second person, mended with history; and the cadence."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from onboarding import clock
from onboarding.config import Settings
from onboarding.cutovers.models import Cutover
from onboarding.db import db, transaction
from onboarding.posts import actions, jobs
from onboarding.posts.models import Cadence, Post
from tests.cast import Cast
from tests.doors import submit
from tests.posts.telling import follow, letters, posts, told
from tests.rooms.talking import lines, room_of
from tests.stories import Known, book, browser, fresh, kinds

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)

TEXT = "We wait for the cache to warm up"


@pytest.fixture
def two_needed(monkeypatch: pytest.MonkeyPatch, app: Flask) -> None:
    chosen: Settings = actions.settings().model_copy(update={"posts_approved": True})
    monkeypatch.setattr(actions, "settings", lambda: chosen)


def write(
    who: FlaskClient, number: int, audience: str = "all", text: str = TEXT, way: str = ""
) -> int:
    fields = {"audience": audience, "text": text}
    return submit(who, f"/cutovers/{number}/posts{way}", fields).status_code


def test_it_is_seen_as_the_customer_will_before_anything_is_sent(
    app: Flask, acme: Known, number: int
) -> None:
    sue, before = browser(app, "sue"), len(letters())
    fields = {"audience": "all", "text": TEXT, "language": "de"}
    page = submit(sue, f"/cutovers/{number}/posts/preview", fields).text
    assert page.count(TEXT) >= 4  # two audiences, as on the page and as a mail
    assert "As the customer sees it" in page
    assert "Diese Nachrichten abbestellen" in page
    assert "1 \u00d7 email" in page
    # the customer's zone; late in the evening the day is another in UTC, and is said
    assert re.search(r"\d\d:\d\d CES?T \([^()]*\d\d:\d\d UTC\)", page)
    assert (kinds(f"cutover:{number}").count("post.written"), len(letters())) == (0, before)


def test_a_second_person_approves_what_goes_out(
    app: Flask, acme: Known, number: int, two_needed: None
) -> None:
    sue, sid = browser(app, "sue"), browser(app, "sid")
    assert write(sue, number) == 303
    follow()
    assert TEXT not in posts("customer")
    page = sue.get(f"/cutovers/{number}").text
    assert "Waits for a second person" in page
    assert "/posts/drafts/1/approve" not in page  # not one's own
    assert submit(sue, "/posts/drafts/1/approve", {}).status_code == 403
    assert submit(sid, "/posts/drafts/1/approve", {}).status_code == 303
    assert submit(sid, "/posts/drafts/1/approve", {}).status_code == 409  # once
    follow()
    assert posts("customer")[-1] == posts("staff")[-1] == TEXT
    assert write(sue, number, "staff", "For us alone") == 303  # needs nobody
    write(sue, number, "customer", "Never mind")
    assert submit(sid, "/posts/drafts/2/withdraw", {}).status_code == 303
    follow()
    assert (posts("staff")[-1], posts("customer")[-1]) == ("For us alone", TEXT)
    said = kinds(f"cutover:{number}")
    assert (said.count("post.proposed"), said.count("post.withdrawn")) == (2, 1)


def test_a_correction_reaches_whoever_got_the_first_and_the_history_stays(
    app: Flask, acme: Known, number: int
) -> None:
    sue = browser(app, "sue")
    write(sue, number)
    follow()
    (first,) = [one for one in letters(acme.email) if one.text.startswith(TEXT)]
    with transaction() as session:
        session.get_one(type(first), first.id).state = "sent"
    page = f"/posts/{_post(number)}/edit"
    assert submit(sue, page, {"text": "It is warm now"}, page).status_code == 303
    follow()
    mended = letters(acme.email)[-1]
    assert mended.text.startswith("Correction: It is warm now")
    assert mended.extra["replies"] == first.key
    cockpit = sue.get(f"/cutovers/{number}").text
    assert "It is warm now" in cockpit
    assert TEXT in cockpit  # in its history
    assert posts("customer")[-1] == "It is warm now"
    # one that has not left is taken back: nobody reads what is known to be wrong
    assert submit(sue, page, {"text": "It is hot"}, page).status_code == 303
    follow()
    assert [one.state for one in letters(acme.email)[-2:]] == ["withdrawn", "queued"]
    assert submit(sue, page, {"text": "It is hot"}, page).status_code == 409
    assert submit(sue, page, {"text": " "}, page).status_code == 422


def test_a_correction_in_a_practice_run_says_so_once(
    app: Flask, cast: Cast, acme: Known, number: int
) -> None:
    with transaction() as session:
        session.get_one(Cutover, number).practice = True
    sue = browser(app, "sue")
    write(sue, number)
    follow()
    assert posts("customer")[-1] == f"Practice: {TEXT}"
    page = f"/posts/{_post(number)}/edit"
    for text in ("It is warm now", "Practice: It is hot now"):
        assert submit(sue, page, {"text": text}, page).status_code == 303
        follow()
        plain = text.removeprefix("Practice: ")
        assert letters(acme.email)[-1].text.startswith(f"Correction: Practice: {plain}")
        assert f"Correction: Practice: {plain}" in str(lines(room_of(f"cutover:{number}")))
        shown = sue.get(f"/cutovers/{number}").text
        assert f"Practice: {plain}" in shown
        assert "Practice: Practice" not in shown


def _post(number: int) -> int:
    """The last post to the customer."""
    query = select(Post.id).where(Post.cutover_id == number, Post.audience == "customer")
    return db.session.scalars(query.order_by(Post.number.desc())).first() or 0


def test_an_update_is_promised_its_owner_reminded_and_what_is_overdue_shows(
    app: Flask, acme: Known, number: int, cast: Cast
) -> None:
    sue = browser(app, "sue")
    fields = {"minutes": "20", "owner": str(cast["sid"])}
    assert submit(sue, f"/cutovers/{number}/posts/cadence", fields).status_code == 303
    told(number, "ramp.started", run=1)
    row: Cadence = fresh(Cadence, number)
    assert row.due_at is not None
    assert timedelta(minutes=19) < row.due_at - clock.now() <= timedelta(minutes=20)
    assert "Next update for the customer due" in sue.get(f"/cutovers/{number}").text
    _due_in(number, timedelta(minutes=3))
    jobs.remind()
    jobs.remind()
    assert [one.subject for one in letters("sid@vendor.example")] == [
        "[Acme moves] an update is due soon"
    ]
    _due_in(number, timedelta(minutes=-1))
    jobs.remind()
    jobs.remind()
    assert letters("sid@vendor.example")[-1].subject == "[Acme moves] an update is overdue"
    assert len(letters("sid@vendor.example")) == 2
    assert "An update for the customer is overdue" in sue.get(f"/cutovers/{number}").text
    write(sue, number, "customer")
    follow()
    assert "is overdue" not in sue.get(f"/cutovers/{number}").text
    told(number, "ramp.finished")
    assert fresh(Cadence, number).due_at is None
    said = kinds(f"cutover:{number}")
    assert (said.count("post.reminded"), said.count("post.overdue")) == (1, 1)


def _due_in(number: int, wait: timedelta) -> None:
    with transaction() as session:
        session.get_one(Cadence, number).due_at = clock.now() + wait


def test_the_public_hears_under_the_name_it_is_given_and_of_no_practice(
    app: Flask, acme: Known, number: int, cast: Cast
) -> None:
    sue, anybody = browser(app, "sue"), app.test_client()
    assert write(sue, number, "public") == 422  # it has no public name yet
    name = {"name": "The <b>shop</b>\u202e"}
    assert submit(sue, f"/cutovers/{number}/posts/public", name).status_code == 303
    told(number, "ramp.share", share=25.0, reason="zorblax")
    assert write(sue, number, "staff+customer+public", "All is well") == 303
    follow()
    assert posts("public") == [
        "The <b>shop</b>: 25 % of the traffic is on the new path.",
        "All is well",
    ]
    page = anybody.get("/status").text
    assert "The &lt;b&gt;shop&lt;/b&gt;: 25 %" in page
    assert "Acme" not in page
    practice = book(cast, acme, starts_in=timedelta(days=3))
    answer = submit(sue, f"/cutovers/{practice}/posts/public", {"name": "Shop"})
    assert answer.status_code == 409
    submit(sue, f"/cutovers/{number}/posts/public", {"name": ""})
    assert "shop" not in anybody.get("/status").text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("pay \u202eevil\u202c now\x07", "pay evil now"),
        ("two\r\nlines", "two\nlines"),
    ],
)
def test_what_could_deceive_is_shown_as_text_or_left_out(
    app: Flask, acme: Known, number: int, text: str, shown: str
) -> None:
    sue = browser(app, "sue")
    assert write(sue, number, "all", text) == 303
    follow()
    assert shown in sue.get(f"/cutovers/{number}").text
    letter = letters(acme.email)[-1]
    assert "\n" not in letter.subject
    assert "<script" not in letter.extra["html"]


def test_a_hundred_thousand_bytes_of_emoji_are_refused_and_kept_in_the_form(
    app: Flask, number: int
) -> None:
    sue, many = browser(app, "sue"), "\U0001f680" * 25_000
    answer = submit(sue, f"/cutovers/{number}/posts", {"audience": "all", "text": many})
    assert (answer.status_code, many in answer.text) == (422, True)
    assert "at most 2000 characters" in answer.text
