"""What is kept of a run's seconds: bounded, fine around an alarm, there for who looks later."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.db import db
from onboarding.ramps.history import gathering, moments
from onboarding.ramps.models import Moment
from onboarding.ramps.moments import MOST, Gathering, Seen, pairs, together
from tests.ramps.lab import Lab

AT = datetime(2027, 3, 1, 12, tzinfo=UTC)


def kept(lab: Lab) -> list[Moment]:
    db.session().rollback()
    return moments(db.session(), lab.ramp().id)


def second(number: int, share: float = 5.0, bad: int = 1) -> Seen:
    arm = {"seconds": 1.0, "requests": 100, "errors": bad, "slow": None, "misses": None}
    at = AT + timedelta(seconds=number)
    return Seen(at, 1.0, "holding", 1, share, at, arm, arm, {"errors": number / 1000})


@given(st.lists(st.sampled_from([0.0, 5.0, 25.0]), min_size=1, max_size=60), st.booleans())
def test_nothing_is_lost_and_nothing_is_counted_twice(shares: list[float], alarm: bool) -> None:
    found, into = [], Gathering()
    for number, share in enumerate(shares):
        if alarm and number == 20:
            into.alarm()
        found += into.tick(second(number, share))
    found += into.rest()
    assert sum(one.seconds for one in found) == len(shares)
    assert [one.at for one in found] == sorted(one.at for one in found)
    assert into.kept == len(found)


def test_neighbours_together_add_up_and_keep_the_highest_evidence() -> None:
    both = together([second(1, bad=3), second(2, bad=4)])
    assert both.moved == {"seconds": 2, "requests": 200, "errors": 7, "slow": None, "misses": None}
    assert (both.seconds, both.at, both.evidence["errors"]) == (2, second(2).at, 0.002)
    assert pairs([second(1), second(2), second(3)]) == [(0, 1)]


def test_a_run_is_kept_by_ten_seconds_and_an_alarm_second_by_second(lab: Lab) -> None:
    engine = lab.at_the_go()
    lab.beat(engine, 30)
    calm = kept(lab)
    assert {round(row.seconds) for row in calm[3:]} == {10}
    assert sum(row.moved["requests"] for row in calm if row.moved) > 0
    lab.source.errors = 0.4
    lab.beat(engine, 12)
    assert lab.standing().state == "rolled_back"
    found = kept(lab)
    fine = [row for row in found if row.fine]
    assert fine
    assert all(row.seconds <= 1 for row in fine)
    assert max(row.evidence.get("errors", 0) for row in found) > 0.03
    assert (found[-1].state, found[-1].share) == ("rolled_back", 0)


def test_a_long_run_keeps_a_bounded_number_and_its_alarms(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onboarding.ramps.moments.MOST", 12)
    engine = lab.at_the_go()
    lab.beat(engine, 400)
    found = kept(lab)
    assert len(found) <= 13
    assert sum(row.seconds for row in found) > 350
    assert gathering(db.session(), lab.ramp().id).every >= 20
    assert MOST == 2000
