"""Traffic that goes is seen, nights and quiet customers are not."""

import math

import numpy as np
import pytest

from onboarding.outreach.flow import Flow

EVERY_S = 10.0


def fed(flow: Flow, rates: "list[float]", start: float = 0.0) -> float | None:
    """Feed a random count for each interval; when it was found gone first."""
    random, found = np.random.default_rng(7), None
    for number, rate in enumerate(rates):
        at = start + (number + 1) * EVERY_S
        flow.feed(at, EVERY_S, float(random.poisson(rate * EVERY_S)))
        if flow.since is not None and found is None:
            found = at
    return found


def day(mean: float, night: float) -> list[float]:
    """A day's rates, at night this part of the mean."""
    steps = int(86400 / EVERY_S)
    middle, half = mean * (1 + night) / 2, mean * (1 - night) / 2
    return [middle - half * math.cos(2 * math.pi * n / steps) for n in range(steps)]


@pytest.mark.parametrize("mean", [0.2, 5.0, 500.0])
def test_nights_are_no_finding(mean: float) -> None:
    assert fed(Flow(), [*day(mean, 0.03), *day(mean, 0.03)]) is None


@pytest.mark.parametrize(("rate", "within"), [(200.0, 30.0), (20.0, 30.0), (2.0, 70.0)])
def test_a_sudden_end_is_found_with_its_beginning_and_so_is_its_own_end(
    rate: float, within: float
) -> None:
    flow = Flow()
    assert fed(flow, [rate] * 400) is None
    flow = Flow(flow.state())  # another process goes on
    found = fed(flow, [rate * 0.02] * 60, start=4000.0)
    assert found is not None
    assert found - 4000.0 <= within
    assert flow.since == pytest.approx(4000.0, abs=within)
    fed(flow, [rate] * 60, start=4600.0)
    assert flow.since is None


def test_who_is_too_quiet_is_not_judged() -> None:
    flow = Flow()
    fed(flow, [0.1] * 800)
    assert fed(flow, [0.0] * 200, start=8000.0) is None
