"""Whether quick and right answers make customers happier, as far as the answers say. Pure."""

from dataclasses import dataclass

from onboarding.reports.intervals import difference
from onboarding.reports.shape import SCARCE

ENOUGH = 20  # scores in each of two groups, under which nothing is said of their difference


@dataclass(frozen=True)
class Scores:
    """Of `of` customers who answered the one question, `happy` said good or very good."""

    happy: int = 0
    of: int = 0

    def __add__(self, other: "Scores") -> "Scores":
        return Scores(self.happy + other.happy, self.of + other.of)


def finding(what: str, good: Scores, bad: Scores) -> str:
    """A sentence about the difference that `what` makes: of `good` scores against `bad` ones. It
    claims one only where the interval of 95 % of the difference leaves out nought."""
    if min(good.of, bad.of) < ENOUGH:
        return f"{what}: {SCARCE} ({good.of} and {bad.of} answers, {ENOUGH} of each are needed)."
    edges = difference(good.happy, good.of, bad.happy, bad.of)
    assert edges is not None  # both have cases
    low, high = (100 * edge for edge in edges)
    interval = f"{low:+.0f} to {high:+.0f} points, {good.of} and {bad.of} answers"
    if low > 0:
        return f"{what}: customers are happier ({interval})."
    if high < 0:
        return f"{what}: customers are less happy ({interval})."
    return f"{what}: no difference shown ({interval})."
