"""The day a turn-up can go live follows from what is left, and may be kept from the customer."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from onboarding import config
from onboarding.checklists.actions import start
from onboarding.checklists.outlook import LEAST, go_live, usual
from onboarding.checklists.progress import Mark, survey
from onboarding.checklists.template import Item
from onboarding.customers.models import Turnup
from onboarding.db import transaction
from onboarding.trail.log import SYSTEM
from tests.cast import Cast
from tests.doors import submit
from tests.stories import browser, customer, kinds

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def item(key: str, *needs: str, stage: str = "config", days: float = 2) -> Item:
    span = timedelta(days=days)
    return Item(key, stage, "customer", key, "", span, depends_on=needs, required=True)


ITEMS = (item("a"), item("b", "a", days=3), item("c", days=4), item("z", stage="live", days=90))


def test_the_longest_chain_decides_and_history_counts_before_the_plan() -> None:
    lines = survey(ITEMS, (), {}, now=NOW)
    found = go_live(lines, {}, NOW)
    assert (found.at, found.chain, found.late) == (NOW + 5 * DAY, ("a", "b"), False)
    took = usual({"c": [8 * DAY, 9 * DAY, 30 * DAY], "a": [90 * DAY]})
    assert go_live(lines, took, NOW).chain == ("c",)
    assert go_live(lines, took, NOW).at == NOW + 9 * DAY


def test_the_booked_cutover_is_the_earliest_day() -> None:
    lines = survey(ITEMS, (), {}, now=NOW)
    assert go_live(lines, {}, NOW, NOW + 20 * DAY).at == NOW + 20 * DAY
    assert go_live(lines, {}, NOW, NOW + DAY).late
    done = survey(ITEMS, [Mark(one.id, done_by="x") for one in ITEMS], {}, now=NOW)
    assert go_live(done, {}, NOW).at == NOW


@given(st.lists(st.tuples(st.floats(0, 20), st.sets(st.integers(0, 6))), max_size=7), st.data())
def test_settling_something_never_moves_the_day_back(
    drawn: list[tuple[float, set[int]]], data: st.DataObject
) -> None:
    items = [
        item(str(number), *(str(one) for one in needs if one < number), days=days)
        for number, (days, needs) in enumerate(drawn)
    ]
    before = go_live(survey(items, (), {}, now=NOW), {}, NOW)
    done = data.draw(st.sets(st.sampled_from([one.id for one in items] or ["0"])))
    after = go_live(survey(items, [Mark(one, done_by="x") for one in done], {}, now=NOW), {}, NOW)
    assert NOW <= after.at <= before.at
    assert before.at <= NOW + sum((max(one.how_long or LEAST, LEAST) for one in items), timedelta())


def test_both_pages_show_it_and_the_customers_may_not(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme = customer("Acme", manager=cast["ann"])
    with transaction() as session:
        start(session, SYSTEM, session.get_one(Turnup, acme.turnup), "static-assets")
    ann, cora = browser(app, "ann"), browser(app, acme.email)
    assert "can go live" in ann.get(f"/turnups/{acme.turnup}").text
    assert "can go live" in cora.get("/workspace").text
    monkeypatch.setenv("TURNUP_SHOW_OUTLOOK", "false")
    config.settings.cache_clear()
    assert "can go live" in ann.get(f"/turnups/{acme.turnup}").text
    assert "can go live" not in cora.get("/workspace").text
    monkeypatch.undo()
    config.settings.cache_clear()


def test_the_account_manager_hides_it_from_one_customer_and_shows_it_again(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme, beta = customer("Acme", manager=cast["ann"]), customer("Beta")
    with transaction() as session:
        for known in (acme, beta):
            start(session, SYSTEM, session.get_one(Turnup, known.turnup), "static-assets")
    ann, cora = browser(app, "ann"), browser(app, acme.email)
    where = f"/turnups/{acme.turnup}"
    assert "the customer sees the day" in ann.get(where).text
    assert submit(ann, f"{where}/outlook", {"shown": "no"}).status_code == 303
    assert "the day is kept from the customer" in ann.get(where).text
    assert "can go live" not in cora.get("/workspace").text
    assert "can go live" in browser(app, beta.email).get("/workspace").text, "one, not all"
    assert submit(cora, f"{where}/outlook", {"shown": "yes"}).status_code == 403
    monkeypatch.setenv("TURNUP_SHOW_OUTLOOK", "false")
    config.settings.cache_clear()
    submit(ann, f"{where}/outlook", {"shown": "yes"})
    assert "can go live" in cora.get("/workspace").text
    assert kinds(acme.stream).count("turnup.outlook") == 2
    monkeypatch.undo()
    config.settings.cache_clear()
