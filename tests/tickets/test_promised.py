"""The vendor sets how long things may take; what was promised before stays as it was."""

from datetime import timedelta

from flask import Flask

from onboarding.db import db
from onboarding.tickets.clocks import KINDS, SEVERITIES, shipped
from onboarding.tickets.models import Handover, Ticket
from onboarding.tickets.promised_views import words
from onboarding.trail.log import read
from tests.cast import Cast
from tests.doors import submit
from tests.stories import browser, fresh
from tests.tickets.desk import opened, went

PATH = "/tickets/promises"
SHIPPED = {f"{kind}_{n}": words(shipped(kind, n)) for kind in KINDS for n in SEVERITIES}


def test_an_admin_sets_what_is_promised_from_then_on(app: Flask, cast: Cast) -> None:
    adam, sue = browser(app, "adam"), browser(app, "sue")
    assert sue.get(PATH).status_code == 403
    assert submit(sue, PATH, SHIPPED, "/tickets/new").status_code == 403
    assert f'href="{PATH}"' in adam.get("/tickets").text
    assert 'value="15 min"' in adam.get(PATH).text
    before = opened(severity=1)
    due = fresh(Ticket, before).first_due_at
    for place, wrong in (
        ("standard_first_1", "soon"),
        ("premium_next_2", "0 min"),
        ("standard_resolve_1", "5 min"),  # before it is answered
        ("handover_accept_4", "400 d"),
    ):
        refused = submit(adam, PATH, SHIPPED | {place: wrong})
        assert (refused.status_code, f'id="{place}-problem"' in refused.text) == (422, True), place
        assert f'value="{wrong}"' in refused.text
    mine = {
        "standard_first_1": "10 min",
        "standard_resolve_1": "0.5 d",
        "handover_accept_1": "5min",
    }
    assert submit(adam, PATH, SHIPPED | mine).headers["Location"] == PATH
    assert 'value="12 h"' in adam.get(PATH).text

    number = opened(severity=1)
    ticket = fresh(Ticket, number)
    assert ticket.promised == {"first": 600, "resolve": 12 * 3600}
    went(sue, number, "assign", team="ops", question="Up?")
    db.session().rollback()
    row = db.session().query(Handover).one()
    assert row.accept_by - row.asked_at == timedelta(minutes=5)
    kept = fresh(Ticket, before)
    assert (kept.first_due_at, kept.promised["first"]) == (due, 3600)
    db.session().rollback()
    told = [e for e in read(db.session(), "system") if e.kind == "tickets.promised"]
    assert told[0].payload["seconds"] == {
        "standard_first_1": 600,
        "standard_resolve_1": 43200,
        "handover_accept_1": 300,
    }
    assert submit(adam, PATH, SHIPPED).status_code == 303  # back to what was shipped
    assert fresh(Ticket, opened(severity=1)).promised["first"] == 3600
