"""Support by its figures: speed and correctness against satisfaction."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from onboarding import clock
from onboarding.db import transaction
from onboarding.outreach.models import Outreach
from onboarding.reports.happiness import Scores, finding
from onboarding.reports.intervals import difference
from onboarding.tickets.models import Handover, Stint, Ticket, TicketMessage
from tests.cast import Cast
from tests.reports.test_pages import document, rows
from tests.stories import Known, browser, customer

T = datetime(2027, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def ticket(known: Known, at: datetime, hours: float | None, **more: Any) -> int:
    """A question that was answered so many hours after `at` (None: not yet), in working time too."""
    values: dict[str, Any] = {"severity": 3, "state": "closed", "source": "form", **more}
    with transaction() as session:
        row = Ticket(reference=f"{known.customer}-{at.timestamp()}-{hours}-{more}", **values)
        row.customer_id, row.subject, row.opened_at, row.last_at = known.customer, "Q", at, at
        row.holder_team, row.owes = "support", "support"
        row.asked_at, row.first_due_at = at, at + 4 * HOUR
        if hours is not None:
            row.first_response_at = at + hours * HOUR
            row.first_working_s = hours * 3600
            row.resolved_at = more.get("resolved_at", at + 30 * HOUR)
        session.add(row)
        session.flush()
        return row.id


@pytest.fixture
def acme(app: Flask, cast: Cast) -> Known:
    return customer("Acme", manager=cast["ann"])


@pytest.fixture
def ann(app: Flask, acme: Known) -> FlaskClient:
    return browser(app, "ann")


def test_the_first_answer_is_a_humans_in_working_time_and_on_the_clock(
    ann: FlaskClient, acme: Known
) -> None:
    at = clock.now() - timedelta(days=3)
    for number in range(9):
        ticket(acme, at + timedelta(minutes=number), 1 + number)
    ticket(acme, at, None, state="new")
    merged = ticket(acme, at + timedelta(seconds=30), 1)
    ticket(acme, at, 2, merged_into_id=merged, state="merged")
    [line] = rows(ann, "support", "first")
    assert (line["severity"], line["tickets"], line["open"]) == ("3: something is wrong", 11, 1)
    assert line["working"] == 4.0
    assert line["elapsed"] == pytest.approx(4.0, abs=0.01)
    assert line["kept"] == pytest.approx(100 * 5 / 11, abs=0.01)
    assert line["kept_low"] < line["kept"] < line["kept_high"]
    narrow = rows(ann, "support", "first", level="hands_on")
    assert narrow == []


def test_speed_and_correctness_are_held_against_satisfaction(ann: FlaskClient, acme: Known) -> None:
    at = clock.now() - timedelta(days=3)
    for number in range(25):
        when = at + timedelta(minutes=number)
        ticket(acme, when, 0.5, score=5 if number else 2)
        ticket(acme, when, 9.0, score=2 if number > 3 else 4, reopened=int(number > 20))
    found = rows(ann, "support", "satisfaction")
    quick = next(one for one in found if one["speed"] == "within an hour")
    assert (quick["answers"], quick["happy"]) == (25, 96)
    said = [one["finding"] for one in rows(ann, "support", "findings")]
    assert said[0].startswith("Answered within an hour against later: customers are happier")
    assert "not enough data (46 and 4 answers" in said[1]
    figures = {one["key"]: one for one in document(ann, "support")["figures"]}
    assert (figures["reopened"]["value"], figures["reopened"]["of"]) == (8, 50)
    assert (figures["happy"]["value"], figures["kept"]["value"]) == (56, 50)
    assert "no proof of a cause" in ann.get("/reports/support").text


def said(number: int, *sides: tuple[str, datetime]) -> None:
    """What was said in a question, by whom and when."""
    with transaction() as session:
        for place, (side, at) in enumerate(sides, start=1):
            row = TicketMessage(ticket_id=number, number=place, at=at, side=side, text="Words")
            row.actor, row.name, row.source = "system", "Somebody", "form"
            session.add(row)


def test_what_comes_after_the_first_answer_is_timed_too(ann: FlaskClient, acme: Known) -> None:
    at = clock.now() - timedelta(days=3)
    for hours in range(1, 8):
        when = at + timedelta(minutes=hours)
        number = ticket(acme, when, 1, next_missed=int(hours > 5), resolve_working_s=hours * 7200.0)
        with transaction() as session:
            session.get_one(Ticket, number).resolve_due_at = at + timedelta(
                hours=31 if hours < 7 else 2
            )
        asked, again = when + 2 * HOUR, when + 3 * HOUR
        turns = [("customer", when), ("auto", when), ("staff", when + HOUR), ("staff", when + HOUR)]
        turns += [("customer", asked), ("note", again), ("customer", again)]
        ends = [("staff", asked + hours * HOUR), ("customer", when + 29 * HOUR)]
        said(number, *turns[:4], *ends, *turns[4:])  # what is merged in stands at the end
    ticket(acme, at, 1, state="claimed", resolved_at=None, next_due_at=at + 9 * HOUR)
    [line] = rows(ann, "support", "next")
    assert (line["answers"], line["overdue"], round(line["median"], 3)) == (7, 1, 4.0)
    assert line["kept"] == pytest.approx(100 * 5 / 8, abs=0.01)
    [line] = rows(ann, "support", "solutions")
    assert (line["solved"], line["median"], round(line["elapsed"], 3)) == (7, 8.0, 30.0)
    assert line["kept"] == pytest.approx(100 * 6 / 7, abs=0.01)
    figures = {one["key"]: one for one in document(ann, "support")["figures"]}
    assert round(figures["next"]["value"], 3) == 4.0
    assert (figures["next_kept"]["of"], figures["resolve_kept"]["of"]) == (8, 7)
    assert figures["resolve"]["value"] == 8.0
    page = ann.get("/reports/support").text
    assert "The next answers, by severity" in page
    assert "The solution, by severity" in page


def test_teams_that_were_asked_answer_in_time_or_not(ann: FlaskClient, acme: Known) -> None:
    at = clock.now() - timedelta(days=3)
    number = ticket(acme, at, 1)
    with transaction() as session:
        for late in (0, 0, 1):
            row = Handover(ticket_id=number, team="ops", question="Why?", asked_at=at)
            row.accept_by, row.due_at = at + HOUR, at + 4 * HOUR
            row.accepted_at, row.answered_at = at + HOUR / 2, at + (3 + 2 * late) * HOUR
            row.ended, row.escalations = "answered", late
            session.add(row)
        instant = {"since": at, "until": at + timedelta(microseconds=20)}
        session.add(Stint(ticket_id=number, team="neteng", **instant))
    [line] = rows(ann, "support", "held")  # less than the database tells apart: no share of nothing
    assert (line["stints"], round(line["hours"], 3)) == (1, 0.0)
    with transaction() as session:
        for team, since, until in (("support", 0, 2), ("ops", 2, 8), ("support", 8, None)):
            ends = at + until * HOUR if until else None
            session.add(Stint(ticket_id=number, team=team, since=at + since * HOUR, until=ends))
    [line] = rows(ann, "support", "handovers")
    assert (line["team"], line["asked"], line["accepted"]) == ("Operations", 3, 100)
    assert (line["escalated"], round(line["kept"])) == (1, 67)
    support, ops, _ = rows(ann, "support", "held")
    assert (ops["team"], round(ops["hours"], 3), round(ops["share"])) == ("Operations", 6.0, 20)
    assert (support["stints"], round(support["hours"], 3)) == (2, 24.0), "until it was solved"


def test_chances_that_became_a_round_are_counted(ann: FlaskClient, acme: Known) -> None:
    with transaction() as session:
        for kept in (True, False):
            row = Outreach(customer_id=acme.customer, turnup_id=acme.turnup, kind="chance")
            row.cause, row.onset, row.round_id = (
                "offload",
                clock.now(),
                acme.turnup if kept else None,
            )
            row.opened_at = row.last_seen_at = row.onset
            session.add(row)
    [line] = rows(ann, "outreach", "chances")
    assert (line["seen"], line["rounds"]) == (2, 1)
    with transaction() as session:
        for _ in range(60):
            row = Outreach(customer_id=acme.customer, turnup_id=acme.turnup, kind="trouble")
            row.onset = row.opened_at = row.last_seen_at = clock.now()
            session.add(row)
    page = ann.get("/reports/outreach").text
    assert "The first 50 of 60; all of them are in the CSV." in page
    assert page.partition('id="all"')[2].count("<tr>") == 51
    assert len(ann.get("/reports/outreach/all.csv").text.splitlines()) == 61


@given(st.integers(0, 200), st.integers(1, 200), st.integers(0, 200), st.integers(1, 200))
def test_the_interval_of_a_difference_holds_it(a: int, n: int, b: int, m: int) -> None:
    a, b = min(a, n), min(b, m)
    low, high = difference(a, n, b, m) or (9.0, 9.0)
    assert -1 <= low <= a / n - b / m + 1e-9
    assert a / n - b / m - 1e-9 <= high <= 1


def test_newcombes_interval_is_the_published_one() -> None:
    assert difference(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=1e-4)
    assert difference(0, 0, 1, 2) is None


def test_a_difference_is_claimed_only_where_it_shows() -> None:
    assert "happier" in finding("X", Scores(95, 100), Scores(50, 100))
    assert "less happy" in finding("X", Scores(50, 100), Scores(95, 100))
    assert "no difference shown" in finding("X", Scores(60, 100), Scores(55, 100))
    assert "not enough data" in finding("X", Scores(19, 19), Scores(0, 100))
