"""What a live customer could gain is proposed, and a press starts another round."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from onboarding import clock
from onboarding.checklists.actions import start
from onboarding.checklists.models import ChecklistItem
from onboarding.checklists.probe_actions import note_result
from onboarding.checklists.probing.seen import Seen
from onboarding.customers.actions import Wish, add_goal, add_hostname, move_stage
from onboarding.customers.models import Turnup
from onboarding.customers.stages import STAGES
from onboarding.cutovers import queries
from onboarding.cutovers.models import Cutover
from onboarding.db import db, transaction
from onboarding.outreach import jobs
from onboarding.outreach.chances import Day, Known, chances
from onboarding.readiness.evidence import ready
from onboarding.trail.log import SYSTEM
from tests.cast import Cast
from tests.doors import sign_in, submit
from tests.outreach.watching import Live
from tests.stories import REAL, book, customer

EVEN = [Day(100_000, misses) for misses in (30_000, 31_000, 29_500)]
GUARD = {"back": "steps", "pause_s": 60.0, "false_alarms_per_30d": 0.5}
UNEVEN = [Day(100_000, misses) for misses in (10_000, 60_000, 20_000)]


@pytest.mark.parametrize(
    ("known", "keys"),
    [
        (Known(), []),
        (Known(days=EVEN, goal=90.0), ["offload"]),
        (Known(days=EVEN, goal=71.0), []),
        (Known(days=EVEN[:2], goal=90.0), []),
        (Known(days=[Day(1000, 400)] * 3, goal=90.0), []),
        (Known(days=EVEN, goal=90.0, cacheable=95.0), ["ttl"]),
        (Known(days=UNEVEN, goal=90.0, cacheable=95.0), ["offload"]),
        (Known(days=UNEVEN, goal=90.0, storms=3), ["purges"]),
        (Known(logs=False), ["logs"]),
        (Known(logs=True, storms=2), []),
    ],
)
def test_each_chance_is_seen_where_it_is_and_not_where_nobody_can_tell(
    known: Known, keys: list[str]
) -> None:
    assert [one.key for one in chances(known)] == keys


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_a_hit_ratio_behind_its_goal_is_proposed_and_a_press_starts_a_round(
    client: FlaskClient, cast: Cast, acme: Live
) -> None:
    with transaction() as session:
        turnup = session.get_one(Turnup, acme.known.turnup)
        for stage in STAGES[1:7]:
            move_stage(session, SYSTEM, turnup, stage)
        add_goal(session, SYSTEM, turnup, Wish("offload", "", 90.0))
        turnup.customer.facts = {"logging": True}
        add_hostname(session, SYSTEM, turnup, "img.acme.example")
        flipped = session.get_one(Cutover, acme.cutover)
        flipped.metrics = {**flipped.metrics, "guard": GUARD}
        flipped.customer_holds = True
        flipped.demand_on_station = False
        start(session, SYSTEM, turnup, "static-assets")
    acme.counts.misses = 0.3
    for day in range(4):
        lookout = acme.lookout(f"day{day}")
        acme.watch(lookout, 90, 15)
        lookout.close()
        acme.time.advance(86400)
    jobs.chances()
    jobs.chances()
    (row,) = acme.all()
    assert (row.kind, row.cause) == ("chance", "offload")
    assert "90 % of the requests" in row.text
    assert "it was 70 %" in row.text
    sign_in(client, "ann")
    page = client.get(f"/outreach/{row.id}").text
    assert "the hit ratio stays behind the customer&#39;s goal" in page
    assert "as the last flip: 5 % → 50 % → 100 %" in page
    assert "switch manual, metrics push, the guard's settings" in page
    at = f"{acme.time.wall + timedelta(days=7):%Y-%m-%dT10:00}"
    where = f"/outreach/{row.id}/round"
    given = {
        "wish": "a better hit ratio",
        "at": at,
        "hostnames": "1",
        "hostname": "www.acme.example",
    }
    for wrong, said in (
        ({"wish": ""}, "round-wish-problem"),
        ({"at": "then"}, "round-at-problem"),
        ({"hostname": "www.other.example"}, "round-hostname-problem"),
        ({"plan": "none"}, "round-plan-problem"),
    ):
        refused = submit(client, where, {**given, **wrong})
        assert refused.status_code == 422
        assert said in refused.text
        assert given["at"] in refused.text or "at" in wrong, "what was typed is kept"
    beside = customer("Beta")
    with transaction() as session:
        session.get_one(Turnup, beside.turnup).customer_id = acme.known.customer
    starts = clock.parse(f"{at}:00Z") - acme.time.wall
    book(cast, beside, starts_in=starts, wiring=REAL)
    met = submit(client, where, given)
    assert met.status_code == 422
    assert "Book it nevertheless" in met.text
    assert db.session().query(Turnup).count() == 2, "nothing is begun"
    began = submit(client, where, {**given, "despite": "they asked for it"})
    assert began.status_code == 303, began.text
    db.session().rollback()
    made = db.session().scalars(select(Turnup).order_by(Turnup.id.desc()).limit(1)).one()
    assert began.headers["Location"] == f"/turnups/{made.id}"
    assert made.name == "Acme: a better hit ratio"
    assert made.stage == "config"
    assert [host.name for host in made.hostnames] == ["www.acme.example"]
    assert [(goal.kind, goal.figure) for goal in made.goals] == [("offload", 90.0)]
    booked = db.session().query(Cutover).filter_by(turnup_id=made.id).one()
    before = db.session().get_one(Cutover, acme.cutover)
    assert not booked.practice
    assert (booked.switch, booked.metrics) == (before.switch, before.metrics)
    assert booked.metrics["guard"] == GUARD
    assert queries.plan_of(booked) == queries.plan_of(before)
    assert booked.customer_holds
    assert booked.demand_on_station, "what the last was let off is not taken over"
    assert booked.starts_at == clock.parse(at)
    assert not ready(db.session(), booked.id), "every gate stands before it"
    assert "Roll-back proved" in client.get(f"/cutovers/{booked.id}").text
    page = client.get(f"/turnups/{made.id}").text
    assert "Checklist" in page
    assert "Acme: a better hit ratio" in page
    row = acme.all()[0]
    assert (row.state, row.outcome, row.round_id) == ("closed", "useful", made.id)
    jobs.chances()
    assert len(acme.all()) == 1, "not again so soon"
    assert "Start another round" in client.get(f"/turnups/{acme.known.turnup}").text
    again = submit(client, f"/turnups/{acme.known.turnup}/round", {"wish": "log streaming"})
    assert again.status_code == 303


@pytest.mark.parametrize(
    ("kind", "saw", "cause", "told"),
    [
        (
            "certificate_days_left",
            "the certificate has 3 days left",
            "certificate",
            "Please renew it",
        ),
        ("cname_target", "www.acme.example → 192.0.2.9", "dns", "The name points elsewhere"),
    ],
)
@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_what_a_probe_sees_coming_is_trouble_until_it_is_mended(
    client: FlaskClient, acme: Live, kind: str, saw: str, cause: str, told: str
) -> None:
    with transaction() as session:
        turnup = session.get_one(Turnup, acme.known.turnup)
        start(session, SYSTEM, turnup, "cdn-turn-up")
    items = db.session().scalars(select(ChecklistItem)).all()
    (item, *_) = [
        one.id for one in items if (one.definition.get("probe") or {}).get("kind") == kind
    ]
    acme.watch(acme.lookout(), 10)
    with transaction() as session:
        note_result(session, item, Seen(False, saw, "mend it", acme.time.wall))
    jobs.probes()
    jobs.probes()
    (row,) = acme.all()
    assert row.cause == cause
    assert saw in row.text
    assert told in row.text
    sign_in(client, "ann")
    assert saw in client.get(f"/outreach/{row.id}").text
    with transaction() as session:
        note_result(session, item, Seen(True, "as agreed", "", acme.time.wall))
    jobs.probes()
    assert [one.state for one in acme.all()] == ["withdrawn"]
