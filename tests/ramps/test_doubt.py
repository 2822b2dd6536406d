"""Data that is bad, missing or too little: it waits and says why, and never passes by itself.

Counts that vanish while a person is waited for are in `test_blindness`.
"""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from onboarding.cutovers.models import Cutover, Step
from onboarding.db import db, transaction
from onboarding.metrics.agreeing import AgreeingMetrics
from onboarding.paging.models import Page
from onboarding.ramps.models import Ramp
from onboarding.rosters.models import Roster, Seat
from tests.cast import Cast
from tests.ramps.lab import FakeSource, Lab, Time, book

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)


def holding(cast: Cast, time: Time, hold_s: int = 60, **more: Any) -> Lab:
    """A run that holds at 25 % for `hold_s` seconds before 100 %."""
    return Lab(book(cast["ann"], [(25, hold_s, False), (100, 5, False)], **more), time)


def test_hold_time_counts_only_while_the_data_is_good(app: object, cast: Cast, time: Time) -> None:
    lab = holding(cast, time, hold_s=30)
    engine = lab.conductor()
    lab.press("start")
    lab.beat(engine, 13)
    assert lab.standing().mark == "1/holding/1"
    before = lab.ramp().held_s
    lab.source.mode = "gone"
    lab.beat(engine, 40)
    assert lab.standing().mark == "1/undecided/1"
    assert lab.ramp().held_s <= before + 10
    assert "the metrics are gone" in lab.ramp().figures["sentence"]
    assert "the metrics are gone" in lab.entries("ramp.held")[0]["reason"]
    lab.source.mode = "works"
    lab.beat(engine, 6)
    assert lab.standing().mark == "1/holding/1"
    assert lab.kinds()[-1] == "ramp.resumed"
    lab.beat(engine, 32)
    assert lab.switch.share == 100


def test_too_few_requests_are_no_pass(app: object, cast: Cast, time: Time) -> None:
    lab = holding(cast, time, hold_s=5)
    lab.source.mode = "idle"
    engine = lab.conductor()
    lab.press("start")
    lab.beat(engine, 60)
    assert lab.standing().mark == "1/undecided/1"
    assert "too few requests" in lab.entries("ramp.held")[0]["reason"]
    assert lab.switch.share == 25


def test_a_person_may_go_on_without_figures(app: object, cast: Cast, time: Time) -> None:
    lab = holding(cast, time, hold_s=5)
    lab.source.mode = "idle"
    engine = lab.conductor()
    lab.press("start")
    lab.beat(engine, 60)
    lab.press("skip")
    lab.beat(engine)
    lab.press("go")
    lab.beat(engine)
    assert lab.switch.share == 100


def test_a_hold_of_the_guard_waits_for_a_person_who_then_has_the_last_word(
    app: object, cast: Cast, time: Time
) -> None:
    lab = holding(cast, time, limits={"errors": 0.5}, metrics=REACH_HOLD)
    engine = lab.conductor()
    lab.press("start")
    lab.beat(engine, 13)
    lab.source.errors = 0.2
    lab.beat(engine, 8)
    assert lab.standing().state == "held"
    assert lab.entries("guard.alarm")[0]["action"] == "hold"
    lab.press("resume")
    lab.beat(engine, 5)
    assert lab.standing().state == "holding"


REACH_HOLD = {"kind": "fake", "config": {}, "guard": {"reach": {"errors": "hold"}}}


def test_a_fixed_limit_takes_traffic_back(app: object, cast: Cast, time: Time) -> None:
    lab = holding(
        cast,
        time,
        limits={"errors": 0.02},
        metrics={"kind": "fake", "config": {}, "guard": {"baselines": {"errors": 0.03}}},
    )
    engine = lab.conductor()
    lab.press("start")
    lab.beat(engine, 13)
    lab.source.errors = 0.025
    lab.beat(engine, 15)
    assert lab.standing().state == "rolled_back"
    assert "over the fixed limit of 2 %" in lab.entries("ramp.rollback")[0]["reason"]


@pytest.mark.parametrize(("verb", "state", "share"), [("hold", "held", 25), ("", "rolled_back", 0)])
def test_a_proposal_waits_for_a_persons_word(
    app: object, cast: Cast, time: Time, verb: str, state: str, share: float
) -> None:
    lab = holding(cast, time, metrics={"kind": "fake", "config": {}, "guard": {"wait_s": 20}})
    engine = lab.conductor()
    lab.press("start")
    lab.beat(engine, 13)
    lab.source.errors = 0.2
    lab.beat(engine, 8)
    assert lab.standing().state == "proposed"
    assert lab.switch.share == 25
    if verb:
        lab.source.errors = 0.001
        lab.press(verb)
    lab.beat(engine, 22)
    assert (lab.standing().state, lab.switch.share) == (state, share)


def test_a_guard_goes_on_where_it_was_after_a_restart(app: object, cast: Cast, time: Time) -> None:
    lab = holding(cast, time)
    engine = lab.conductor()
    lab.press("start")
    lab.beat(engine, 20)
    engine.fleet.release()
    kept = lab.ramp().guard["detectors"]["errors"]["tick"]
    assert kept > 300
    second = lab.conductor("two")
    lab.beat(second, 3)
    assert lab.ramp().guard["detectors"]["errors"]["tick"] >= kept + 2
    lab.source.errors = 0.2
    lab.beat(second, 8)
    assert lab.standing().state == "rolled_back"


def test_a_plan_that_is_changed_during_a_hold_is_followed(
    app: object, cast: Cast, time: Time
) -> None:
    lab = holding(cast, time)
    engine = lab.conductor()
    lab.press("start")
    lab.beat(engine, 13)
    with transaction() as session:
        session.execute(update(Step).where(Step.position == 1).values(hold_s=5))
        session.execute(update(Step).where(Step.position == 2).values(share=60))
        session.execute(update(Cutover).values(version=Cutover.version + 1))
    lab.beat(engine, 3)
    assert lab.switch.share == 60


def test_a_wrong_key_in_the_guards_options_is_said(app: object, cast: Cast, time: Time) -> None:
    lab = holding(cast, time, metrics={"kind": "fake", "config": {}, "guard": {"wiat_s": 20}})
    engine = lab.conductor()
    lab.press("start")
    lab.beat(engine, 30)
    assert lab.standing().state == "undecided"
    assert "metrics.guard.wiat_s" in lab.ramp().figures["sentence"]


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_is_set_blinds_nobody_and_ends_no_hold(
    app: object, cast: Cast, time: Time, hours: int
) -> None:
    lab = holding(cast, time, hold_s=600)
    engine = lab.conductor()
    lab.press("start")
    lab.beat(engine, 20)
    time.wall += timedelta(hours=hours)
    lab.beat(engine, 20)
    assert lab.ramp().held_s < 60
    assert lab.standing().mark == "1/holding/1"
    assert lab.ramp().lease_holder == "one"
    lab.source.errors = 0.2
    lab.beat(engine, 8)
    assert lab.standing().state == "rolled_back"


def test_figures_say_what_people_look_at(app: object, cast: Cast, time: Time) -> None:
    lab = holding(cast, time)
    engine = lab.conductor()
    lab.press("start")
    lab.beat(engine, 20)
    figures = lab.ramp().figures
    assert (figures["state"], figures["share"], figures["target"]) == ("holding", 25, 25)
    assert figures["moved"]["requests"] == 250 * figures["moved"]["seconds"]
    assert figures["control"]["requests"] == 750 * figures["control"]["seconds"]
    assert figures["signals"][0]["signal"] == "errors"
    assert figures["signals"][0]["verdict"] == "pass"
    assert figures["sentence"].startswith("Holding at 25 % for another")
    ramp: Ramp = lab.ramp()
    assert ramp.metrics_until is not None


@pytest.fixture
def real(app: object, cast: Cast, time: Time) -> Lab:
    """One of real traffic, whose primaries have accepted."""
    lab = holding(cast, time, hold_s=600, practice=False)
    seats = [("support", "sue", "primary"), ("ops", "omar", "primary"), ("ops", "olga", "backup")]
    with transaction() as session:
        cutover = session.get_one(Cutover, lab.cutover_id)
        cutover.demand_on_station = False
        roster = Roster(cutover_id=cutover.id, state="solved")
        roster.seats += [
            Seat(team=team, role=role, user_id=cast[name], state="accepted")
            for team, name, role in seats
        ]
        session.add(roster)
    return lab


def pages(lab: Lab) -> list[tuple[str, str, str]]:
    db.session().rollback()
    query = select(Page).where(Page.subject == f"cutover:{lab.cutover_id}").order_by(Page.id)
    found = db.session.scalars(query).unique()
    return [(page.state, page.severity, page.text) for page in found]


@pytest.mark.parametrize("mode", ["gone", "nothing", "idle"])
def test_where_nothing_can_be_judged_it_holds_says_why_and_pages_and_moves_nothing(
    real: Lab, cast: Cast, mode: str
) -> None:
    engine = real.conductor()
    real.press("start")
    real.beat(engine, 13)
    assert pages(real) == []
    real.source.mode = mode
    real.beat(engine, 40)
    assert real.standing().mark == "1/undecided/1"
    ((state, severity, text),) = pages(real)
    assert (state, severity) == ("open", "error")
    assert text.splitlines()[1] == real.entries("ramp.held")[0]["reason"]
    opened = real.entries("page.opened")[0]
    assert opened["audience"] == [f"user:{cast['omar']}", f"user:{cast['sue']}", "team:ops"]
    assert real.switch.moves == [25], "it is neither passed nor rolled back"
    real.source.mode = "works"
    real.beat(engine, 20)
    assert real.standing().mark == "1/holding/1"
    assert [state for state, _, _ in pages(real)] == ["resolved"]


def test_what_the_guard_does_calls_people_and_who_presses_ends_the_call(real: Lab) -> None:
    engine = real.conductor()
    real.press("start")
    real.beat(engine, 13)
    real.source.errors = 0.2
    real.beat(engine, 8)
    assert real.standing().state == "rolled_back"
    ((state, severity, text),) = pages(real)
    assert (state, severity) == ("open", "critical")
    assert "errors" in text
    real.source.errors = 0.001
    real.press("start")
    real.beat(engine, 13)
    real.switch.share = 40.0
    real.beat(engine, 12)
    assert real.standing().state == "drifted"
    real.press("restore")
    real.beat(engine, 2)
    assert [page[:2] for page in pages(real)] == [("open", "critical"), ("resolved", "error")]


def test_nobody_is_called_for_practice(app: object, cast: Cast, time: Time) -> None:
    lab = holding(cast, time)
    engine = lab.conductor()
    lab.press("start")
    lab.beat(engine, 13)
    lab.source.mode = "gone"
    lab.beat(engine, 40)
    assert lab.standing().state == "undecided"
    assert pages(lab) == []


def test_two_sources_that_disagree_are_not_judged_and_both_figures_are_named(
    app: object, cast: Cast, time: Time
) -> None:
    lab = holding(cast, time, hold_s=600)
    second = FakeSource(lab.switch)
    lab.source = AgreeingMetrics(FakeSource(lab.switch), second)  # type: ignore[assignment]
    engine = lab.conductor()
    lab.press("start")
    lab.beat(engine, 13)
    assert lab.standing().mark == "1/holding/1"
    second.rate = 100
    lab.beat(engine, 60)
    assert lab.standing().mark == "1/undecided/1"
    assert "two sources disagree: " in lab.entries("ramp.held")[0]["reason"]
    assert lab.switch.moves == [25]
