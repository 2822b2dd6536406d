"""The board: who is where, what blocks them, who has the ball; never more queries for more rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, update

from onboarding import clock
from onboarding.checklists.models import ChecklistItem
from onboarding.customers import actions
from onboarding.customers.models import Customer, Turnup
from onboarding.customers.stages import STAGES
from onboarding.cutovers.models import Cutover
from onboarding.db import db, transaction
from onboarding.people.models import User
from onboarding.ramps.models import Ramp
from onboarding.trail.log import SYSTEM
from tests.board.building import go_to, turnups
from tests.cast import Cast
from tests.customers.signing import SignedUp, signed_up
from tests.doors import sign_in, submit


@pytest.fixture
def ann(app: Flask, cast: Cast) -> FlaskClient:
    return sign_in(app.test_client(), "ann")


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that reach the database within the block."""
    said: list[str] = []

    def note(_c: object, _cur: object, statement: str, *_more: object) -> None:
        said.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def column(page: str, stage: str) -> str:
    """The part of the board that shows one stage."""
    return page.partition(f'id="stage-{stage}"')[2].partition("</section>")[0]


def test_an_empty_board_says_how_it_fills(ann: FlaskClient) -> None:
    page = ann.get("/")
    assert page.status_code == 200
    assert "No customers yet" in page.text


def test_a_customer_who_opens_it_goes_to_their_workspace(app: Flask, cast: Cast) -> None:
    assert signed_up(app).client.get("/").headers["Location"] == "/workspace"


def test_every_customer_stands_in_their_stage_with_what_blocks_them(
    app: Flask, ann: FlaskClient
) -> None:
    signed_up(app)
    later = signed_up(app, company="Rival Video", email="carl@rival.example")
    go_to(later.turnup, "forecast")
    page = ann.get("/").text
    first = column(page, "signup")
    assert "Acme Shoes" in first
    assert "Say what you want to reach" in first
    assert "Customer" in first
    second = column(page, "forecast")
    assert "Rival Video" in second
    assert "Upload the traffic history" in second
    assert "Rival Video" not in first


def test_the_ball_is_shown_as_yours(app: Flask, ann: FlaskClient, cast: Cast) -> None:
    cora = signed_up(app)
    go_to(cora.turnup, "test")
    with transaction() as session:
        session.execute(update(Customer).values(account_manager_id=cast["ann"]))
        session.execute(update(ChecklistItem).values(state="waived", note="not in this test"))
    shown = column(ann.get("/").text, "test")
    assert "Book the cutover" in shown
    assert "board-ball-yours" in shown


def test_mine_first_and_all_with_one_click(app: Flask, ann: FlaskClient, cast: Cast) -> None:
    mine = signed_up(app, company="Mine")
    signed_up(app, company="Other", email="o@other.example")
    with transaction() as session:
        customer = session.get_one(Customer, mine.customer)
        actions.assign(session, SYSTEM, customer, session.get(User, cast["ann"]))
    page = ann.get("/").text
    assert "Mine</a>" in column(page, "signup")
    assert "Other" not in page
    assert "Other" in ann.get("/?who=all").text
    omar = sign_in(app.test_client(), "omar")
    assert "Other" in omar.get("/").text, "who has no customers sees all"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("acme", True),
        ("IMG.acme", True),
        ("rival", False),
        ("%", False),
        ("_", False),
        ("'", False),
    ],
)
def test_search_finds_names_and_hostnames(
    app: Flask, ann: FlaskClient, text: str, found: bool
) -> None:
    signed_up(app)
    page = ann.get("/", query_string={"q": text}).text
    assert ("Acme Shoes" in page) == found
    assert ("Nothing matches" in page) != found


def test_a_part_of_the_page_is_given_to_htmx_alone(app: Flask, ann: FlaskClient) -> None:
    signed_up(app)
    part = ann.get("/?q=acme", headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith('<div id="board"')
    assert "<html" not in part


def test_what_was_typed_cannot_break_the_page(ann: FlaskClient) -> None:
    answer = ann.get("/", query_string={"q": '"><script>x</script>\x00', "stage": "x", "who": "y"})
    assert answer.status_code == 200
    assert "<script>x" not in answer.text


def test_a_ramp_that_was_rolled_back_is_trouble(app: Flask, ann: FlaskClient, cast: Cast) -> None:
    cora = signed_up(app)
    book(cora, cast["ann"], ramp="rolled_back")
    page = ann.get("/").text
    assert "1 in trouble" in page
    assert "The ramp is rolled back" in page


def test_a_window_that_closed_without_a_flip_is_trouble(
    app: Flask, ann: FlaskClient, cast: Cast
) -> None:
    book(signed_up(app), cast["ann"], starts_in=timedelta(hours=-5))
    assert "Its window closed without a flip" in ann.get("/").text


def test_nothing_for_a_month_is_trouble(app: Flask, ann: FlaskClient) -> None:
    cora = signed_up(app)
    with transaction() as session:
        long_ago = clock.now() - timedelta(days=31)
        session.execute(update(Turnup).values(entered_at=long_ago))
    assert "Nothing moved for a month" in ann.get("/").text
    go_to(cora.turnup, "config")
    assert "1 in trouble" not in ann.get("/").text


def book(
    cora: SignedUp, by: int, starts_in: timedelta = timedelta(hours=5), ramp: str = ""
) -> None:
    """A cutover of three hours, with a run in the state `ramp`."""
    with transaction() as session:
        cutover = Cutover(
            turnup_id=cora.turnup,
            title="Flip",
            starts_at=clock.now() + starts_in,
            ends_at=clock.now() + starts_in + timedelta(hours=3),
            switch={"kind": "manual", "config": {}},
            metrics={"kind": "push", "config": {}},
            booked_by=by,
            created_at=clock.now(),
        )
        session.add(cutover)
        session.flush()
        if ramp:
            session.add(
                Ramp(
                    cutover_id=cutover.id,
                    run=1,
                    state=ramp,
                    since=clock.now(),
                    started_at=clock.now(),
                )
            )


def test_more_rows_need_no_more_queries(app: Flask, ann: FlaskClient, cast: Cast) -> None:
    for stage in STAGES:
        turnups(stage, 1, booked_by=cast["ann"])
    with counted() as few:
        assert ann.get("/?who=all").status_code == 200
    for stage in STAGES:
        turnups(stage, 9, booked_by=cast["ann"])
    with counted() as many:
        page = ann.get("/?who=all").text
    assert page.count('class="board-row') == 80
    assert len(many) == len(few)
    assert len(many) < 40  # one or two for each kind of evidence, however many rows


def test_a_long_stage_is_cut_and_says_how_much_more(
    app: Flask, ann: FlaskClient, cast: Cast
) -> None:
    turnups("config", 20, booked_by=cast["ann"])
    page = ann.get("/").text
    assert "8 more" in column(page, "config")
    assert ann.get("/?stage=config").text.count('class="board-row') == 20


def test_the_pages_of_a_turn_up_and_a_customer_tell_the_story(
    app: Flask, ann: FlaskClient, cast: Cast
) -> None:
    cora = signed_up(app)
    book(cora, cast["ann"])
    go_to(cora.turnup, "config")
    page = ann.get(f"/turnups/{cora.turnup}").text
    for words in ("moved on from Signup to Configuration", "Flip", "Cora Customer", "signed up"):
        assert words in page
    customer = ann.get(f"/customers/{cora.slug}").text
    assert "cora@acme.example" in customer
    assert ann.get("/customers/nobody").status_code == 404


def test_the_workspace_shows_the_coming_cutover(app: Flask, cast: Cast) -> None:
    cora = signed_up(app)
    book(cora, cast["ann"])
    page = cora.client.get("/workspace").text
    assert "Your cutover" in page
    shown = page[page.index("Your cutover") : page.index("Planned shares:")]
    assert "Europe/Berlin" not in shown
    assert "UTC" in page


def test_a_stage_that_asks_for_nothing_more_is_left_with_one_click(
    app: Flask, ann: FlaskClient
) -> None:
    cora = signed_up(app)
    go_to(cora.turnup, "live")
    with transaction() as session:
        session.execute(update(ChecklistItem).values(state="waived", note="not in this test"))
    page = ann.get(f"/turnups/{cora.turnup}").text
    assert "Move on to Tuning" in page
    assert "Move on to" not in cora.client.get("/workspace").text
    assert submit(ann, f"/turnups/{cora.turnup}/advance", {}).status_code == 303
    assert "Acme Shoes" in column(ann.get("/").text, "tuning")


def test_a_stage_that_still_asks_for_something_is_not_left(app: Flask, ann: FlaskClient) -> None:
    cora = signed_up(app)
    answer = submit(ann, f"/turnups/{cora.turnup}/advance", {})
    assert answer.status_code == 409
    assert "Say what you want to reach" in answer.text
