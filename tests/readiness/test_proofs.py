"""The roll-back proved on the switch itself: what is kept, what makes it void, what it never does."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from onboarding import clock
from onboarding.cutovers.actions import Wiring
from onboarding.db import db, transaction
from onboarding.errors import PassingFault
from onboarding.metrics.actions import push
from onboarding.metrics.pushes import Row
from onboarding.readiness import evidence, proof_jobs
from onboarding.readiness.gates import Gate
from onboarding.readiness.models import Proof
from onboarding.switches.registry import SWITCHES
from tests.cast import Cast
from tests.doors import submit
from tests.ramps.lab import FakeSwitch
from tests.stories import Known, book, browser, customer, cutover_of, kinds

WIRED = Wiring(
    {"kind": "bench", "config": {"address": "192.0.2.7", "secret": "hush"}},
    {"kind": "push", "config": {}},
)


BENCH: dict[str, FakeSwitch] = {}


def on_the_bench(_config: Mapping[str, Any], _key: str) -> FakeSwitch:
    return BENCH["switch"]


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> FakeSwitch:
    """A switch that is no practice one."""
    found = FakeSwitch()
    monkeypatch.setitem(SWITCHES, "bench", f"{__name__}:on_the_bench")
    monkeypatch.setitem(BENCH, "switch", found)
    return found


@pytest.fixture
def number(app: Flask, cast: Cast, far: FakeSwitch) -> int:
    """A cutover whose counts are pushed."""
    acme: Known = customer("Acme", manager=cast["ann"])
    found = book(cast, acme, wiring=WIRED)
    at = clock.now() - timedelta(seconds=1)
    counts = [Row(at, arm, 1, 100, 0, None, None) for arm in ("moved", "control")]
    with transaction() as session:
        push(session, f"cutover:{found}", counts)
    return found


def gate(number: int, key: str) -> Gate:
    db.session().rollback()
    return next(g for g in evidence.gates(db.session(), cutover_of(number)) if g.key == key)


def prove(app: Flask, number: int) -> None:
    answer = submit(browser(app, "omar"), f"/cutovers/{number}/proofs", {})
    assert answer.status_code == 303
    db.session().rollback()
    proof_jobs.sweep()


def test_it_is_kept_with_time_and_switch_and_void_once_the_settings_change(
    app: Flask, number: int, far: FakeSwitch
) -> None:
    assert gate(number, "rollback").why == "not asked yet"
    prove(app, number)
    for key in ("rollback", "switch", "metrics"):
        assert gate(number, key).met, key
    told = " ".join(gate(number, "rollback").evidence)
    assert "Omar Okafor" in told
    assert "bench · address 192.0.2.7" in told
    assert "hush" not in told
    assert "read at 0 %" in told
    assert far.moves == []
    with transaction() as session:
        cutover = session.merge(cutover_of(number))
        cutover.metrics = {**cutover.metrics, "guard": {"back": "steps"}}
    assert gate(number, "rollback").met, "the guard is no setting of the switch"
    with transaction() as session:
        cutover = session.merge(cutover_of(number))
        cutover.switch = {"kind": "bench", "config": {"address": "192.0.2.8"}}
    assert "void: the switch's settings changed" in gate(number, "rollback").why
    assert not gate(number, "switch").met


@pytest.mark.parametrize(
    ("mode", "share", "said"),
    [
        ("silent", 0.0, "the switch does not answer"),
        ("refuses", 0.0, "the switch refuses"),
        ("buggy", 0.0, "the adapter broke (ZeroDivisionError: no counts)"),
        ("works", 25.0, "it is at 25 %, not nothing"),
    ],
)
@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_a_switch_that_cannot_be_taken_back_is_named_and_nothing_is_moved(
    app: Flask, number: int, far: FakeSwitch, mode: str, share: float, said: str
) -> None:
    far.mode, far.share = mode, share
    prove(app, number)
    found = gate(number, "rollback")
    assert not found.met
    assert said in found.why
    assert far.share == share


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_a_run_that_began_meanwhile_is_not_touched(
    app: Flask, number: int, far: FakeSwitch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def touched(_share: float, _key: str) -> None:
        raise PassingFault("it was touched")

    monkeypatch.setattr(far, "set", touched)
    submit(browser(app, "omar"), f"/cutovers/{number}/proofs", {})
    with transaction() as session:
        session.merge(cutover_of(number)).state = "running"
    proof_jobs.sweep()
    assert db.session.query(Proof).one().rollback_fault == "not asked: a run had begun"
    refused = submit(browser(app, "omar"), f"/cutovers/{number}/proofs", {})
    assert refused.status_code == 409
    assert kinds(f"cutover:{number}").count("proof.asked") == 1
    assert submit(browser(app, "sue"), f"/cutovers/{number}/proofs", {}).status_code == 403
