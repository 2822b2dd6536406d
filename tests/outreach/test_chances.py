"""What a live customer could gain is proposed, and a press starts another round."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from onboarding.checklists.actions import start
from onboarding.checklists.models import ChecklistItem
from onboarding.checklists.probe_actions import note_result
from onboarding.checklists.probing.seen import Seen
from onboarding.customers.actions import Wish, add_goal, move_stage
from onboarding.customers.models import Turnup
from onboarding.customers.stages import STAGES
from onboarding.cutovers.models import Cutover
from onboarding.db import db, transaction
from onboarding.outreach import jobs
from onboarding.outreach.chances import Day, Known, chances
from onboarding.trail.log import SYSTEM
from tests.doors import sign_in, submit
from tests.outreach.watching import Live

EVEN = [Day(100_000, misses) for misses in (30_000, 31_000, 29_500)]
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
    client: FlaskClient, acme: Live
) -> None:
    with transaction() as session:
        turnup = session.get_one(Turnup, acme.known.turnup)
        for stage in STAGES[1:7]:
            move_stage(session, SYSTEM, turnup, stage)
        add_goal(session, SYSTEM, turnup, Wish("offload", "", 90.0))
        turnup.customer.facts = {"logging": True}
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
    refused = submit(client, f"/outreach/{row.id}/round", {"wish": "", "at": "then"})
    assert refused.status_code == 422
    at = f"{acme.time.wall + timedelta(days=7):%Y-%m-%dT10:00}"
    began = submit(client, f"/outreach/{row.id}/round", {"wish": "a better hit ratio", "at": at})
    assert began.status_code == 303, began.text
    db.session().rollback()
    made = db.session().scalars(select(Turnup).order_by(Turnup.id.desc()).limit(1)).one()
    assert began.headers["Location"] == f"/turnups/{made.id}"
    assert made.name == "Acme: a better hit ratio"
    assert made.stage == "config"
    assert [host.name for host in made.hostnames] == ["www.acme.example"]
    assert [(goal.kind, goal.figure) for goal in made.goals] == [("offload", 90.0)]
    booked = db.session().query(Cutover).filter_by(turnup_id=made.id).one()
    assert booked.practice
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
