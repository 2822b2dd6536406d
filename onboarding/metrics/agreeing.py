"""Two sources of the same traffic: counts are given while both tell the same story."""

import math
from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta

from onboarding.errors import BadInput, PassingFault
from onboarding.metrics.base import ArmCounts, Checked, MetricsSource, Sample

WINDOW_S = 60.0  # what is compared
APART = 0.2  # two counts may differ by this part of the larger one …
NOISE = 4.0  # … and by so many standard deviations of what came by chance
LEAST_S = 5.0  # both must know so much of the window to be compared
ARMS = ("moved", "control")
COUNTED = ("requests", "errors")
NAMES = ("the first", "the second")


class AgreeingMetrics:
    """The counts of `first`, as long as `second` counts about the same; only requests and errors of
    arms that both know are compared, over the last minute that both have.

    Raises PassingFault where they disagree, which names both, the arm, what is counted and both figures;
    then, and where either can't be read, nothing can be judged: the guard holds, and moves nothing.
    """

    def __init__(
        self, first: MetricsSource, second: MetricsSource, names: tuple[str, str] = NAMES
    ) -> None:
        self.first, self.second, self.names = first, second, names
        self.seen: tuple[deque[Sample], deque[Sample]] = (deque(), deque())
        self.doubted: datetime | None = None  # up to here nobody knows which of them was right

    def read(self, since: datetime, until: datetime) -> list[Sample]:
        other = self.second.read(since, until)
        mine = self.first.read(since, until)
        for kept, new in zip(self.seen, (mine, other), strict=True):
            kept.extend(one for one in new if not kept or one.at > kept[-1].at)
            while kept and kept[0].at <= until - timedelta(seconds=WINDOW_S):
                kept.popleft()
        if said := disagreement(*self.seen, self.names):
            self.doubted = until
            raise PassingFault(
                f"two sources disagree: {said}",
                hint="find out which is right; take the other out of the cutover's metrics",
            )
        return [self._sure(one) for one in mine]

    def check(self) -> None:
        """Both by their own check, where they have one; raises as that does."""
        if isinstance(self.first, Checked):
            self.first.check()
        if isinstance(self.second, Checked):
            try:
                self.second.check()
            except BadInput as wrong:
                raise of_second(wrong) from wrong

    def _sure(self, sample: Sample) -> Sample:
        """What was in doubt stays missing, also where it is given once they agree again."""
        if self.doubted is None or sample.at > self.doubted:
            return sample
        return Sample(sample.at, sample.seconds, None, None)


def of_second(wrong: BadInput) -> BadInput:
    """What is wrong with the second source, at its place in the config of both."""
    place = wrong.place.replace("metrics", "metrics.second", 1)
    return BadInput(wrong.message, place=place, hint=wrong.hint)


def named(first: str, second: str) -> tuple[str, str]:
    """What two sources of these kinds are called beside each other."""
    return (first, second) if first != second else (f"the first {first}", f"the second {second}")


def disagreement(
    first: Sequence[Sample], second: Sequence[Sample], names: tuple[str, str] = NAMES
) -> str:
    """Where the two differ by more than chance and tolerance, in words; nothing where they agree,
    or know too little of the same time. Pure."""
    if not first or not second:
        return ""
    end = min(first[-1].at, second[-1].at)
    start = max(one[0].at - timedelta(seconds=one[0].seconds) for one in (first, second))
    if (end - start).total_seconds() < LEAST_S:
        return ""
    for arm in ARMS:
        both = [_sum(of, arm, start, end) for of in (first, second)]
        if None in both:
            continue
        for what in COUNTED:
            one, other = (getattr(counts, what) for counts in both)
            if abs(one - other) > APART * max(one, other) + NOISE * math.sqrt(one + other):
                seconds = (end - start).total_seconds()
                return (
                    f"{names[0]} counts {one} {what} of the {arm} arm in {seconds:.0f} s, "
                    f"{names[1]} {other}"
                )
    return ""


def _sum(samples: Sequence[Sample], arm: str, start: datetime, end: datetime) -> ArmCounts | None:
    """One arm's counts in (start, end]; None where any of them is missing."""
    found: list[ArmCounts | None] = [getattr(one, arm) for one in samples if start < one.at <= end]
    known = [counts for counts in found if counts is not None]
    if not known or len(known) < len(found):
        return None
    return ArmCounts(sum(one.requests for one in known), sum(one.errors for one in known))
