"""The customer's page: what it shows and nothing else, to whom, for how long."""

import re
from dataclasses import fields
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from onboarding import clock
from onboarding.customers.models import Turnup
from onboarding.cutovers import actions as cutovers
from onboarding.db import db, transaction
from onboarding.posts import jobs as posts
from onboarding.ramps.models import Ramp
from onboarding.ramps.states import STATES
from onboarding.rosters.models import Roster, Seat
from onboarding.sharing import actions, shared, showing
from onboarding.sharing.models import ShareLink
from onboarding.trail.log import SYSTEM, Actor, record
from tests.cast import Cast
from tests.doors import TOKEN, submit
from tests.stories import Known, book, browser, customer, fresh, kinds

MAY_APPEAR = {
    "customer",
    "turnup",
    "timezone",
    "hostnames",
    "title",
    "practice",
    "state",
    "share",
    "target",
    "read_at",
    "starts_at",
    "ends_at",
    "steps",
    "standing_by",
    "coming",
    "posts",
    "next_update_at",
    "holds",
    "pulse",
    "number",
}
WORDS = "This link does not work any more"


@pytest.fixture(autouse=True)
def _no_panels_of_other_tests() -> None:
    showing.panel.cache_clear()  # ids begin anew with every test


@pytest.fixture
def acme(cast: Cast) -> Known:
    return customer("Acme", timezone="America/New_York", manager=cast["ann"])


def link(cast: Cast, known: Known, days: int = 90) -> str:
    with transaction() as session:
        turnup = session.get_one(Turnup, known.turnup)
        return actions.make_link(session, Actor(f"user:{cast['ann']}", "web"), turnup, "", days)[1]


def link_ids() -> list[int]:
    db.session().rollback()
    return list(db.session.scalars(select(ShareLink.id).order_by(ShareLink.id)))


def run(cutover_id: int, state: str, share: float, step: int) -> None:
    """A run of the cutover as a conductor would have left it."""
    now = clock.now()
    with transaction() as session:
        session.add(
            Ramp(
                cutover_id=cutover_id,
                run=1,
                state=state,
                step=step,
                share=share,
                target_share=share,
                read_at=now,
                since=now,
                started_at=now,
                reason="errors rose to 4.0 % on the moved arm",
            )
        )


def test_every_field_that_may_appear_is_listed_here() -> None:
    assert {one.name for one in fields(shared.SharedPage)} == MAY_APPEAR
    assert {one.name for one in fields(shared.SharedStep)} == {
        "share",
        "at",
        "state",
        "picked",
        "asks",
    }
    assert {one.name for one in fields(shared.SharedPerson)} == {"name", "team", "role"}
    assert {one.name for one in fields(shared.SharedWindow)} == {"title", "starts_at", "ends_at"}
    assert {one.name for one in fields(shared.Pulse)} == {"driven", "late_since"}
    assert set(showing.TICK_FIELDS) == {"at", "share", "target", "state", "moved", "control"}
    assert set(showing.ARM_FIELDS) == {"requests", "errors", "seconds"}


def test_a_link_made_by_hand_opens_the_page_without_a_sign_in(
    app: Flask, client: FlaskClient, cast: Cast, acme: Known
) -> None:
    book(cast, acme)
    ann = browser(app, "ann")
    made = submit(ann, f"/turnups/{acme.turnup}/links", {"label": "Cora", "days": "7"})
    assert made.headers["Cache-Control"] == "no-store"
    found = re.search(r'value="http[^"]*(/share/[^"]+)"', made.text)
    assert found
    page = client.get(found[1])
    assert page.status_code == 200
    for words in ("Acme moves", "www.acme.example", "Nothing has moved yet", "practice run"):
        assert words in page.text
    assert fresh(ShareLink, link_ids()[0]).token_hash not in page.text
    assert kinds(acme.stream)[-1] == "share.made"


@pytest.mark.parametrize("days", ["0", "366", "1e9", "many", ""])
def test_a_link_lives_from_a_day_to_a_year(app: Flask, cast: Cast, acme: Known, days: str) -> None:
    answer = submit(browser(app, "ann"), f"/turnups/{acme.turnup}/links", {"days": days})
    assert answer.status_code == 422
    assert "days" in answer.text
    assert db.session.query(ShareLink).count() == 0


def test_forged_revoked_and_expired_links_are_refused_in_the_same_words(
    app: Flask, client: FlaskClient, cast: Cast, acme: Known
) -> None:
    revoked, expired, good = (link(cast, acme) for _ in range(3))
    first, second, _ = link_ids()
    assert submit(browser(app, "ann"), f"/links/{first}/revoke", {}).status_code == 303
    with transaction() as session:
        past = clock.now() - timedelta(seconds=1)
        session.execute(update(ShareLink).where(ShareLink.id == second).values(expires_at=past))
    wrong = [revoked, expired, good[:-1], good + "x", good.swapcase(), "x", "%00", "☃" * 300]
    answers = {client.get(f"/share/{token}") for token in wrong}
    answers |= {client.get(f"/share/{token}/events") for token in wrong}
    assert {answer.status_code for answer in answers} == {404}
    assert len({TOKEN.sub("", answer.text) for answer in answers}) == 1
    assert WORDS in client.get(f"/share/{revoked}").text
    assert client.get(f"/share/{good}").status_code == 200


def test_revoking_twice_says_so_once_and_a_strangers_link_is_not_found(
    app: Flask, cast: Cast, acme: Known
) -> None:
    link(cast, acme)
    ann = browser(app, "ann")
    for _ in range(2):
        assert submit(ann, f"/links/{link_ids()[0]}/revoke", {}).status_code == 303
    assert kinds(acme.stream).count("share.revoked") == 1
    assert submit(ann, f"/links/{link_ids()[0] + 1}/revoke", {}).status_code == 404


def test_the_page_is_kept_out_of_search_caches_and_referrers(
    client: FlaskClient, cast: Cast, acme: Known
) -> None:
    token = link(cast, acme)
    with client.get(f"/share/{token}/events") as stream:
        answers = [client.get(f"/share/{token}"), stream]
        for answer in answers:
            assert "noindex" in answer.headers["X-Robots-Tag"]
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'self'" in policy
            assert "unsafe" not in policy
            assert "Set-Cookie" not in answer.headers
    assert client.get("/login").headers["Referrer-Policy"] == "same-origin"


def test_nobody_inside_is_named_beyond_the_first_name_and_nothing_internal_shows(
    client: FlaskClient, cast: Cast, acme: Known
) -> None:
    number = book(cast, acme)
    with transaction() as session:
        roster = Roster(cutover_id=number, state="solved")
        roster.seats = [
            Seat(team="ops", role="primary", user_id=cast["omar"], state="accepted"),
            Seat(team="neteng", role="primary", user_id=cast["nina"], state="invited"),
        ]
        session.add(roster)
        stream = f"cutover:{number}"
        reason = {"reason": "errors rose to 4.0 % on the moved arm", "run": 1}
        record(session, stream, "ramp.held", SYSTEM, reason)
        said = {"sentence": "evidence 1.2 of 1 on errors", "signal": "errors"}
        record(session, stream, "guard.alarm", SYSTEM, said, {"note": "Omar looks"})
    run(number, "undecided", 50.0, 2)
    posts.follow()
    page = client.get(f"/share/{link(cast, acme)}").text
    assert "Omar" in page
    assert "We hold here and look before we go on" in page
    hidden = ("Okafor", "Nina", "omar@", "ann@", "evidence", "errors rose", "undecided", "ramp.")
    assert [word for word in hidden if word in page] == []


@pytest.mark.parametrize(
    ("state", "share", "words"),
    [
        ("holding", 5.0, "Your traffic is moving"),
        ("waiting_go", 5.0, "a person says go"),
        ("held", 5.0, "Your traffic stays as it is"),
        ("drifted", 7.0, "is not the one that we set"),
        ("restoring", 7.0, "back to what was planned"),
        ("stepping_back", 25.0, "moving some of your traffic back"),
        ("rolling_back", 5.0, "back to the old path"),
        ("rolled_back", 0.0, "All of your traffic is on the old path"),
        ("finished", 100.0, "All of your traffic is on the new path"),
        ("finished", 50.0, "the rest of your traffic stays on the old path"),
        ("abandoned", 5.0, "This run was stopped"),
    ],
)
def test_the_page_says_in_plain_words_where_the_traffic_is(
    client: FlaskClient, cast: Cast, acme: Known, state: str, share: float, words: str
) -> None:
    number = book(cast, acme)
    run(number, state, share, 1)
    page = client.get(f"/share/{link(cast, acme)}").text
    assert words in page
    stays = "stays as it is" in page
    assert stays == (state in ("held", "abandoned")), "said only where nothing touches the switch"
    assert f'<span data-figure="share">{share:g}</span>' in page


def test_every_state_of_a_ramp_has_plain_words_and_developers_see_each(
    app: Flask, cast: Cast
) -> None:
    assert set(STATES) <= set(shared.PLAIN_STATES)
    page = browser(app, "ann").get("/style/shared").text
    shown = re.findall(r'class="share-state share-(\w+)"', page)
    assert sorted(shown) == sorted({*shared.PLAIN_STATES.values(), "none", "off"})
    assert 'class="share-hold"' in page
    assert page.count('class="task"') == 3


def test_what_was_called_off_is_said_until_something_new_is_booked(
    app: Flask, client: FlaskClient, cast: Cast, acme: Known
) -> None:
    first, token = book(cast, acme), link(cast, acme)
    with transaction() as session:
        cutovers.cancel(session, Actor(f"user:{cast['ann']}", "web"), first, "rain at the depot")
    posts.follow()
    page = client.get(f"/share/{token}").text
    assert "Called off" in page
    assert "rain" not in page
    book(cast, acme)
    assert "Planned" in client.get(f"/share/{token}").text


def test_two_customers_see_nothing_of_one_another(
    client: FlaskClient, cast: Cast, acme: Known
) -> None:
    other = customer("Globex", timezone="Asia/Tokyo")
    book(cast, acme), book(cast, other)
    pages = {one: client.get(f"/share/{link(cast, one)}").text for one in (acme, other)}
    assert "<title>Acme moves</title>" in pages[acme]
    assert "<title>Globex moves</title>" in pages[other]
    assert "lobex" not in pages[acme]
    assert "cme" not in pages[other]


def test_times_are_in_the_customers_zone_with_utc_beside_them(
    client: FlaskClient, cast: Cast, acme: Known
) -> None:
    number = book(cast, acme)
    with transaction() as session:
        start = clock.parse("2030-07-04T14:00:00Z")
        cutovers.change_window(
            session, Actor(f"user:{cast['ann']}", "web"), number, start,
            start + timedelta(hours=5), 1,
        )  # fmt: skip
    page = client.get(f"/share/{link(cast, acme)}").text
    assert "10:00 to 15:00 EDT" in page
    assert "14:00 to 19:00 UTC" in page
    assert 'datetime="2030-07-04T14:00:00Z"' in page
