"""The customer's version of a report: by a press, with these fields and nothing else."""

import json
from dataclasses import fields
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from onboarding import clock
from onboarding.db import transaction
from onboarding.ramps.models import Intent, Moment, Ramp
from onboarding.readiness.models import Overrule
from onboarding.sharing import reported
from onboarding.trail.log import SYSTEM, record
from tests.cast import Cast
from tests.doors import submit
from tests.sharing.links import path_of
from tests.stories import Known, book, browser, customer, kinds

MAY_APPEAR = {
    *("title", "timezone", "practice", "hostnames", "starts_at", "ends_at", "began_at", "ended_at"),
    *("outcome", "highest", "requests", "errors_new", "errors_old", "steps", "learnt", "tasks"),
}
SECRETS = (
    "Okafor",
    "omar@",
    "Sue",
    "secret-reason",
    "secret-alarm",
    "secret-lesson",
    "secret-note",
)
T = datetime(2027, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def acme(cast: Cast) -> Known:
    return customer("Acme", manager=cast["ann"])


@pytest.fixture
def number(acme: Known, cast: Cast) -> int:
    """A cutover that was flipped, with much around it that no customer may read."""
    found = book(cast, acme)
    now = clock.now()
    with transaction() as session:
        ramp = Ramp(cutover_id=found, run=1, state="rolled_back", since=now, share=0.0)
        ramp.started_at, ramp.ended_at = now - timedelta(hours=1), now
        ramp.reason, ramp.target_share = "secret-reason", 0.0
        session.add(ramp)
        session.flush()
        for step, share in ((1, 5.0), (2, 50.0)):
            intent = Intent(ramp_id=ramp.id, key=f"k{step}", event="start", from_share=0.0)
            intent.to_share, intent.step, intent.state, intent.fence = share, step, "done", 1
            intent.opened_at = intent.closed_at = now - timedelta(minutes=60 - step)
            seen = Moment(ramp_id=ramp.id, at=now, seconds=60.0, state="holding", step=step)
            seen.share, seen.counted_at = share, now
            seen.moved = {"seconds": 60, "requests": 1000, "errors": 20 * step}
            seen.control = {"seconds": 60, "requests": 2000, "errors": 2}
            session.add_all([intent, seen])
        overruled = Overrule(cutover_id=found, rules=[], reason="secret-reason", fingerprint="x")
        overruled.asked_by, overruled.asked_at = cast["omar"], now
        session.add(overruled)
        said = {"sentence": "secret-alarm", "signal": "errors"}
        record(session, f"cutover:{found}", "guard.alarm", SYSTEM, said, {"note": "secret-note"})
    return found


def work(client: FlaskClient, number: int, cast: Cast) -> None:
    """What staff write: some of it for the customer, some not."""
    where = f"/cutovers/{number}"
    due = (clock.now() + timedelta(days=3)).date().isoformat()
    submit(client, f"{where}/lessons", {"text": "secret-lesson"})
    submit(client, f"{where}/lessons", {"text": "Warm the cache", "for_customer": "yes"})
    task = {"owner": cast["omar"], "due": due}
    submit(client, f"{where}/followups", {"what": "secret-note", **task})
    submit(client, f"{where}/followups", {"what": "Raise the TTL", "for_customer": "y", **task})


def test_a_press_shares_it_and_another_takes_it_back(
    app: Flask, client: FlaskClient, cast: Cast, acme: Known, number: int
) -> None:
    sue = browser(app, "sue")
    work(sue, number, cast)
    path = path_of(cast, acme)
    page = f"{path}/report/{number}"
    assert client.get(page).status_code == 404
    assert "/report/" not in client.get(path).text
    where = f"/cutovers/{number}/report"
    assert "not shared" in sue.get(where).text
    assert submit(browser(app, "omar"), f"{where}/share", {}).status_code == 403
    assert submit(sue, f"{where}/share", {}).status_code == 303
    assert f"{path}/report/{number}" in client.get(path).text
    shown = client.get(page)
    assert shown.headers["Cache-Control"] == "no-store"
    day = f"{clock.now() + timedelta(days=3):%a %d %b %Y}"  # as it was named in another zone
    told = ("Acme moves", "taken back", "Warm the cache", f"Raise the TTL · until the end of {day}")
    for words in (*told, "3 %", "0.1 %"):
        assert words in shown.text, words
    submit(sue, f"/cutovers/{number}/lessons", {"text": "Later", "for_customer": "yes"})
    assert "Later" not in client.get(page).text, "it stays as it was shared"
    submit(sue, f"{where}/share", {})
    assert "Later" in client.get(page).text
    submit(sue, f"{where}/take_back", {})
    assert client.get(page).status_code == 404
    assert kinds(f"cutover:{number}")[-1] == "report.taken_back"


def test_nothing_else_leaks_onto_it_and_no_other_customer_reads_it(
    app: Flask, client: FlaskClient, cast: Cast, acme: Known, number: int
) -> None:
    assert {one.name for one in fields(reported.CustomerReport)} == MAY_APPEAR
    assert {one.name for one in fields(reported.ReportedStep)} == {"share", "at"}
    assert {one.name for one in fields(reported.ReportedTask)} == {"what", "due_at", "done"}
    sue = browser(app, "sue")
    work(sue, number, cast)
    submit(sue, f"/cutovers/{number}/report/share", {})
    text = client.get(f"{path_of(cast, acme)}/report/{number}").text
    assert [word for word in SECRETS if word in text] == []
    for code in ("de", "fr", "es", "ja"):
        told = client.get(f"{path_of(cast, acme)}/report/{number}?lang={code}").text
        assert "Report of the cutover" not in told
    other = path_of(cast, customer("Globex"))
    assert client.get(f"{other}/report/{number}").status_code == 404
    locked = path_of(cast, acme, phrase="open sesame please")
    assert "Warm the cache" not in client.get(f"{locked}/report/{number}").text


def test_before_a_run_is_over_there_is_nothing_to_share(
    app: Flask, cast: Cast, acme: Known
) -> None:
    number = book(cast, acme)
    answer = submit(browser(app, "sue"), f"/cutovers/{number}/report/share", {})
    assert answer.status_code == 409


def test_what_is_kept_reads_as_it_was_and_more_than_that_is_left_out() -> None:
    given = reported.CustomerReport(
        *("T", "UTC", False, ("a.example",), T, T, T, T, "finished", 100.0, None, 1.5, None),
        (reported.ReportedStep(5.0, T),),
        ("x",),
        (reported.ReportedTask("y", T, True),),
    )
    kept = json.loads(json.dumps(reported.document(given)))
    assert reported.from_document({**kept, "internal": "secret"}) == given
