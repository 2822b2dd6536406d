"""Overdue items remind people: through the outbox, once, and the trail says whom."""

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from onboarding import clock
from onboarding.checklists.actions import set_cutover_at, start
from onboarding.checklists.models import ChecklistItem, Duty
from onboarding.clock import parse
from onboarding.customers.models import Turnup
from onboarding.db import db, transaction
from onboarding.nudges import jobs
from onboarding.outbox.models import Message
from onboarding.people.models import Away, User
from onboarding.trail.log import SYSTEM, read
from tests.cast import Cast
from tests.dying import dying_at
from tests.stories import Known, browser, customer

MONDAY = parse("2027-03-01T09:30:00Z")  # 10:30 in Berlin, 09:30 in UTC, where Ann is


@pytest.fixture
def acme(cast: Cast) -> Known:
    """A customer in Berlin whose cutover was to be long ago, with nothing done for it."""
    known = customer("Acme", manager=cast["ann"])
    with transaction() as session:
        turnup = session.get_one(Turnup, known.turnup)
        start(session, SYSTEM, turnup, "static-assets")
        set_cutover_at(session, known.turnup, MONDAY - timedelta(days=60))
    return known


def at(patch: pytest.MonkeyPatch, moment: datetime) -> None:
    """One pass of the job at that time."""
    with patch.context() as set_clock:
        set_clock.setattr(clock, "now", lambda: moment)
        jobs.sweep()


def letters(recipient: str) -> list[Message]:
    db.session().rollback()
    query = select(Message).where(Message.key.regexp_match("^nudge:(owner|manager):"))
    return list(db.session.scalars(query.where(Message.recipient == recipient)))


def test_the_owner_by_day_and_once_then_the_manager(
    app: Flask, acme: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction() as session:
        session.scalars(select(User).where(User.email == acme.email)).one().languages = ["de"]
    at(monkeypatch, MONDAY.replace(hour=3))
    assert letters(acme.email) == []
    with dying_at("nudges.sent"):
        at(monkeypatch, MONDAY)
    assert letters(acme.email) == [], "the letter and that it was sent are one"
    at(monkeypatch, MONDAY)
    (letter,) = letters(acme.email)
    assert re.fullmatch(r"\[Acme\] \d+ Punkte sind überfällig", letter.subject)
    assert "Die Hostnamen auflisten" in letter.text, "the shipped item, in their language too"
    assert f"/workspace?turnup={acme.turnup}" in letter.text
    ours = len(letters("ann@vendor.example"))  # what Ann herself owns
    at(monkeypatch, MONDAY + timedelta(hours=1))
    assert len(letters(acme.email)) == 1
    at(monkeypatch, MONDAY + timedelta(days=2, hours=1))
    assert len(letters(acme.email)) == 1
    told = letters("ann@vendor.example")
    assert len(told) == ours + 1
    assert "the owner was reminded before you" in told[-1].text
    said = [one for one in read(db.session(), acme.stream) if one.kind == "nudge.sent"]
    assert {one.payload["step"] for one in said} == {"owner", "manager"}
    assert any("Cora Acme" in (one.personal or {})["words"] for one in said)
    page = browser(app, "ann").get(f"/turnups/{acme.turnup}").text
    assert "reminded an owner of what is overdue" in page
    assert "last reminder" in page


def test_nobody_is_reminded_on_a_holiday_of_their_country(
    acme: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction() as session:
        for user in session.scalars(select(User).where(User.email == acme.email)):
            user.country, user.subdivision = "DE", "BE"
    womens_day = MONDAY + timedelta(days=7)  # 8 March, kept in Berlin and not in all of Germany
    at(monkeypatch, womens_day)
    assert letters(acme.email) == []
    at(monkeypatch, womens_day + timedelta(days=1))
    assert len(letters(acme.email)) == 1


def test_what_is_done_or_waits_for_others_reminds_nobody(
    acme: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction() as session:
        for row in session.scalars(select(ChecklistItem)):
            row.state, row.note = "waived", "not wanted"
    at(monkeypatch, MONDAY)
    assert letters(acme.email) == []


def test_a_new_due_time_is_a_new_thing_and_practice_is_none(
    acme: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, MONDAY)
    with transaction() as session:
        set_cutover_at(session, acme.turnup, MONDAY + timedelta(hours=2))
    at(monkeypatch, MONDAY + timedelta(days=1))
    assert len(letters(acme.email)) == 2
    with transaction() as session:
        session.get_one(Turnup, acme.turnup).practice = True
        set_cutover_at(session, acme.turnup, MONDAY)
    at(monkeypatch, MONDAY + timedelta(days=1, hours=1))
    assert len(letters(acme.email)) == 2


def test_a_team_is_reminded_through_the_person_who_has_it_unless_they_are_away(
    app: Flask, cast: Cast, acme: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction() as session:
        for row in session.scalars(select(ChecklistItem)):
            row.definition = {**row.definition, "owner": "ops", "owner_at": {}, "depends_on": []}
        session.query(Duty).filter_by(owner="ops").one().user_id = cast["olga"]
    at(monkeypatch, MONDAY)
    assert len(letters("olga@vendor.example")) == 1
    assert letters("omar@vendor.example") == []
    with transaction() as session:
        late = MONDAY + timedelta(days=1)
        session.add(Away(user_id=cast["olga"], starts_at=MONDAY, ends_at=late + timedelta(days=1)))
        set_cutover_at(session, acme.turnup, MONDAY - timedelta(days=50))
    at(monkeypatch, late)
    assert len(letters("olga@vendor.example")) == 1
    assert len(letters("omar@vendor.example")) == 1
