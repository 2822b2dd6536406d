"""Items that tick themselves and are watched: from DNS and pages to the customer's checklist."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from onboarding import clock
from onboarding.checklists import probe_jobs, queries
from onboarding.checklists.models import ChecklistItem, ProbeResult
from onboarding.checklists.probe_queries import history
from onboarding.checklists.probing import schedule
from onboarding.customers.models import Customer, Turnup
from onboarding.cutovers.actions import Wiring
from onboarding.cutovers.models import Cutover
from onboarding.db import db, transaction
from onboarding.queues import redis_client
from onboarding.ramps.models import Intent, Ramp
from onboarding.readiness import evidence
from onboarding.readiness.gates import Gate
from onboarding.switches.base import Ability
from onboarding.trail.log import read
from onboarding.trail.models import Entry
from onboarding.worker import PERIODIC, run
from tests.cast import Cast
from tests.checklists.probing.conftest import World
from tests.checklists.probing.watched import look, row
from tests.customers.signing import SignedUp, signed_up
from tests.doors import sign_in, submit
from tests.stories import Known, book, browser


def status(cora: SignedUp, key: str) -> str:
    db.session.rollback()
    turnup = db.session.get_one(Turnup, cora.turnup)
    standing = queries.standing(db.session(), turnup)
    assert queries.standings(db.session(), [turnup])[turnup.id] == standing
    return next(line.status for line in standing if line.item.id == key)


def told(cora: SignedUp, kind: str = "checklist.probe") -> list[Entry]:
    db.session.rollback()
    return [one for one in read(db.session(), f"customer:{cora.customer}") if one.kind == kind]


def test_an_item_ticks_itself_when_its_probe_passes(cora: SignedUp, world: World) -> None:
    world.names.publish("www", "A", "127.0.0.1", ttl=3600)
    assert look(cora, world, "lower-ttl").state == "open"
    page = cora.client.get(f"/checklist-items/{cora.item('lower-ttl')}").text
    assert "Does not pass: www.example.test has a TTL of 3600 s at ns.example.test" in page
    assert "set the TTL of its A, AAAA or CNAME records to 300 s or less" in page
    assert "ns.example.test (authoritative)" in page
    assert "a resolver: what it keeps in its cache" in page

    world.names.publish("www", "A", "127.0.0.1", ttl=300)
    ticked = look(cora, world, "lower-ttl")
    assert (ticked.state, ticked.settled_by) == ("done", None)
    assert "TTL of 300 s" in ticked.note
    assert status(cora, "lower-ttl") == "done"
    assert [entry.payload["passes"] for entry in told(cora)] == [False, True]
    assert told(cora, "checklist.item_done")[-1].actor == "probe"


def test_a_done_item_is_watched_and_breaks_only_when_the_second_look_agrees(
    cora: SignedUp, world: World
) -> None:
    world.names.publish("www", "A", "127.0.0.1", ttl=300)
    look(cora, world, "lower-ttl")
    world.names.publish("www", "A", "127.0.0.1", ttl=3600)
    first = look(cora, world, "lower-ttl")
    assert status(cora, "lower-ttl") == "done"
    assert first.probe_due_at is not None
    assert first.probe_due_at < clock.now() + schedule.AGAIN * 1.5
    look(cora, world, "lower-ttl")
    assert status(cora, "lower-ttl") == "broken"
    world.names.publish("www", "A", "127.0.0.1", ttl=60)
    look(cora, world, "lower-ttl")
    assert status(cora, "lower-ttl") == "done"
    assert [entry.payload["passes"] for entry in told(cora)] == [True, False, True]


def test_what_cannot_be_judged_breaks_nothing(cora: SignedUp, world: World) -> None:
    world.names.publish("www", "A", "127.0.0.1", ttl=300)
    look(cora, world, "lower-ttl")
    world.names.authoritative = False
    look(cora, world, "lower-ttl", times=3)
    assert status(cora, "lower-ttl") == "done"
    assert len(told(cora)) == 1
    assert history(db.session(), cora.item("lower-ttl"))[0].passes is None


def test_history_keeps_what_changed_and_how_often_it_was_seen(cora: SignedUp, world: World) -> None:
    for ttl, times in ((3600, 3), (300, 2)):
        world.names.publish("www", "A", "127.0.0.1", ttl=ttl)
        look(cora, world, "lower-ttl", times)
    newest, oldest = history(db.session(), cora.item("lower-ttl"))
    assert (newest.passes, newest.looks) == (True, 2)
    assert (oldest.passes, oldest.looks) == (False, 3)
    assert oldest.first_at < oldest.last_at < newest.first_at
    page = cora.client.get(f"/checklist-items/{cora.item('lower-ttl')}").text
    assert "What it saw before" in page


def test_an_item_that_waits_is_ticked_once_it_no_longer_does(cora: SignedUp, world: World) -> None:
    world.site("www")
    assert look(cora, world, "page-answers").state == "open"
    world.names.publish("www", "A", "127.0.0.1", ttl=60)
    look(cora, world, "lower-ttl")
    assert look(cora, world, "page-answers").state == "done"


def test_evidence_is_for_people_the_probe_only_watches(cora: SignedUp, world: World) -> None:
    world.site("www")
    assert look(cora, world, "let-the-edge-in").state == "open"
    submit(cora.client, f"/checklist-items/{cora.item('let-the-edge-in')}/tick", {"note": "done"})
    assert status(cora, "let-the-edge-in") == "done"


def test_what_a_person_opened_again_stays_open_until_they_ask(
    cora: SignedUp, world: World, app: Flask
) -> None:
    world.names.publish("www", "A", "127.0.0.1", ttl=300)
    look(cora, world, "lower-ttl")
    item = cora.item("lower-ttl")
    assert submit(cora.client, f"/checklist-items/{item}/reopen", {}).status_code == 303
    assert look(cora, world, "lower-ttl", times=2).state == "open"
    assert submit(cora.client, f"/checklist-items/{item}/probe", {}).status_code == 303
    assert look(cora, world, "lower-ttl").state == "done"


def test_items_left_out_or_not_needed_are_not_looked_at(
    cora: SignedUp, world: World, app: Flask
) -> None:
    ann = sign_in(app.test_client(), "ann")
    item = cora.item("lower-ttl")
    assert submit(ann, f"/checklist-items/{item}/waive", {"reason": "not now"}).status_code == 303
    resting = look(cora, world, "lower-ttl")
    assert world.names.asked == []
    assert resting.probe_due_at is not None
    assert resting.probe_due_at > clock.now() + timedelta(hours=20)
    look(cora, world, "hsts-sent")  # only where the customer sends it today
    assert world.names.asked == []


def test_a_sweep_takes_each_due_item_once(cora: SignedUp, world: World) -> None:
    with_probe = select(ChecklistItem.id).where(ChecklistItem.probe_due_at.is_not(None))
    items = set(db.session.scalars(with_probe))
    assert items == {
        cora.item(key) for key in ("lower-ttl", "page-answers", "let-the-edge-in", "hsts-sent")
    }
    probe_jobs.sweep()
    probe_jobs.sweep()
    assert redis_client().llen("rq:queue:heavy") == len(items)


def test_a_worker_makes_the_look_that_was_asked_for(cora: SignedUp) -> None:
    """With the operator's settings; the path is none, so that nothing has to be reached."""
    assert ("onboarding.checklists.probe_jobs.sweep", "default", 15) in PERIODIC
    with transaction() as session:
        session.execute(update(Customer).values(facts={"test_path": "health"}))
    item = cora.item("page-answers")
    assert submit(cora.client, f"/checklist-items/{item}/probe", {}).status_code == 303
    run(["default"], periodic=False, burst=True)
    db.session.rollback()
    kept = db.session.scalars(select(ProbeResult).where(ProbeResult.item_id == item)).one()
    assert kept.passes is None
    assert "'health' is no path of a page" in kept.saw


def test_only_those_who_see_the_item_ask_for_a_look(cora: SignedUp, app: Flask) -> None:
    item, no_probe = cora.item("lower-ttl"), cora.item("read-docs")
    other = signed_up(app, company="Other", email="otto@other.example", hostnames="www.other.test")
    assert submit(other.client, f"/checklist-items/{item}/probe", {}).status_code == 404
    without = submit(cora.client, f"/checklist-items/{no_probe}/probe", {})
    assert without.status_code == 409


def test_an_item_whose_probe_was_taken_away_keeps_its_result_out(
    cora: SignedUp, world: World
) -> None:
    item = cora.item("lower-ttl")
    with transaction() as session:
        found = session.get_one(ChecklistItem, item)
        found.definition = {**found.definition, "probe": None}
    assert row(cora, "lower-ttl").probe_due_at is None
    probe_jobs.look_at(item, replace(world.network))
    assert history(db.session(), item) == []


def test_practice_turnups_are_left_alone(cora: SignedUp, world: World) -> None:
    with transaction() as session:
        session.execute(update(Turnup).values(practice=True))
    look(cora, world, "lower-ttl")
    assert world.names.asked == []


def test_a_lowered_ttl_holds_the_flip_until_the_old_one_has_elapsed(
    app: Flask, cora: SignedUp, world: World, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    wiring = Wiring({"kind": "powerdns", "config": {"ttl": 60}}, {"kind": "push", "config": {}})
    monkeypatch.setattr(Wiring, "check", lambda _self: Ability())
    known = Known(cora.customer, cora.turnup, 0, "")
    number = book(cast, known, wiring=wiring)

    def ttl_gate() -> Gate:
        db.session.rollback()
        found = evidence.gates(db.session(), db.session.get_one(Cutover, number))
        return next(gate for gate in found if gate.key == "ttl")

    assert "was not seen yet" in ttl_gate().why
    world.names.publish("www", "A", "127.0.0.1", ttl=3600)
    look(cora, world, "lower-ttl")
    assert "its TTL is 3600 s, 300 s or less are wanted" in ttl_gate().why
    world.names.publish("www", "A", "127.0.0.1", ttl=300)
    look(cora, world, "lower-ttl")
    assert "TTL not yet elapsed, earliest safe switch" in ttl_gate().why
    page = browser(app, "omar").get(f"/cutovers/{number}").text
    assert "DNS clock" in page
    assert '<td data-label="TTL before">3600 s</td>' in page
    with transaction() as session:
        run = Ramp(cutover_id=number, run=1, state="held", step=1, share=50.0, target_share=50.0)
        run.since = run.started_at = clock.now()
        session.add(run)
        session.flush()
        turn = Intent(ramp_id=run.id, key="k", event="go", from_share=0.0, to_share=50.0, step=1)
        turn.state, turn.read_share, turn.fence = "done", 50.0, 1
        turn.opened_at = turn.closed_at = clock.now() - timedelta(seconds=30)
        session.add(turn)
    page = browser(app, "omar").get(f"/cutovers/{number}").text
    part = page.partition("DNS clock")[2].partition("</section>")[0]
    share = float(part.partition("<strong>")[2].partition(" %")[0])
    assert share == pytest.approx(24, abs=2)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=1, seconds=1))
    assert ttl_gate().met
