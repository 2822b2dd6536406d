"""Customers from a table: looked at first, taken in whole or not at all, the same again is nothing."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from onboarding.checklists.queries import of_turnup
from onboarding.cli import customers as command
from onboarding.customers.models import Customer
from onboarding.customers.planning import Known, plan
from onboarding.customers.queries import by_slug
from onboarding.customers.records import Record
from onboarding.customers.sheet import read_sheet
from onboarding.db import db
from onboarding.errors import BadInput
from tests.cast import Cast
from tests.doors import submit
from tests.stories import browser, customer, kinds

GOOD = """name,external_id,timezone,account_manager,hostnames
Beta,crm-1,Europe/Berlin,Ann@vendor.example,www.beta.example beta.example

"Gamma, Inc.",crm-2,,,
"""
BAD = """name;slug;timezone;help_level;hostnames;account_manager
Beta;;Europe/Berlin;guided;;
;;;;;
Gamma;Bad Slug;Mars/Base;;http://x.example/;
Delta;;;;;nobody@vendor.example
Beta;;;;;
"""


def count() -> int:
    db.session().rollback()
    return db.session.scalar(select(func.count(Customer.id))) or 0


def known_as(slug: str) -> Customer:
    db.session().rollback()
    return by_slug(db.session(), slug)


def test_the_page_shows_first_and_takes_in_what_was_seen(app: Flask, cast: Cast) -> None:
    ann = browser(app, "ann")
    looked = submit(ann, "/imports/customers", {"do": "look", "pasted": GOOD})
    assert looked.status_code == 200
    assert "2 made" in looked.text
    assert count() == 0
    table = (BytesIO(GOOD.encode("utf-8-sig")), "table.csv")
    taken = submit(ann, "/imports/customers", {"do": "take", "table": table})
    assert taken.status_code == 200, taken.text
    beta = known_as("beta")
    assert (beta.timezone, beta.account_manager_id) == ("Europe/Berlin", cast["ann"])
    (turnup,) = beta.turnups
    assert [one.name for one in turnup.hostnames] == ["beta.example", "www.beta.example"]
    assert of_turnup(db.session(), turnup.id) is not None
    told = kinds(beta.stream)
    again = submit(ann, "/imports/customers", {"do": "take", "pasted": GOOD})
    assert "2 as they are" in again.text
    assert kinds(beta.stream) == told
    moved = GOOD.replace("Europe/Berlin", "Asia/Tokyo").replace("Beta,", "Beta Ltd,")
    shown = submit(ann, "/imports/customers", {"do": "look", "pasted": moved})
    assert "Europe/Berlin → Asia/Tokyo" in shown.text
    submit(ann, "/imports/customers", {"do": "take", "pasted": moved})
    assert known_as("beta").name == "Beta Ltd"
    assert browser(app, "omar").get("/imports/customers").status_code == 403


def test_one_unusable_line_and_nothing_is_written(app: Flask, cast: Cast) -> None:
    answer = submit(browser(app, "adam"), "/imports/customers", {"do": "take", "pasted": BAD})
    assert answer.status_code == 422
    for place in (
        "line 4, slug",
        "line 4, timezone",
        "line 4, hostnames",
        "line 5, account_manager",
        "line 6, name",
    ):
        assert place in answer.text
    assert count() == 0


def test_the_command_says_the_same(
    app: Flask, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "core", app.app_context)
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text(GOOD)
    bad.write_text(BAD)

    def run(*words: Any) -> Any:
        return CliRunner().invoke(command.customers, ["import", *map(str, words)])

    dry = run(good, "--dry-run")
    assert "line 2: made beta" in dry.output
    assert "dry run, nothing was written" in dry.output
    refused = run(bad)
    assert isinstance(refused.exception, BadInput)
    assert refused.exception.exit_code == 2
    assert f"{bad}: line 4, timezone: " in refused.output
    assert count() == 0
    assert "2 made, 0 changed, 0 same" in run(good).output
    said = json.loads(run(good, "--format", "json").stdout)
    assert [one["outcome"] for one in said["customers"]] == ["same", "same"]
    assert isinstance(run(tmp_path / "none.csv").exception, BadInput)


def test_who_signed_up_is_known_by_slug_and_given_an_external_id(app: Flask, cast: Cast) -> None:
    known = customer("Acme")
    adam = browser(app, "adam")
    submit(
        adam,
        "/imports/customers",
        {"do": "take", "pasted": "name\tslug\texternal_id\nAcme\tacme\tx"},
    )
    db.session().rollback()
    assert db.session().get_one(Customer, known.customer).external_id == "x"
    other = submit(
        adam, "/imports/customers", {"do": "take", "pasted": "name,slug,external_id\nA,acme,y"}
    )
    assert "acme is known as x already" in other.text
    twin = submit(adam, "/imports/customers", {"do": "take", "pasted": "name,external_id\nAcme,z"})
    assert twin.status_code == 200
    assert known_as("acme-2").external_id == "z"


@pytest.mark.parametrize(
    ("place", "content"),
    [
        ("line 1, nome", b"nome\nA"),
        ("line 1, name", b"slug\na"),
        ("line 1, name", b"name,name\na,b"),
        ("line 2", b"name\n\xff"),
        ("line 2", b"name\nA,B"),
        ("line 2", b'name\n"A'),
        ("line 2", b"name\n\x00"),
        ("file", b""),
        ("file", b"name\n"),
    ],
)
def test_unusable_tables_are_named_where_they_are(place: str, content: bytes) -> None:
    records, faults = read_sheet(content)
    assert records == []
    assert [fault.place for fault in faults] == [place]


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda t: f"name,slug\n{t}".encode()))
def test_no_table_is_a_traceback(content: bytes) -> None:
    records, faults = read_sheet(content)
    assert records or faults


_NAMES = st.sampled_from(["Acme", "acme", "Beta"])
_RECORDS = st.builds(
    Record,
    place=st.just("line 2"),
    name=_NAMES,
    external_id=st.sampled_from(["", "1", "2"]),
    slug=st.sampled_from(["", "acme", "acme-2", "beta"]),
)


@given(st.lists(_RECORDS, max_size=5))
def test_what_was_planned_and_done_plans_nothing_more(records: list[Record]) -> None:
    first = plan(records, [], {})
    if first.faults:
        return
    slugs = [one.slug for one in first.planned]
    assert len(slugs) == len(set(slugs))
    done = [
        Known(number, one.slug, one.record.name, one.record.external_id, "UTC", "", "", frozenset())
        for number, one in enumerate(first.planned)
    ]
    again = plan(records, done, {})
    assert not again.faults
    assert {one.outcome for one in again.planned} <= {"same"}
