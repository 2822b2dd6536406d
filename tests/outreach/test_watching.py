"""The guard goes on watching: a fault is a draft within seconds, and its end withdraws it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask

from onboarding.db import db, transaction
from onboarding.outreach.models import OriginWatch
from onboarding.ramps.models import Ramp
from tests.cast import Cast
from tests.dying import dying_at
from tests.outreach.watching import Live, gone_live
from tests.ramps.lab import Time

LEARNT_S = 120


def test_a_fault_is_a_draft_within_seconds_and_withdrawn_when_it_heals(acme: Live) -> None:
    lookout = acme.lookout()
    acme.watch(lookout, LEARNT_S)
    assert acme.all() == []
    began = acme.time.wall
    acme.counts.errors = 0.6
    assert acme.until(lookout, "drafted") <= 10
    row = acme.last()
    assert row is not None
    assert list(row.signals) == ["errors"]
    assert abs((row.onset - began).total_seconds()) <= 3
    assert row.cause == "origin_errors"
    assert "60 %" in row.text
    assert "www.acme.example" in row.subject
    assert f"{row.onset + timedelta(hours=1):%H:%M} CET ({row.onset:%H:%M} UTC)" in row.text
    assert row.sender is not None
    assert row.sender.email == "ann@vendor.example"
    (letter,) = acme.letters("ann@vendor.example")
    assert letter.state == "queued"
    assert acme.letters(acme.known.email) == []
    acme.watch(lookout, 300)  # it lasts: nothing second
    assert len(acme.all()) == 1
    acme.counts.errors = 0.005
    assert acme.until(lookout, "withdrawn", 120) <= 60
    (letter,) = acme.letters("ann@vendor.example")
    assert letter.state == "withdrawn"
    assert acme.kinds() == ["outreach.drafted", "outreach.withdrawn"]
    acme.counts.errors = 0.6  # back within a quarter of an hour: the same one goes on
    acme.until(lookout, "drafted")
    (row,) = acme.all()
    assert row.repeats == 1


@pytest.mark.parametrize(
    ("change", "signals", "cause"),
    [
        ({"errors": 0.5, "origin": 0.0}, {"errors"}, "unreachable"),
        ({"slow": 0.7}, {"slow"}, "slow_origin"),
        ({"slow": 0.7, "errors": 0.3, "origin": 0.1}, {"slow", "errors"}, "time_outs"),
        ({"misses": 0.9}, {"misses"}, "purged"),
        ({"misses": 0.9, "rate": 400}, {"misses"}, "cache_busting"),
        ({"rate": 0}, {"traffic"}, "gone"),
        ({"rate": 0, "old_path": 200}, {"traffic"}, "shifted"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_each_pattern_has_its_cause(
    acme: Live, change: dict[str, float], signals: set[str], cause: str
) -> None:
    lookout = acme.lookout()
    acme.watch(lookout, LEARNT_S)
    for name, value in change.items():
        setattr(acme.counts, name, value)
    assert acme.until(lookout, "drafted") <= 30
    row = acme.last()
    assert row is not None
    assert set(row.signals) == signals
    assert row.cause == cause
    for name in change:
        setattr(acme.counts, name, type(acme.counts).__dataclass_fields__[name].default)
    assert acme.until(lookout, "withdrawn", 120) <= 70


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_missing_figures_are_said_and_are_no_finding(acme: Live) -> None:
    lookout = acme.lookout()
    acme.watch(lookout, LEARNT_S)
    acme.counts.away = True
    acme.watch(lookout, 200)
    db.session().rollback()
    row = db.session().get_one(OriginWatch, acme.known.turnup)
    assert "the metrics are gone" in row.problem
    assert row.problem_since is not None
    assert acme.all() == []
    acme.counts.away, acme.counts.silent = False, True
    acme.watch(lookout, 60)
    db.session().rollback()
    row = db.session().get_one(OriginWatch, acme.known.turnup)
    assert "gives no counts" in row.problem
    acme.counts.silent = False
    acme.watch(lookout, 60)
    db.session().rollback()
    assert db.session().get_one(OriginWatch, acme.known.turnup).problem_since is None
    assert acme.all() == []
    assert acme.kinds() == ["origin.unseen", "origin.seen"]


@pytest.mark.parametrize(
    ("dying", "opened"),
    [
        (lambda: dying_at("outreach.finding"), (0,)),
        (lambda: dying_at("outreach.found"), (1,)),
        (lambda: dying_at("outreach.saved"), (0, 1)),
    ],
    ids=("finding", "found", "saved"),
)
def test_whoever_takes_over_loses_no_finding_and_opens_none_twice(
    acme: Live, dying: Callable[[], AbstractContextManager[None]], opened: tuple[int, ...]
) -> None:
    first = acme.lookout("first")
    acme.watch(first, LEARNT_S)
    acme.counts.errors = 0.6
    with dying():
        acme.watch(first, 60)
    db.session.remove()
    assert len(acme.all()) in opened
    second = acme.lookout("second")
    acme.watch(second, 60)  # the lease of the dead runs out
    (row,) = acme.all()
    assert row.state == "drafted"
    assert len(acme.letters("ann@vendor.example")) == 1
    acme.counts.errors = 0.005
    acme.until(second, "withdrawn", 120)
    first.beat()  # it was only asleep: nothing of it counts any more
    acme.watch(first, 20)
    assert len(acme.all()) == 1


def test_one_process_at_a_time_watches_and_no_ramp_is_watched_twice(
    app: Flask, cast: Cast, time: Time
) -> None:
    lives = [gone_live(cast, time, f"Acme{number}") for number in range(3)]
    one, two = lives[0].lookout("one"), lives[0].lookout("two")
    lives[0].watch(one, 5)
    lives[0].watch(two, 5)
    assert len(one.origins) == 3
    assert two.origins == {}
    one.close()
    lives[0].watch(two, 15)
    assert len(two.origins) == 3
    with transaction() as session:  # a second round is being driven: its own guard watches
        ramp = session.query(Ramp).filter_by(cutover_id=lives[1].cutover).one()
        ramp.state = "holding"
    lives[0].watch(two, 15)
    assert len(two.origins) == 2
