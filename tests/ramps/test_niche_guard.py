"""What a selector moved whole, through the guard: held against itself, never against what it is not."""

import json

import numpy as np
import pytest

from onboarding.ramps.guards import Counts, Guard, GuardOptions, Picked

START = 1_800_000_000.0
REST = 0.002  # error rate of the rest
ALL = 2000.0  # req/s
PART = 0.1  # of all requests are picked


class Site:
    """A site whose /img/ has an error rate of its own, and the guard that watches it."""

    def __init__(self, seed: int, rate: float) -> None:
        self.rng, self.rate, self.ts = np.random.default_rng(seed), rate, START
        self.guard = Guard(GuardOptions())
        self.worse, self.goes_on = 1.0, True

    def arm(self, picked: float, rest: float, worse: float) -> Counts:
        bad, requests = 0, 0
        for rps, rate in ((picked, self.rate), (rest, REST)):
            some = int(self.rng.poisson(rps))
            requests += some
            bad += int(self.rng.binomial(some, min(0.95, rate * worse)))
        return Counts(requests, errors=bad)

    def run(self, seconds: int, picked: bool, share: float, *, ahead: bool = False) -> list[str]:
        """What the guard asked for while `share` of the rest and, where `picked`, all of /img/ is
        on the new path. `ahead`: the source tells what /img/ does on the old one."""
        asked = []
        img, rest = ALL * PART, ALL * (1 - PART)
        alone = Picked("path /img/", mixed=share > 0) if picked and share < 1 else None
        for _ in range(seconds):
            self.ts += 1
            new = img if picked else img * share
            moved = self.arm(new, rest * share, self.worse)
            control = self.arm(img - new, rest * (1 - share), 1.0) if share < 1 else None
            if ahead and not picked:
                self.guard.learn(self.ts, "path /img/", self.arm(img, 0.0, 1.0))
            verdicts = self.guard.update(self.ts, moved, control, alone)
            asked += [v.action for v in verdicts if v.new]
            if "hold" in asked and self.goes_on:  # as the person would who is asked
                self.guard.niches.accept()
        return asked


@pytest.mark.parametrize("times", [0.01, 1.0, 4.0, 200.0])
@pytest.mark.parametrize("ahead", [False, True])
def test_a_niche_of_any_rate_is_never_rolled_back_in_health(times: float, ahead: bool) -> None:
    site = Site(int(times * 100), REST * times)
    asked = site.run(200, False, 0.0, ahead=ahead)
    for picked, share in ((True, 0.0), (True, 0.05), (True, 0.5), (False, 0.5), (False, 1.0)):
        asked += site.run(240, picked, share)
    assert "rollback" not in asked
    assert asked.count("hold") <= (0 if ahead or times <= 1 else 1)


@pytest.mark.parametrize("times", [0.1, 1.0, 20.0])
@pytest.mark.parametrize("share", [0.0, 0.05, 0.5])
def test_a_niche_that_goes_bad_is_rolled_back_soon(times: float, share: float) -> None:
    site = Site(7, REST * times)
    site.run(200, False, 0.0, ahead=True)
    site.run(120, True, share)
    site.worse = 30.0
    assert "rollback" in site.run(60, True, share)


def test_a_niche_bad_from_the_start_holds_and_does_not_teach() -> None:
    site = Site(8, REST * 40)
    site.goes_on = False
    site.run(200, False, 0.0)
    assert site.run(120, True, 0.0) == ["hold"]
    assert site.guard.evidence()["errors"] >= 1
    site.guard.niches.accept()
    assert site.run(10, True, 0.0) == ["undecided"]


def test_a_restart_keeps_the_niche() -> None:
    site = Site(9, REST * 20)
    site.run(200, False, 0.0, ahead=True)
    site.run(60, True, 0.05)
    text = json.dumps(site.guard.state(), allow_nan=False)
    again = Guard.from_state(json.loads(text))
    assert json.loads(json.dumps(again.state())) == json.loads(text)
    assert again.niches.picked == Picked("path /img/", mixed=True)
    assert again.judge("errors").baseline.rate == pytest.approx(REST * 20, rel=0.2)
