"""The level of help: open items follow it, and only those concerned are told, each once."""

from datetime import timedelta

import pytest
from flask import Flask

from onboarding import clock
from onboarding.checklists.levels import Move, moves, news, owners_concerned
from onboarding.checklists.progress import Line
from onboarding.checklists.rights import TEAMS
from onboarding.checklists.template import Item
from onboarding.customers.models import Customer
from onboarding.db import db, transaction
from onboarding.people.models import Shift
from onboarding.trail.log import read
from tests.cast import PASSWORD, PEOPLE, Cast
from tests.customers.post import letters, printed_link
from tests.customers.signing import SignedUp, signed_up
from tests.doors import sign_in, submit


@pytest.fixture
def cora(app: Flask, cast: Cast) -> SignedUp:
    return signed_up(app)


def choose(cora: SignedUp, level: str) -> None:
    address = f"/turnups/{cora.turnup}/help-level"
    assert submit(cora.client, address, {"level": level}).status_code == 303


def told() -> list[str]:
    return [letter.recipient.partition("@")[0] for letter in letters("level:")]


def item(key: str, **more: object) -> Item:
    return Item(key, "config", "customer", f"Do {key}", "Because.", **more)  # type: ignore[arg-type]


def test_only_unsettled_items_that_the_template_gives_to_others_move() -> None:
    ours = (("hands_on", "support"),)
    lines = [
        Line(item("mine"), "open", "customer"),
        Line(item("ours", owner_at=ours), "open", "customer"),
        Line(item("waits", owner_at=ours), "blocked", "customer"),
        Line(item("done", owner_at=ours), "done", ""),
        Line(item("waived", owner_at=ours), "waived", ""),
    ]
    assert [m.item.id for m in moves("Shop", lines, "self_serve", "hands_on")] == ["ours", "waits"]
    assert [m.to for m in moves("Shop", lines, "hands_on", "guided")] == ["customer", "customer"]
    assert moves("Shop", lines, "self_serve", "guided") == []


def test_each_reads_what_is_theirs_now_and_what_no_longer() -> None:
    moved = [
        Move("Shop", item("a"), "customer", "support"),
        Move("Shop", item("b"), "ops", "customer"),
    ]
    assert owners_concerned(moved) == {"support", "ops"}
    text = news("Guided.", {"customer"}, moved, "http://x")
    assert text.index("Yours from now on:\n- Do b") < text.index("No longer yours:\n- Do a")
    assert "Do b" not in news("Guided.", {"support"}, moved, "http://x")


def test_items_follow_the_level_and_back_and_staff_are_told_once_each_time(
    app: Flask, cora: SignedUp, cast: Cast
) -> None:
    choose(cora, "hands_on")
    sue = next(one for one in letters("level:") if one.recipient.startswith("sue@"))
    assert "Yours from now on:" in sue.text
    assert "Hands-on" in sue.subject
    first = told()
    assert len(set(first)) == len(first)
    entries = read(db.session(), f"customer:{cora.customer}")
    moved = [entry.payload for entry in entries if entry.kind == "checklist.reassigned"]
    assert {one["from"] for one in moved[0]["items"]} == {"customer"}
    teams = {TEAMS.get(one["to"], one["to"]) for one in moved[0]["items"]}
    assert set(first) == {name for name, (_, _, team) in PEOPLE.items() if team in teams}

    choose(cora, "hands_on")  # a double click
    assert told() == first
    choose(cora, "self_serve")
    assert sorted(told()) == sorted(first * 2)  # they lose what they had
    entries = read(db.session(), f"customer:{cora.customer}")
    moved = [entry.payload for entry in entries if entry.kind == "checklist.reassigned"]
    assert {one["to"] for one in moved[-1]["items"]} == {"customer"}
    assert len(moved) == 2
    ann = sign_in(app.test_client(), "ann")
    assert "re-assigned" in ann.get(f"/turnups/{cora.turnup}").text


def test_only_the_account_manager_and_whose_shift_it_is_are_called_upon(
    cora: SignedUp, cast: Cast
) -> None:
    with transaction() as session:
        session.get_one(Customer, cora.customer).account_manager_id = cast["ann"]
        now = clock.now()
        start, end = now - timedelta(hours=1), now + timedelta(hours=1)
        for name in ("sid", "nina", "olga"):
            session.add(Shift(user_id=cast[name], starts_at=start, ends_at=end))
    choose(cora, "guided")
    assert sorted(told()) == ["ann", "nina", "olga", "sid"]  # one for each team with an item


def test_nobody_of_the_vendor_hears_of_a_customer_who_helps_themselves(
    app: Flask, cora: SignedUp
) -> None:
    signed_up(app, company="Other", email="olli@other.example")
    assert letters("level:") == []


def test_team_mates_are_told_and_whoever_did_it_is_not(
    app: Flask, cora: SignedUp, capsys: pytest.CaptureFixture[str]
) -> None:
    submit(cora.client, "/workspace/invitations", {"email": "tom@acme.example"})
    link = printed_link(letters("invitation:")[0], capsys)
    submit(app.test_client(), link, {"name": "Tom Mate", "password": PASSWORD}, page=link)
    choose(cora, "guided")
    assert "tom" in told()
    assert "cora" not in told()
    ann = sign_in(app.test_client(), "ann")
    submit(ann, f"/turnups/{cora.turnup}/help-level", {"level": "hands_on"})
    assert told().count("tom") == 2
    assert told().count("cora") == 1
