"""How often we spoke first, by how long, and how often it was needless."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from onboarding.customers.models import Customer
from onboarding.db import transaction
from onboarding.outreach.lead import Told, measured
from onboarding.people.models import User
from onboarding.rooms import actions as rooms
from onboarding.tickets.actions import Opening, open_ticket
from onboarding.trail.log import Actor
from tests.cast import Cast
from tests.doors import sign_in, submit
from tests.outreach.watching import Live, gone_live
from tests.ramps.lab import Time

NOON = datetime.fromisoformat("2027-03-01T12:00:00+00:00")


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("one", "first", "needless"),
    [
        (Told(NOON, at(1), None, at(10)), "we", False),
        (Told(NOON, at(10), None, at(1)), "they", False),
        (Told(NOON, None, None, at(1)), "they", False),
        (Told(NOON, None, at(5), None), "", False),
        (Told(NOON, at(1), at(5), None), "we", True),
        (Told(NOON, at(1), at(5), None, "useful"), "we", False),
        (Told(NOON, at(1), at(5), at(3)), "we", False),
        (Told(NOON, at(1), at(60), None), "we", False),
        (Told(NOON, at(1), None, None, "needless"), "we", True),
    ],
)
def test_who_spoke_first_and_what_was_needless(one: Told, first: str, needless: bool) -> None:
    assert (one.first, one.needless) == (first, needless)


def test_medians_are_of_those_who_have_them() -> None:
    found = measured([Told(NOON, at(2), None, at(12)), Told(NOON, at(4)), Told(NOON)])
    assert (found.lead, found.until_told) == (timedelta(minutes=10), timedelta(minutes=3))
    assert measured([]).lead is None


def fault(live: Live) -> int:
    """A fault, and the outreach about it."""
    lookout = live.lookout(f"of {live.known.turnup}")
    live.watch(lookout, 120, 10)
    live.counts.errors = 0.6
    for _ in range(30):
        live.watch(lookout, 5)
        mine = [row for row in live.all() if row.turnup_id == live.known.turnup]
        if mine:
            lookout.close()
            return mine[-1].id
    raise AssertionError("nothing was found")


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_the_report_holds_what_we_told_against_tickets_and_rooms(
    client: FlaskClient, cast: Cast, acme: Live, time: Time
) -> None:
    sign_in(client, "ann")
    number = fault(acme)
    assert submit(client, f"/outreach/{number}/send", {"version": "1"}).status_code == 303
    time.advance(1200)
    with transaction() as session:
        cora = session.query(User).filter_by(email=acme.known.email).one()
        open_ticket(
            session, Actor(f"user:{cora.id}", "web"), Opening("Down?", "form", requester=cora)
        )
    beta = gone_live(cast, time, "Beta")
    number = fault(beta)
    with transaction() as session:
        cora = session.query(User).filter_by(email=beta.known.email).one()
        actor = Actor(f"user:{cora.id}", "web")
        room = rooms.of_customer(session, actor, session.get_one(Customer, beta.known.customer))
        rooms.say(session, rooms.author(session, actor, cora, room), room, "Is it down?")
    time.advance(60)
    assert submit(client, f"/outreach/{number}/send", {"version": "1"}).status_code == 303
    asked = {"since": "2027-02-01", "until": "2027-03-10"}
    found: dict[str, Any] = client.get("/reports/outreach.json", query_string=asked).json or {}
    figures = {one["key"]: (one["value"], one["of"]) for one in found["figures"]}
    assert figures["first"] == (50, 2)
    assert figures["told"] == (100, 2)
    assert figures["needless"][0] == 0
    assert figures["lead"] == (1200, 1)
    lines = {row["customer"]: row for row in found["tables"]["all"]["rows"]}
    assert (lines["Acme"]["first"], lines["Beta"]["first"]) == ("we", "they")
    page = client.get("/reports/outreach", query_string=asked).text
    assert "We spoke first" in page
    assert "1 we, 1 they, 0 nobody" in page
