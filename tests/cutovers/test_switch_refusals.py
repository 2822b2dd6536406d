"""What a switch cannot do, or one that does not answer, is refused where it is planned or wired."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from onboarding.cutovers.actions import Wiring, rewire
from onboarding.cutovers.models import Cutover
from onboarding.cutovers.plan import StepPlan, check_plan
from onboarding.db import transaction
from onboarding.errors import BadInput
from onboarding.ramps.course import Aim, is_at
from onboarding.switches.base import Position
from onboarding.switches.registry import switch
from onboarding.switches.selectors import Selector
from onboarding.trail.log import Actor
from tests.cast import Cast
from tests.cutovers.test_booking import HAPROXY, count, send
from tests.doors import submit
from tests.stories import Known, book, browser, customer, cutover_of


@pytest.fixture
def acme(cast: Cast) -> Known:
    return customer("Acme", manager=cast["ann"])


@pytest.fixture
def adam(app: Flask, cast: Cast) -> FlaskClient:
    """An admin of ops: may plan and wire."""
    return browser(app, "adam")


def test_a_switch_whose_check_fails_is_refused_and_nothing_is_booked_or_rewired(
    adam: FlaskClient, cast: Cast, acme: Known
) -> None:
    real = {"switch": "haproxy", "switch_config": HAPROXY, "metrics": "push"}
    answer = send(adam, acme, **real)
    assert answer.status_code == 422
    assert "<strong>switch</strong>: HAProxy at 127.0.0.1:9 cannot be reached" in answer.text
    assert count() == 0
    number = book(cast, acme)
    answer = submit(adam, f"/cutovers/{number}/wiring", {**real, "version": "1"})
    assert answer.status_code == 422
    assert "<strong>switch</strong>" in answer.text
    assert cutover_of(number).practice


def test_a_selector_that_the_switch_cannot_do_is_refused_when_planned_and_when_rewired(
    adam: FlaskClient, cast: Cast, acme: Known
) -> None:
    """PowerDNS moves percentages only; a plan with a niche is not carried over to it."""
    niche = (StepPlan(0, 600, selector=Selector("path", ("/static/",))), StepPlan(100, 600))
    number = book(cast, acme, steps=niche)
    config = {
        "address": "127.0.0.1:9",
        "backend": "www",
        "moved": ["new"],
        "control": ["old"],
        "maps": {"header": {"X-Beta": "/etc/haproxy/beta.map"}},
    }
    wiring = Wiring({"kind": "haproxy", "config": config}, {"kind": "push", "config": {}})
    with pytest.raises(BadInput) as refused, transaction() as session:
        rewire(session, Actor(f"user:{cast['adam']}", "web"), number, wiring, 1)
    assert refused.value.place == "step 1 selector"
    assert refused.value.line().endswith("this switch cannot move by path: it can by header")
    with transaction() as session:  # as if it had been wired so from the first
        cutover = session.get_one(Cutover, number)
        cutover.switch, cutover.metrics = wiring.switch, wiring.metrics
        cutover.practice = False
    fields = {"share": ["0", "100"], "hold": ["1", "1"], "unit": ["h", "h"], "version": "1"}
    for picked, words in (("X-Alpha: yes", "does not look at the header x-alpha"), ("", "")):
        pick = "header" if picked else "country"
        answer = submit(
            adam,
            f"/cutovers/{number}/plan",
            {**fields, "pick": [pick, ""], "picked": [picked or "IS", ""]},
        )
        assert answer.status_code == 422
        assert "<strong>step 1 selector</strong>" in answer.text
        assert (words or "cannot move by country") in answer.text
    answer = submit(
        adam,
        f"/cutovers/{number}/plan",
        {**fields, "pick": ["header", ""], "picked": ["X-Beta: yes", ""]},
    )
    assert answer.status_code == 303, answer.text
    assert cutover_of(number).steps[0].selector == {
        "kind": "header",
        "values": ["yes"],
        "name": "x-beta",
    }


def test_a_share_that_no_number_of_addresses_makes_is_refused_where_it_is_planned(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One new and two old addresses: a third of the answers is what "33 %" can mean."""
    monkeypatch.setenv("TURNUP_SECRET_DNS", "c2VjcmV0")
    config = {
        "server": "192.0.2.53",
        "key": "turnup",
        "secret": "dns",
        "zone": "example.com",
        "name": "www.example.com",
        "moved": ["192.0.2.1"],
        "control": ["192.0.2.2", "192.0.2.3"],
    }
    ability = switch("rfc2136", config, key="cutover:1").ability
    check_plan((StepPlan(33, 600), StepPlan(50, 600), StepPlan(100, 600)), ability=ability)
    for share in (1, 0.3, 25, 99.8):
        with pytest.raises(BadInput, match="this switch cannot do") as refused:
            check_plan((StepPlan(share, 600), StepPlan(100, 600)), ability=ability)
        assert refused.value.place == "step 1 share"
        assert "0, 33.3, 50, 100" in refused.value.hint
    assert is_at(Position(33.3), Aim(33), ability)
    assert is_at(Position(33.3), Aim(33.3), ability)
    assert not is_at(Position(50), Aim(33), ability)
    assert not is_at(Position(0), Aim(33), ability)
    assert not is_at(Position(33.3), Aim(0), ability)
