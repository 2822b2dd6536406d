"""What the margins hide and what they are learnt from: slight faults, and paths that wander."""

import math

import numpy as np

from onboarding.ramps.guards import Guard, GuardOptions
from tests.ramps.test_guard import START, actions, feed


def test_a_slight_fault_that_the_margin_hides_holds_once_and_takes_nothing_back():
    guard, rng = Guard(GuardOptions()), np.random.default_rng(21)
    feed(guard, rng, 300, 0.002, rps=6000, control=0.002)
    verdicts = feed(guard, rng, 600, 0.0032, rps=6000, control=0.002)
    assert set(actions(verdicts)) == {"hold"}
    assert [verdict.new for verdict in verdicts].count(True) == 1
    assert verdicts[0].once_in >= 30 * 86400
    assert abs(verdicts[0].onset - (START + 301)) < 60
    assert guard.detectors["errors"].baseline.margin < 1.6  # it is not learnt as normal
    assert "rollback" in actions(feed(guard, rng, 60, 0.02, rps=6000, control=0.002))


def wandering(rng, seconds, strength, length):
    """Factors of a rate that wanders by itself."""
    level, keep = rng.normal(), math.exp(-1 / length)
    for pushed in rng.normal(size=seconds) * math.sqrt(1 - keep**2):
        level = keep * level + pushed
        yield math.exp(strength * level)


def test_where_the_control_runs_away_from_its_level_only_the_same_moment_counts():
    guard, rng, verdicts = Guard(GuardOptions()), np.random.default_rng(22), []
    for factor in wandering(rng, 5000, 0.8, 40):
        rate = min(0.5, 0.002 * factor)
        verdicts += feed(guard, rng, 1, rate, rps=4000, control=rate)
    assert guard.detectors["errors"].baseline.level.misleads
    assert "rollback" not in actions(verdicts)
    assert "rollback" in actions(feed(guard, rng, 30, 0.04, rps=4000, control=0.002))


def test_arms_that_part_for_a_minute_and_meet_again_are_given_room():
    guard, rng, verdicts = Guard(GuardOptions()), np.random.default_rng(23), []
    arms = zip(wandering(rng, 5000, 0.25, 60), wandering(rng, 5000, 0.25, 60), strict=True)
    for one, other in arms:
        verdicts += feed(guard, rng, 1, 0.002 * one, rps=4000, control=0.002 * other)
    assert guard.detectors["errors"].baseline.margin > 1.8
    assert "rollback" not in actions(verdicts)
