"""`kill -9` of web, workers and conductor all along a flip: nothing is lost, nothing done twice."""

import json
from pathlib import Path

import pytest
import requests

from onboarding.cli.demo_people import history
from onboarding.clock import now
from tests.journeys.running import Door, Running, running
from tests.services.ports import Ports
from tests.services.programs import wait_until

SHARES = "SELECT payload FROM trail_entries WHERE kind = 'ramp.share' ORDER BY id"
# A letter that is held until its reader's morning is not due yet: whether there are any depends on
# the hour at which the test runs.
UNDONE = (
    "SELECT count(*) FROM outbox_messages WHERE state NOT IN ('sent', 'failed', 'withdrawn')"
    " AND (tries > 0 OR due_at < datetime('now', '+10 minutes'))"
)


def sign_up(turnup: Running) -> None:
    """A customer signs up and uploads while web and workers are killed around them."""
    turnup.kill("web")
    door = Door(turnup.base)
    fields = {
        "company": "Killed Kites",
        "hostnames": "www.kites.example",
        "name": "Kit Kite",
        "email": "kit@kites.example",
        "password": "correct horse battery",
        "timezone": "Europe/London",
    }
    door.post("/signup", fields, page="/signup")
    turnup.kill("heavy")
    number = turnup.rows("SELECT max(id) FROM turnups")[0][0]
    csv = history(50, now(), seed=5).encode()
    door.post(
        f"/workspace/{number}/history", {}, page="/workspace", files={"history": ("h.csv", csv)}
    )
    turnup.kill("heavy")
    done = "SELECT count(*) FROM traffic_forecasts WHERE turnup_id = :n AND state = 'done'"
    wait_until(lambda: turnup.rows(done, n=number)[0][0] == 1, "the forecast is made", 90)


def flip_under_fire(turnup: Running, ann: Door, cutover: int) -> None:
    """Start the ramp and take it to its end; whenever it moves again, another part is killed."""
    assert ann.press(cutover, "start")
    for victim in ("conductor", "web", "worker", "conductor", "heavy", "web", "conductor"):
        before = figures(turnup, cutover)
        wait_until(lambda seen=before: figures(turnup, cutover) != seen, "it moves", 60)
        turnup.kill(victim)
        press_on(ann, cutover)
    wait_until(lambda: finished(turnup, cutover, ann), "it finishes", 150)


def figures(turnup: Running, cutover: int) -> object:
    """What the conductor wrote last: new with every tick."""
    query = "SELECT figures FROM ramps WHERE cutover_id = :n ORDER BY run DESC"
    return turnup.rows(query, n=cutover)[0][0]


def finished(turnup: Running, cutover: int, ann: Door) -> bool:
    """Whether the ramp is at its end; Ann presses on until it is."""
    press_on(ann, cutover)
    query = "SELECT state FROM ramps WHERE cutover_id = :n ORDER BY run DESC"
    return bool(turnup.rows(query, n=cutover)[0][0] == "finished")


def press_on(ann: Door, cutover: int) -> bool:
    """Say go or resume where the page offers it; whoever presses into a dead web presses again."""
    try:
        return ann.press(cutover, "go") or ann.press(cutover, "resume")
    except requests.RequestException:
        return False


@pytest.mark.timeout(900)
def test_a_flip_survives_the_death_of_every_part(tmp_path: Path, free_port: Ports) -> None:
    with running(tmp_path, free_port()) as turnup:
        sign_up(turnup)
        cutover, ann = turnup.demo["ready_cutover"], turnup.sign_in("ann@vendor.example")
        flip_under_fire(turnup, ann, cutover)
        wait_until(lambda: turnup.rows(UNDONE)[0][0] == 0, "every message is delivered", 150)
        assert turnup.rows("SELECT count(*) FROM outbox_messages WHERE state = 'failed'") == [(0,)]
        moved = [json.loads(payload)["share"] for (payload,) in turnup.rows(SHARES)]
        assert moved == [5.0, 25.0, 50.0, 100.0]
        told = "SELECT audience, count(*) FROM posts WHERE kind = 'ramp.share' GROUP BY audience"
        assert sorted(turnup.rows(told)) == [("customer", 4), ("staff", 4)]
        assert turnup.command("audit", "verify").returncode == 0
