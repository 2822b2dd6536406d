"""What the page shows beside share and steps, how honest it is about it, and what it never shows."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from onboarding import clock
from onboarding.customers.models import Customer
from onboarding.cutovers.models import Cutover, Freeze
from onboarding.cutovers.plan import StepPlan
from onboarding.db import transaction
from onboarding.live.pings import publish
from onboarding.people.models import User
from onboarding.posts import jobs as posts
from onboarding.posts.models import Post
from onboarding.ramps.models import Ramp
from onboarding.rosters.models import Roster, Seat
from onboarding.sharing import showing
from onboarding.sharing.shared import STANDBY
from onboarding.trail.log import SYSTEM, Actor, record
from tests.cast import Cast
from tests.doors import submit
from tests.sharing.links import full_path_of, path_of
from tests.stories import Known, book, browser, customer


@pytest.fixture(autouse=True)
def _no_panels_of_other_tests() -> None:
    showing.panel.cache_clear()


@pytest.fixture
def acme(cast: Cast) -> Known:
    return customer("Acme", timezone="America/New_York", manager=cast["ann"])


def stand_by(cast: Cast, cutover_id: int) -> None:
    with transaction() as session:
        roster = Roster(cutover_id=cutover_id, state="solved")
        roster.seats = [
            Seat(team="ops", role="primary", user_id=cast["omar"], state="accepted"),
            Seat(team="ops", role="backup", user_id=cast["olga"], state="accepted"),
            Seat(team="neteng", role="primary", user_id=cast["nina"], state="declined"),
        ]
        session.add(roster)


def run(cutover_id: int, state: str = "holding", **more: Any) -> None:
    now = clock.now()
    with transaction() as session:
        session.add(
            Ramp(
                cutover_id=cutover_id, run=1, state=state, step=1, share=5.0, target_share=5.0,
                read_at=now, since=now, started_at=now, **more,
            )
        )  # fmt: skip


def test_the_vendor_chooses_what_is_shown_of_who_stands_by(
    app: Flask, client: FlaskClient, cast: Cast, acme: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = book(cast, acme)
    stand_by(cast, number)
    path, ann = path_of(cast, acme), browser(app, "ann")
    seen = {}
    for choice in ("default", *STANDBY):
        door = f"/turnups/{acme.turnup}/shared-page"
        assert submit(ann, door, {"standby": choice}).status_code == 303
        seen[choice] = client.get(path).text
    assert "<bdi>Omar</bdi></strong> · Operations · first to act" in seen["names"]
    assert seen["default"].count("Olga") == seen["names"].count("Olga") == 1
    assert "Operations · first to act" in seen["teams"]
    assert "Omar" not in seen["teams"]
    assert "Standing by" not in seen["nobody"]
    assert not any("Nina" in page or "Okafor" in page for page in seen.values())
    assert submit(ann, f"/turnups/{acme.turnup}/shared-page", {"standby": "all"}).status_code == 422
    assert submit(browser(app, "eve"), door, {"standby": "nobody"}).status_code == 403


def test_now_and_next_are_said_in_plain_words(client: FlaskClient, cast: Cast, acme: Known) -> None:
    number = book(cast, acme)
    path = path_of(cast, acme)
    page = client.get(path).text
    assert "5 % of your traffic, when the window opens." in page
    assert "data-countdown=" in page
    run(number)
    assert "50 % of your traffic, once a person says go." in client.get(path).text
    with transaction() as session:
        session.query(Ramp).one().step = 2
    page = client.get(path).text
    assert "100 % of your traffic, expected at" in page
    with transaction() as session:
        session.query(Ramp).one().step = 3
    assert "this is the last step" in client.get(path).text


def test_times_to_come_follow_the_run_and_not_the_plan(
    client: FlaskClient, cast: Cast, acme: Known
) -> None:
    number = book(
        cast, acme, starts_in=timedelta(hours=2), steps=(StepPlan(5, 600), StepPlan(50, 600))
    )
    run(number, held_s=100.0)
    about = clock.now() + timedelta(seconds=500)
    page = client.get(path_of(cast, acme)).text
    next_step = page.partition('<li class="step-next"')[2]
    said = re.findall(r'expected <time datetime="([^"]+)"', next_step)
    assert abs(clock.parse(said[0]) - about) < timedelta(seconds=30)
    assert "50 % of your traffic, expected at" in page


def test_other_windows_are_listed_and_all_are_in_the_calendar_file(
    client: FlaskClient, cast: Cast, acme: Known
) -> None:
    first, second = book(cast, acme), book(cast, acme, starts_in=timedelta(days=9))
    off = book(cast, acme, starts_in=timedelta(days=20))
    with transaction() as session:
        session.get_one(Cutover, second).title = "The rest\r\nDESCRIPTION:evil <b>"
        session.get_one(Cutover, off).state = "cancelled"
    path = path_of(cast, acme)
    page = client.get(path).text
    assert "Also planned" in page
    assert "DESCRIPTION:evil &lt;b&gt;" in page
    answer = client.get(f"{path}/calendar.ics")
    lines = answer.text.split("\r\n")
    assert [line for line in lines if line.startswith("UID")] == [
        f"UID:cutover-{second}@turnup",
        f"UID:cutover-{first}@turnup",
    ]
    assert not any(line.startswith("DESCRIPTION:evil") for line in lines)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]


def pulse(client: FlaskClient, path: str) -> dict[str, Any]:
    said = client.get(f"{path}/events?once=1").text
    found: dict[str, Any] = json.loads(said.partition("event: pulse\ndata: ")[2].partition("\n")[0])
    return found


def test_the_page_says_when_the_conductor_or_the_workers_are_silent(
    client: FlaskClient, cast: Cast, acme: Known
) -> None:
    number, path = book(cast, acme), path_of(cast, acme)
    posts.follow()
    assert pulse(client, path) == {"driven": True, "late_since": ""}
    assert (
        "is silent" not in client.get(path).text.partition("</main>")[0].partition('id="panel"')[2]
    )
    run(number)  # nobody's lease is alive
    assert pulse(client, path)["driven"] is False
    assert "data-warns>" in client.get(path).text
    with transaction() as session:
        session.query(Ramp).one().lease_until = clock.now() + timedelta(seconds=5)
        entry = record(session, f"cutover:{number}", "ramp.started", SYSTEM, {"run": 1})
        entry.at = clock.now() - timedelta(seconds=45)
        late = entry.at
    assert pulse(client, path) == {"driven": True, "late_since": clock.iso(late)}
    assert "Posts are late" in client.get(path).text.partition("share-posts")[2]
    posts.follow()
    assert pulse(client, path)["late_since"] == ""


def test_an_open_page_is_told_when_its_pulse_changes(
    app: Flask, cast: Cast, acme: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onboarding.live.feeds.POLL_S", 0.1)
    number, path = book(cast, acme), path_of(cast, acme)
    posts.follow()
    with app.test_client().get(f"{path}/events") as answer:
        chunks = answer.iter_encoded()
        assert any(b'"driven": true' in chunk for chunk in chunks)
        run(number)
        assert any(b'"driven": false' in chunk for chunk in chunks)


SECRET = "zz-internal-zz"


def plant(cast: Cast, acme: Known, number: int) -> None:
    """Write the planted word wherever staff and programs write."""
    with transaction() as session:
        cutover = session.get_one(Cutover, number)
        cutover.switch = {"kind": "manual", "config": {"instructions": SECRET}}
        cutover.metrics = {"kind": "push", "config": {"note": SECRET}}
        session.get_one(Customer, acme.customer).facts = {"note": SECRET}
        for user in session.query(User).filter(User.role != "customer"):
            user.name = f"{user.name.split()[0]} {SECRET}"
            user.email = f"{user.id}@{SECRET}.example"
        for seat in session.query(Seat):
            seat.why = SECRET
        for ramp in session.query(Ramp):
            ramp.reason, ramp.lease_holder = SECRET, SECRET
        session.add(
            Freeze(name=SECRET, reason=SECRET, starts_at=cutover.starts_at, ends_at=cutover.ends_at)
        )
        session.add(
            Post(
                cutover_id=number, number=9_000, audience="staff", kind="post.written",
                text=SECRET, at=clock.now(),
            )
        )  # fmt: skip
        stream = f"cutover:{number}"
        for kind in ("ramp.held", "ramp.rollback", "ramp.started", "guard.alarm", "vote.given"):
            payload = {"reason": SECRET, "sentence": SECRET, "signal": SECRET, "run": 1}
            payload |= {"team": SECRET, "go": False, "error": SECRET, "address": SECRET}
            record(session, stream, kind, Actor(SECRET, "web"), payload, {"note": SECRET})
        record(session, stream, "post.written", SYSTEM, {"audience": "staff"}, {"text": SECRET})


@pytest.mark.parametrize("state", ["booked", "undecided", "rolling_back", "rolled_back"])
def test_what_is_internal_is_in_no_answer_whatever_the_state(
    client: FlaskClient, cast: Cast, acme: Known, state: str
) -> None:
    number = book(cast, acme)
    other = customer("Globex")
    book(cast, other)
    stand_by(cast, number)
    if state != "booked":
        run(number, state)
    plant(cast, acme, number)
    posts.follow()
    publish(f"cutover:{number}", "tick", {"sentence": SECRET, "reason": SECRET, "share": 5.0})
    figures = {
        "share": 5.0,
        "state": state,
        "sentence": SECRET,
        "signals": [SECRET],
        "moved": {"note": SECRET},
    }
    assert SECRET not in showing.figures(figures)
    for path in (path_of(cast, acme), full_path_of(cast, acme)):
        assert "Omar" in client.get(path).text  # it is there to be read, without what is planted
        for door in ("", "?lang=de", "/events?once=1&after=0", "/calendar.ics"):
            answer = client.get(path + door)
            assert answer.status_code == 200, door
            for word in (SECRET, "lobex", "@vendor.example"):
                assert word not in answer.text, (door, word)


def test_names_are_shown_as_text_and_turn_nothing_around(
    client: FlaskClient, cast: Cast, acme: Known
) -> None:
    number = book(cast, acme)
    with transaction() as session:
        session.get_one(
            Cutover, number
        ).title = '"><script>alert(1)</script>\u202eevil\r\nSet-Cookie: a=b'
        session.get_one(Customer, acme.customer).name = "\U0001f525" * 25_000
    page = client.get(path_of(cast, acme))
    assert "<script>alert" not in page.text
    assert "<bdi>&#34;&gt;&lt;script&gt;" in page.text
    assert "Set-Cookie" not in page.headers
    assert page.status_code == 200
