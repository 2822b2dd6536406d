"""A silent customer is reminded, then at risk; what they do takes the flag down."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from onboarding import clock
from onboarding.checklists.actions import start
from onboarding.checklists.models import ChecklistItem
from onboarding.clock import parse
from onboarding.customers.actions import Wish, add_goal, assign
from onboarding.customers.models import Customer, Turnup
from onboarding.db import db, transaction
from onboarding.nudges import jobs
from onboarding.outbox.models import Message
from onboarding.people.models import User
from onboarding.trail.log import SYSTEM, Actor
from tests.cast import Cast
from tests.stories import Known, browser, customer, kinds

MONDAY = parse("2027-03-01T09:30:00Z")
FLAG = "At risk: the customer is silent"


@pytest.fixture
def acme(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Known:
    """A customer who signed up on a Monday and has said no goal yet."""
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: MONDAY)
        known = customer("Acme", manager=cast["ann"])
        with transaction() as session:
            start(session, SYSTEM, session.get_one(Turnup, known.turnup), "static-assets")
        return known


def at(patch: pytest.MonkeyPatch, days: float) -> None:
    """One pass of the jobs, so many days after the Monday."""
    with patch.context() as set_clock:
        set_clock.setattr(clock, "now", lambda: MONDAY + timedelta(days=days))
        jobs.follow()
        jobs.sweep()


def letters() -> list[str]:
    db.session().rollback()
    query = select(Message.recipient).where(Message.topic.startswith("nudge:"))
    return list(db.session.scalars(query))


def act(patch: pytest.MonkeyPatch, actor: str, days: float) -> None:
    """Somebody notes a goal."""
    moment: datetime = MONDAY + timedelta(days=days)
    with patch.context() as set_clock:
        set_clock.setattr(clock, "now", lambda: moment)
        with transaction() as session:
            turnup = session.scalars(select(Turnup)).one()
            add_goal(session, Actor(actor, "web"), turnup, Wish("feature", f"logs, {days:g}"))


def test_reminded_once_then_at_risk_until_they_act(
    app: Flask, acme: Known, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, 6.9)
    assert letters() == []
    at(monkeypatch, 7.1)
    at(monkeypatch, 8)
    assert letters() == [acme.email]
    at(monkeypatch, 13.9)
    ann = browser(app, "ann")
    assert FLAG not in ann.get("/").text
    at(monkeypatch, 14.2)
    at(monkeypatch, 15)
    assert kinds(acme.stream).count("risk.raised") == 1
    assert FLAG in ann.get(f"/turnups/{acme.turnup}").text
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: MONDAY + timedelta(days=15))
        assert FLAG in ann.get("/").text
    with transaction() as session:  # the vendor's own act says nothing of the customer
        ours = Actor(f"user:{cast['ann']}", "web")
        assign(
            session, ours, session.get_one(Customer, acme.customer), session.get(User, cast["ann"])
        )
    at(monkeypatch, 15.1)
    assert FLAG in ann.get(f"/turnups/{acme.turnup}").text
    with db.session() as reading:
        cora = reading.scalars(select(User.id).where(User.email == acme.email)).one()
    act(monkeypatch, f"user:{cora}", 15.2)
    jobs.follow()
    assert FLAG not in ann.get(f"/turnups/{acme.turnup}").text
    assert kinds(acme.stream)[-1] == "risk.cleared"
    at(monkeypatch, 22)
    assert letters() == [acme.email]
    at(monkeypatch, 23)
    assert letters() == [acme.email, acme.email]


def test_nobody_is_silent_while_others_have_the_ball(
    app: Flask, acme: Known, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    act(monkeypatch, f"user:{cast['ann']}", 0)
    with transaction() as session:
        for row in session.scalars(select(ChecklistItem)):
            if row.owner == "customer":
                row.state, row.note = "waived", "not wanted"
    at(monkeypatch, 30)
    assert letters() == []
    assert "risk.raised" not in kinds(acme.stream)
