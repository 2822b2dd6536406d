"""The board as a table: filters, order, pages and the median, all in the address."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from onboarding import clock
from onboarding.board import jobs
from onboarding.board.models import Summary
from onboarding.board.wording import spent
from onboarding.customers.actions import Wish, add_goal
from onboarding.customers.models import StageEntry, Turnup
from onboarding.db import transaction
from onboarding.trail.log import SYSTEM
from tests.board.building import go_to, turnups
from tests.board.test_board import book, counted
from tests.cast import Cast
from tests.customers.signing import signed_up
from tests.stories import Known, browser, customer

ROW_OF_BOARD = re.compile(r'class="board-name" href="[^"]+">([^<]+)</a>')
ROW = re.compile(r'<th scope="row"><a class="board-link" href="/turnups/\d+">([^<]+)</a>')


@pytest.fixture
def ann(app: Flask, cast: Cast) -> FlaskClient:
    return browser(app, "ann")


def names(client: FlaskClient, **asked: str) -> list[str]:
    """The turn-ups of the table in its order."""
    answer = client.get("/", query_string={"view": "table", "who": "all", **asked})
    assert answer.status_code == 200
    return ROW.findall(answer.text)


def entered(known: Known, days: int) -> None:
    with transaction() as session:
        at = clock.now() - timedelta(days=days)
        session.execute(update(Turnup).where(Turnup.id == known.turnup).values(entered_at=at))


@pytest.fixture
def three(cast: Cast) -> dict[str, Known]:
    """Acme is at signup for 3 days, Beta in forecast for 40, Carl books its cutover since today."""
    found = {
        "acme": customer("Acme", manager=cast["ann"]),
        "beta": customer("Beta"),
        "carl": customer("Carl", manager=cast["sue"]),
    }
    go_to(found["beta"].turnup, "forecast")
    go_to(found["carl"].turnup, "test")
    entered(found["acme"], 3)
    entered(found["beta"], 40)
    jobs.follow()
    return found


ORDERS = {
    "": "Beta Acme Carl",
    "days": "Carl Acme Beta",
    "name": "Acme Beta Carl",
    "-name": "Carl Beta Acme",
    "stage": "Acme Beta Carl",
    "ball": "Carl Beta Acme",
    "blocks": "Carl Acme Beta",
    "risk": "Beta Acme Carl",
    "next": "Beta Acme Carl",
    "manager": "Acme Carl Beta",
    "nonsense": "Beta Acme Carl",
}


def test_every_column_sorts(ann: FlaskClient, three: dict[str, Known]) -> None:
    assert {sort: " ".join(names(ann, sort=sort)) for sort in ORDERS} == ORDERS


def test_filters_are_the_address(ann: FlaskClient, three: dict[str, Known]) -> None:
    assert names(ann, stage="forecast") == ["Beta"]
    assert names(ann, ball="customer") == ["Beta", "Acme"]
    assert names(ann, ball="account_manager") == ["Carl"]
    assert names(ann, trouble="yes") == ["Beta"]
    assert names(ann, trouble="no", q="acme") == ["Acme"]
    assert names(ann, who="mine") == ["Acme"]
    columns = ann.get("/?who=all&trouble=yes").text
    assert ROW_OF_BOARD.findall(columns) == ["Beta"]
    assert 'stage=forecast&amp;trouble=yes"' in columns or "trouble=yes&amp;" in columns
    assert names(ann, ball="nobody-of-that-name", stage="x", trouble="\x00", page="-3") == []


def test_a_row_says_what_blocks_it_whose_turn_it_is_and_its_risk_in_words(
    ann: FlaskClient, three: dict[str, Known]
) -> None:
    page = ann.get("/?view=table&who=all").text
    for words in (
        "Say what you want to reach",
        "Upload the traffic history",
        "Nothing moved for a month",
        "Book the cutover",
        "Account manager",
        "None seen",
        'aria-sort="descending"',
    ):
        assert words in page


def test_days_stand_beside_the_median_of_those_who_left_the_stage(
    ann: FlaskClient, three: dict[str, Known]
) -> None:
    with transaction() as session:
        left = update(StageEntry).where(StageEntry.stage == "signup")
        earlier = clock.now() - timedelta(days=2)
        session.execute(left.values(entered_at=earlier, left_at=earlier + timedelta(days=1)))
    jobs.sweep()
    assert "Slower than most" not in ann.get("/?view=table&who=all&q=carl").text
    assert "slower than most" in ann.get("/?who=all&q=acme").text
    page = ann.get("/?view=table&who=all&q=acme").text
    assert "median 1 d</span>" in page
    assert "Slower than most" in page


@pytest.mark.parametrize(
    ("days", "said"), [(0.0002, "under 1 h"), (0.2, "5 h"), (0.99, "0.99 d"), (12.5, "12.5 d")]
)
def test_a_median_is_said_as_short_as_it_can_be(days: float, said: str) -> None:
    assert spent(days) == said


def test_what_follows_the_trail_is_found_by_the_filter(
    app: Flask, ann: FlaskClient, cast: Cast
) -> None:
    cora = signed_up(app)
    assert names(ann, trouble="yes") == []
    book(cora, cast["ann"], ramp="rolled_back")  # nothing is told of it: only time finds it
    jobs.sweep()
    assert names(ann, trouble="yes") == ["Acme Shoes"]
    assert names(ann, sort="-next") == ["Acme Shoes"]


def test_many_rows_come_in_pages_with_as_few_queries(ann: FlaskClient, cast: Cast) -> None:
    turnups("config", 3, booked_by=cast["ann"])
    jobs.sweep()
    with counted() as few:
        assert len(names(ann)) == 3
    turnups("config", 60, booked_by=cast["ann"])
    jobs.sweep()
    with counted() as many:
        first = names(ann)
    assert len(many) == len(few) < 30
    assert len(first) == 50
    rest = names(ann, page="2")
    assert len(rest) == 13
    assert names(ann, page="99") == rest
    with counted() as searched:
        assert names(ann, q="config") == first
    assert len(searched) < len(many)
    assert "63 turn-ups" in ann.get("/?view=table&who=all&q=config").text
    assert names(ann, q="config", page="99") == rest
    part = ann.get("/?view=table", headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith('<div id="board"')


def test_an_empty_table_says_so(ann: FlaskClient) -> None:
    assert "No customers yet" in ann.get("/?view=table").text
    assert "Nothing matches" in ann.get("/?view=table&ball=ops").text


def test_the_columns_stand_on_summaries_until_something_is_told(
    app: Flask, ann: FlaskClient, cast: Cast
) -> None:
    turnups("config", 3, booked_by=cast["ann"])
    acme = customer("Acme")
    with counted() as anew:
        first = ann.get("/?who=all").text
    jobs.follow()
    jobs.sweep()
    with counted() as kept:
        page = ann.get("/?who=all").text
    assert ROW_OF_BOARD.findall(page) == ROW_OF_BOARD.findall(first)
    assert len(kept) < len(anew) - 8
    assert "Say what you want to reach" in page
    with transaction() as session:
        wish = Wish("feature", "logs")
        add_goal(session, SYSTEM, session.get_one(Turnup, acme.turnup), wish)
    assert "Say what you want to reach" not in ann.get("/?who=all").text, "before it is followed"


def test_a_summary_holds_for_no_longer_than_time_lets_it(
    ann: FlaskClient, three: dict[str, Known]
) -> None:
    entered(three["acme"], 31)  # told by nobody
    assert ann.get("/?who=all").text.count("Nothing moved for a month") == 2
    with transaction() as session:
        session.execute(update(Summary).values(good_until=clock.now()))
    assert ann.get("/?who=all").text.count("Nothing moved for a month") == 4
