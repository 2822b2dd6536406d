"""Every live customer is watched: metrics are wired on their turn-up's page, without a cutover."""

import json

import pytest
from flask import Flask

from onboarding.customers.actions import move_stage
from onboarding.customers.models import Turnup
from onboarding.customers.stages import STAGES
from onboarding.db import db, transaction
from onboarding.outreach.models import OriginWatch
from onboarding.trail.log import SYSTEM
from tests.cast import Cast
from tests.doors import submit
from tests.outreach.watching import COUNTED, Live, gone_live
from tests.ramps.lab import Time
from tests.stories import browser, customer, kinds

WIRING = {
    "url": "http://counts.example/{since}",
    "at": "time",
    "moved": {"requests": "requests", "errors": "errors"},
}


def watch_of(turnup: int) -> OriginWatch | None:
    db.session().rollback()
    return db.session().get(OriginWatch, turnup)


def live(turnup: int) -> None:
    """As one who was imported: live, and never flipped here."""
    with transaction() as session:
        for stage in STAGES[1:7]:
            move_stage(session, SYSTEM, session.get_one(Turnup, turnup), stage)


def test_a_live_customer_without_a_cutover_is_wired_watched_and_told_of(
    app: Flask, cast: Cast, time: Time
) -> None:
    known = customer("Acme", manager=cast["ann"])
    where, page = f"/turnups/{known.turnup}/origin", f"/turnups/{known.turnup}"
    ann, omar = browser(app, "ann"), browser(app, "omar")
    given = {"metrics": "http_json", "metrics_config": json.dumps(WIRING)}
    early = submit(omar, where, given)
    assert early.status_code == 409
    assert "Only a live turn-up" in early.text
    live(known.turnup)
    acme = Live(known, time, 0)
    COUNTED[f"origin:{known.turnup}"] = acme.counts
    lookout = acme.lookout()
    acme.watch(lookout, 20)
    assert watch_of(known.turnup) is None
    assert "1 live turn-up is not watched" in ann.get("/outreach").text
    assert "Operations or network engineering wires its metrics here" in ann.get(page).text
    assert submit(ann, where, given).status_code == 403
    assert "Wire its metrics" in omar.get(page).text
    for wrong, said in (
        ({"metrics": "push"}, "this tells of no origin"),
        ({"metrics_config": "{"}, "metrics_config"),
        ({"metrics_config": json.dumps({**WIRING, "url": ""})}, "url: "),
    ):
        refused = submit(omar, where, {**given, **wrong})
        assert refused.status_code == 422
        assert said in refused.text
        assert ("counts.example" in refused.text) == ("metrics" in wrong), "what was typed is kept"
    assert submit(omar, where, given).location == f"{page}#outreach"
    assert submit(omar, where, given).status_code == 303, "the same again"
    acme.watch(lookout, 120)
    assert "http_json, wired by" in ann.get(page).text
    assert "The origin is watched" in ann.get(page).text
    assert "not watched" not in ann.get("/outreach").text
    acme.counts.errors = 0.6
    acme.until(lookout, "drafted")
    row = acme.last()
    assert row is not None
    assert (row.turnup_id, row.cause) == (known.turnup, "origin_errors")
    assert submit(ann, f"{where}/end", {}).status_code == 403
    assert submit(omar, f"{where}/end", {}).status_code == 303
    acme.watch(lookout, 20)
    assert watch_of(known.turnup) is None
    assert lookout.origins == {}
    told = [kind for kind in kinds(known.stream) if kind.startswith("origin.")]
    assert told == ["origin.wired", "origin.unwired"]
    told_page = omar.get(page).text
    assert "wired the origin&#39;s metrics: http_json" in told_page
    assert "took the origin&#39;s metrics off" in told_page
    assert WIRING["url"] not in told_page, "what was taken off is not offered again"


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_wired_metrics_take_over_from_those_of_the_cutover_and_give_back(
    app: Flask, acme: Live
) -> None:
    live(acme.known.turnup)
    lookout = acme.lookout()
    acme.watch(lookout, 20)
    row = watch_of(acme.known.turnup)
    assert row is not None
    assert row.cutover_id == acme.cutover
    other = Live(acme.known, acme.time, 0)
    other.counts.errors = 0.02
    COUNTED[f"origin:{acme.known.turnup}"] = other.counts
    omar = browser(app, "omar")
    where = f"/turnups/{acme.known.turnup}/origin"
    given = {"metrics": "http_json", "metrics_config": json.dumps(WIRING)}
    assert submit(omar, where, given).status_code == 303
    acme.watch(lookout, 150)
    row = watch_of(acme.known.turnup)
    assert row is not None
    assert (row.cutover_id, row.wired) == (None, 1)
    assert row.figures["rates"]["errors"] == pytest.approx(0.02, abs=0.005)
    assert acme.all() == [], "other metrics are learnt anew: they are no finding"
    changed = json.dumps({**WIRING, "late": 9})
    assert submit(omar, where, {**given, "metrics_config": changed}).status_code == 303
    acme.watch(lookout, 20)
    row = watch_of(acme.known.turnup)
    assert row is not None
    assert row.wired == 2
    assert submit(omar, f"{where}/end", {}).status_code == 303
    acme.watch(lookout, 20)
    row = watch_of(acme.known.turnup)
    assert row is not None
    assert (row.cutover_id, row.wired) == (acme.cutover, 0)


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_hostnames_that_a_later_flip_moved_are_watched_there_alone(
    app: Flask, cast: Cast, time: Time
) -> None:
    first = customer("Acme", manager=cast["ann"])
    live(first.turnup)
    given = {"metrics": "http_json", "metrics_config": json.dumps(WIRING)}
    assert submit(browser(app, "omar"), f"/turnups/{first.turnup}/origin", given).status_code == 303
    acme = gone_live(cast, time, "Beta")
    with transaction() as session:  # the later turn-up is the same customer's, of the same hostname
        later = session.get_one(Turnup, acme.known.turnup)
        later.customer_id = first.customer
        later.hostnames[0].name = "www.acme.example"
    COUNTED[f"origin:{first.turnup}"] = acme.counts
    lookout = acme.lookout()
    acme.watch(lookout, 20)
    assert set(lookout.origins) == {acme.known.turnup}
