"""Live and replayed, the guard is the same: property tests over streams of all kinds."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.ramps import plain_csv
from onboarding.ramps.counts import Counts
from onboarding.ramps.evidence import FACTORS, Evidence, Mark, accumulate, gains
from onboarding.ramps.guards import Guard
from onboarding.ramps.options import GuardOptions
from onboarding.ramps.recording import Recording, parse
from onboarding.ramps.replay import replay

START = 1_800_000_000.0


@st.composite
def recordings(draw):
    """Streams with gaps, faults that come and go, changing shares, a control that comes and goes."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    every = draw(st.sampled_from([1.0, 10.0]))
    rps = draw(st.sampled_from([0.5, 20.0, 1000.0]))
    rate = draw(st.sampled_from([0.0, 1e-4, 1e-3, 0.05]))
    sizes = draw(st.lists(st.integers(1, 900), min_size=1, max_size=5))
    steps = draw(
        st.lists(
            st.tuples(
                st.sampled_from([1.0, 1.0, 1.3, 2.5, 8.0, 60.0]),  # factor of the fault
                st.sampled_from([0.0, 0.01, 0.5, 0.9, 1.0]),  # share
                st.booleans(),  # control seen
            ),
            min_size=len(sizes),
            max_size=len(sizes),
        )
    )
    arms = []
    for size, (factor, share, seen) in zip(sizes, steps, strict=True):
        moved = rng.poisson(rps * share, size)
        control = rng.poisson(rps * (1 - share), size) * seen
        arms.append(
            (
                moved,
                rng.binomial(moved, min(0.9, rate * factor)),
                control,
                rng.binomial(control, rate),
            )
        )
    moved, bad, control, control_bad = (
        np.concatenate(part).astype(float) for part in zip(*arms, strict=True)
    )
    ts = START + every * np.arange(len(moved))
    return every, Recording(ts, moved, control, {"errors": bad}, {"errors": control_bad})


def live(recording, options):
    """Rows, actions and evidence of the live guard's new verdicts."""
    guard, alarms = Guard(options), []
    columns = (
        recording.ts,
        recording.requests,
        recording.bad["errors"],
        recording.control_requests,
        recording.control["errors"],
    )
    for row, (ts, requests, bad, beside, beside_bad) in enumerate(zip(*columns, strict=True)):
        verdicts = guard.update(ts, Counts(requests, bad), Counts(beside, beside_bad))
        alarms += [(row, v) for v in verdicts if v.action in ("hold", "rollback") and v.new]
    return alarms


@settings(max_examples=60, deadline=None)
@given(
    recordings(),
    st.sampled_from([None, 1e-3]),
    st.sampled_from([0, 60, 120]),
    st.sampled_from([1, 1000]),
)
def test_live_and_replayed_raise_the_same_alarms(made, exact, warmup, alarms_wanted):
    every, recording = made
    options = GuardOptions(
        every=every,
        warmup=warmup,
        baselines={} if exact is None else {"errors": exact},
        false_alarms_per_30d=alarms_wanted,
    )
    expected = live(recording, options)
    found = replay(recording, options).alarms
    assert [(alarm.interval, alarm.finding.action) for alarm in found] == [
        (row, verdict.action) for row, verdict in expected
    ]
    for alarm, (_, verdict) in zip(found, expected, strict=True):
        assert alarm.finding.onset_ts == verdict.onset
        assert alarm.finding.observed == pytest.approx(verdict.observed, rel=1e-9)
        assert alarm.finding.evidence == pytest.approx(verdict.evidence, rel=1e-6)
        assert alarm.finding.baseline == verdict.baseline


def test_the_streams_of_the_property_test_raise_alarms_at_all():
    """Guards the test above against comparing nothing with nothing."""
    rng = np.random.default_rng(1)
    requests = np.full(1000, 1000.0)
    bad = rng.binomial(1000, 0.001, 1000).astype(float)
    bad[900:] = rng.binomial(1000, 0.02, 100)
    recording = Recording(
        START + np.arange(1000), requests, np.zeros(1000), {"errors": bad}, {"errors": bad * 0}
    )
    options = GuardOptions(warmup=60)
    found = [(alarm.interval, alarm.finding.action) for alarm in replay(recording, options).alarms]
    assert found == [(row, verdict.action) for row, verdict in live(recording, options)]
    rows = [row for row, action in found if action == "rollback"]
    assert 900 <= rows[0] <= 910
    assert len(rows) > 5  # it restarts, and the fault is still there


@given(st.integers(0, 2**32), st.integers(1, 2000), st.sampled_from([8, 64, 256]))
@settings(max_examples=30, deadline=None)
def test_many_ticks_at_once_give_the_evidence_of_one_by_one(seed, ticks, width):
    rng = np.random.default_rng(seed)
    trials = rng.poisson(50, ticks).astype(float)
    bad = rng.binomial(trials.astype(int), 0.02).astype(float)
    odds, share = rng.uniform(0.005, 0.05, ticks), rng.uniform(0.1, 1.0, ticks)
    evidence = Evidence(Mark(0, 0.0, 0.0, 0.0, 0.0, 0.0))
    together = accumulate(gains(bad, trials, odds, share, 5.0), [0.0] * len(FACTORS), width)
    for tick in range(ticks):
        mark = Mark(tick, 0.0, 0.0, 0.0, 0.0, 0.0)
        evidence.add(bad[tick], trials[tick], odds[tick], share[tick], 5.0, mark)
        np.testing.assert_allclose(together[tick], evidence.mix, rtol=1e-9)


@given(
    st.lists(
        st.tuples(
            st.integers(1, 10**6), st.integers(0, 10**9), st.integers(0, 10**9), st.booleans()
        ),
        min_size=1,
        max_size=30,
    ),
    st.booleans(),
)
def test_the_fast_reader_reads_what_the_careful_one_does(rows, zulu):
    ts, lines = np.datetime64("2027-01-04T00:00:00"), []
    for gap, one, two, _ in rows:
        ts = ts + np.timedelta64(gap, "s")
        lines.append(f"{ts}{'Z' * zulu},{max(one, two)},{min(one, two)}")
    plain = "\n".join(["ts,requests,errors", *lines, ""])
    assert plain_csv.table(plain.partition("\n")[2].encode(), 3, 0) is not None
    quoted = plain.replace("\n2", "\n 2")
    fast, careful = parse(plain.encode(), "a.csv"), parse(quoted.encode(), "b.csv")
    for field in dataclasses.fields(Recording):
        one, two = getattr(fast, field.name), getattr(careful, field.name)
        np.testing.assert_equal(one, two)
