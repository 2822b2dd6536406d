"""The live guard, through the door the conductor uses: one update a tick."""

import json
import math

import numpy as np
import pytest

from onboarding.errors import BadInput
from onboarding.ramps.guards import Counts, Guard, GuardOptions, Limit, Verdict

START = 1_800_000_000.0


def feed(guard, rng, seconds, rate, *, rps=1000, control=None, share=0.5, start=None):
    """Run `seconds` ticks; `control` is the control arm's rate. Returns all verdicts."""
    begin = start if start is not None else (guard.ts or START) + 1
    verdicts = []
    for second in range(seconds):
        moved = int(rng.poisson(rps * share))
        arms = [Counts(moved, errors=int(rng.binomial(moved, rate)))]
        if control is not None:
            rest = int(rng.poisson(rps * (1 - share)))
            arms.append(Counts(rest, errors=int(rng.binomial(rest, control))))
        verdicts += guard.update(begin + second, *arms)
    return verdicts


def actions(verdicts):
    return [verdict.action for verdict in verdicts]


def test_healthy_traffic_beside_a_control_passes():
    guard = Guard(GuardOptions())
    assert feed(guard, np.random.default_rng(1), 900, 0.001, control=0.001) == []


def test_a_fault_of_the_moved_arm_is_rolled_back_and_explained():
    guard, rng = Guard(GuardOptions()), np.random.default_rng(2)
    feed(guard, rng, 300, 0.001, rps=2000, control=0.001)
    fault_at = guard.ts + 1
    verdicts = feed(guard, rng, 10, 0.02, rps=2000, control=0.001)
    rollback = next(verdict for verdict in verdicts if verdict.action == "rollback")
    assert rollback.ts - fault_at < 8
    assert abs(rollback.onset - fault_at) <= 2
    assert rollback.observed == pytest.approx(0.02, rel=0.3)
    assert rollback.control == pytest.approx(0.001, abs=0.001)
    assert rollback.once_in >= 30 * 86400
    said = rollback.sentence()
    assert said.startswith("errors 0.")
    assert "control 0." in said
    assert "healthy traffic shows this less than once in" in said


def test_the_sentence_says_what_how_soon_against_what_and_how_rarely():
    seen = {"baseline": 0.0012, "observed": 0.019, "control": 0.0011, "once_in": 30 * 86400.0}
    verdict = Verdict("errors", "rollback", ts=START + 7, onset=START, **seen)
    assert verdict.sentence() == (
        "errors 0.12 % → 1.9 % in 8 s, control 0.11 %; "
        "healthy traffic shows this less than once in 30 days"
    )


def test_a_hold_comes_before_the_rollback_and_is_new_once():
    guard, rng = Guard(GuardOptions()), np.random.default_rng(3)
    feed(guard, rng, 60, 0.001, control=0.001)
    verdicts = feed(guard, rng, 60, 0.006, rps=4000, control=0.001)
    until = actions(verdicts).index("rollback")
    before = verdicts[:until]
    assert before
    assert set(actions(before)) == {"hold"}
    assert [verdict.new for verdict in before].count(True) == 1


def test_a_fault_of_both_arms_is_not_the_new_paths():
    guard, rng = Guard(GuardOptions()), np.random.default_rng(4)
    feed(guard, rng, 120, 0.001, control=0.001)
    assert feed(guard, rng, 300, 0.02, control=0.02) == []


@pytest.mark.parametrize("factor", [3, 20, 100])
@pytest.mark.parametrize("share", [0.05, 0.5, 0.9])
def test_a_burst_that_hits_both_arms_is_not_the_new_paths(factor, share):
    guard, rng = Guard(GuardOptions()), np.random.default_rng(15)
    feed(guard, rng, 300, 0.002, rps=4000, control=0.002, share=share)
    for _ in range(5):
        for seconds, rate in ((20, 0.002 * factor), (60, 0.002)):
            verdicts = feed(guard, rng, seconds, rate, rps=4000, control=rate, share=share)
            assert "rollback" not in actions(verdicts)


@pytest.mark.parametrize("healthy", [0.3, 0.6, 0.97])
def test_a_signal_that_is_often_bad_in_health_is_judged_by_its_odds(healthy):
    guard, rng = Guard(GuardOptions()), np.random.default_rng(16)
    assert feed(guard, rng, 300, healthy, control=healthy) == []
    worse = 1 - (1 - healthy) / 10
    assert "rollback" in actions(feed(guard, rng, 60, worse, control=healthy))


def test_an_arm_without_control_that_wanders_is_given_the_room_it_takes():
    guard, rng = Guard(GuardOptions()), np.random.default_rng(17)
    for _ in range(60):
        calm, wild = rng.uniform(0.4, 0.9), rng.uniform(1.2, 2.2)
        for factor in (calm, wild):
            feed(guard, rng, 60, 0.002 * factor, rps=10_000)
    known = guard.detectors["errors"].baseline
    assert known.odds > 3.5 * known.rate
    assert "rollback" in actions(feed(guard, rng, 20, 0.06, rps=10_000))


def test_a_blip_of_one_tick_does_not_roll_back():
    guard, rng = Guard(GuardOptions()), np.random.default_rng(5)
    feed(guard, rng, 120, 0.001, control=0.001)
    blip = feed(guard, rng, 1, 0.5, control=0.001)
    assert "rollback" not in actions(blip + feed(guard, rng, 300, 0.001, control=0.001))


def test_a_change_of_share_in_mid_stream_is_no_fault():
    guard, rng = Guard(GuardOptions()), np.random.default_rng(6)
    for share in (0.01, 0.05, 0.25, 0.5, 0.9, 0.5, 0.05):
        verdicts = feed(guard, rng, 120, 0.002, control=0.002, share=share)
        assert set(actions(verdicts)) <= {"undecided"}, share
    assert "rollback" in actions(feed(guard, rng, 30, 0.1, control=0.002, share=0.05))


def test_at_a_share_of_all_the_control_has_taught_the_baseline():
    guard, rng = Guard(GuardOptions()), np.random.default_rng(7)
    feed(guard, rng, 300, 0.002, control=0.002)
    assert feed(guard, rng, 120, 0.002, control=None, share=1.0) == []
    assert "rollback" in actions(feed(guard, rng, 20, 0.05, share=1.0))


def test_no_data_is_undecided_and_says_why():
    guard, rng = Guard(GuardOptions()), np.random.default_rng(8)
    feed(guard, rng, 60, 0.001, control=0.001)
    verdicts = []
    for second in range(60):
        verdicts += guard.update(guard.ts + 1, Counts(0, errors=0), Counts(500, errors=1))
        assert second < 30 or verdicts
    assert set(actions(verdicts)) == {"undecided"}
    assert [verdict.new for verdict in verdicts].count(True) == 1
    assert "0 in the last 30 s" in verdicts[-1].sentence()


def test_a_source_that_gives_no_such_signal_is_undecided():
    guard = Guard(GuardOptions(signals=("errors", "slow")))
    for second in range(40):
        verdicts = guard.update(START + second, Counts(500, errors=0), Counts(500, errors=0))
    assert [(verdict.signal, verdict.action) for verdict in verdicts] == [("slow", "undecided")]
    assert "gives no slow" in verdicts[0].sentence()


def test_without_control_or_baseline_it_is_undecided_until_it_has_learnt():
    guard, rng = Guard(GuardOptions()), np.random.default_rng(9)
    verdicts = feed(guard, rng, 120, 0.001)
    assert set(actions(verdicts)) == {"undecided"}
    assert len(verdicts) < 70
    assert "no baseline yet" in verdicts[-1].sentence()


def test_an_exact_baseline_judges_from_the_first_tick():
    guard = Guard(GuardOptions(baselines={"errors": 0.001}))
    verdicts = feed(guard, np.random.default_rng(10), 3, 0.05, rps=2000)
    assert "rollback" in actions(verdicts)


def test_a_fixed_limit_stands_beside_the_evidence():
    limit = Limit("errors", 0.02, seconds=10, min_requests=100)
    guard, rng = Guard(GuardOptions(limits=(limit,))), np.random.default_rng(11)
    verdicts = feed(guard, rng, 30, 0.05, control=0.05)
    assert verdicts[0].action == "rollback"
    assert "over the fixed limit of 2 %" in verdicts[0].sentence()


def test_a_fixed_limit_needs_its_least_number_of_requests():
    limit = Limit("errors", 0.02, seconds=10, min_requests=100)
    guard = Guard(GuardOptions(limits=(limit,), min_requests=1))
    for second in range(30):
        assert guard.update(START + second, Counts(9, errors=9), Counts(9, errors=9)) == []


def test_a_muted_signal_is_told_and_asks_for_nothing_until_its_time():
    guard, rng = Guard(GuardOptions()), np.random.default_rng(12)
    feed(guard, rng, 60, 0.001, control=0.001)
    guard.mute("errors", guard.ts + 60)
    during = feed(guard, rng, 59, 0.05, control=0.001)
    assert set(actions(during)) == {"muted"}
    assert "muted for another" in during[-1].sentence()
    assert "rollback" in actions(feed(guard, rng, 20, 0.05, control=0.001))


@pytest.mark.parametrize(("reach", "expected"), [("hold", {"hold"}), ("tell", {"tell"})])
def test_a_signal_goes_no_further_than_its_reach(reach, expected):
    guard, rng = Guard(GuardOptions(reach={"errors": reach})), np.random.default_rng(13)
    feed(guard, rng, 60, 0.001, control=0.001)
    assert set(actions(feed(guard, rng, 60, 0.05, control=0.001))) == expected


def test_a_restart_in_the_middle_of_a_fault_changes_nothing():
    def run(restarts):
        guard, rng, verdicts = Guard(options), np.random.default_rng(14), []
        for second in range(200):
            share = 500 if second < 120 else 700
            rate = 0.001 if second < 180 else 0.01
            moved = Counts(share, errors=int(rng.binomial(share, rate)), slow=25)
            control = Counts(1000 - share, errors=int(rng.binomial(1000 - share, 0.001)), slow=20)
            verdicts += guard.update(START + second, moved, control)
            if restarts:
                text = json.dumps(guard.state(), allow_nan=False)
                assert len(text) < 16_000
                guard = Guard.from_state(json.loads(text))
        return verdicts

    options = GuardOptions(signals=("errors", "slow"), limits=(Limit("errors", 0.5),))
    plain = run(restarts=False)
    assert run(restarts=True) == plain
    assert "rollback" in actions(plain)


def test_the_state_of_another_version_is_refused():
    with pytest.raises(BadInput, match="version 99"):
        Guard.from_state({**Guard(GuardOptions()).state(), "version": 99})


@pytest.mark.parametrize(
    ("ts", "moved", "control", "place"),
    [
        (START, Counts(10, errors=11), None, "moved.errors"),
        (START, Counts(10, errors=-1), None, "moved.errors"),
        (START, Counts(math.nan, errors=0), None, "moved.requests"),
        (START, Counts(10, errors=0), Counts(10, errors=math.inf), "control.errors"),
        (START, Counts(10, errors=0, slow=11), None, "moved.slow"),
        (START - 60, Counts(10, errors=0), None, "ts"),
        (START - 1, Counts(10, errors=0), None, "ts"),
        (math.nan, Counts(10, errors=0), None, "ts"),
    ],
)
def test_what_cannot_be_is_refused_by_name_and_leaves_the_guard_as_it_was(
    ts, moved, control, place
):
    guard = Guard(GuardOptions())
    guard.update(START - 1, Counts(10, errors=0))
    before = guard.state()
    with pytest.raises(BadInput) as refused:
        guard.update(ts, moved, control)
    assert refused.value.place == place
    assert guard.state() == before


@pytest.mark.parametrize(
    "options",
    [
        {"signals": ("colour",)},
        {"baselines": {"errors": 0.0}},
        {"baselines": {"slow": 0.1}},
        {"reach": {"errors": "shout"}},
        {"every": 0.0},
        {"false_alarms_per_30d": math.nan},
    ],
)
def test_options_that_cannot_be_are_refused(options):
    with pytest.raises(BadInput):
        GuardOptions(**options)


@pytest.mark.parametrize(
    "limit", [{"rate": 2.0}, {"rate": 0.1, "seconds": 0.0}, {"rate": 0.1, "min_requests": 0}]
)
def test_limits_that_cannot_be_are_refused(limit):
    with pytest.raises(BadInput):
        Limit("errors", **limit)
