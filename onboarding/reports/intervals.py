"""Intervals of 95 % around what was counted, and when there is too little to say anything. Pure.

Shares get Wilson's score interval (E. B. Wilson, 1927). Medians and other quantiles get the interval
between two order statistics that the binomial distribution gives, which holds for any distribution.
What is neither gets a percentile bootstrap, drawn from a seeded generator: the same data give the
same interval.
"""

import math
import random
from collections.abc import Callable, Sequence

Z = 1.959964
TAIL = 0.025
EXACT = 1000  # from so many cases on the binomial distribution is taken for a normal one
DRAWS = 400
SEED = 20260101


def wilson(hits: int, of: int) -> tuple[float, float] | None:
    """The interval of a share (0 to 1) of which `hits` of `of` are known; None without cases."""
    if of <= 0:
        return None
    share, z2 = hits / of, Z * Z
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = Z * math.sqrt(share * (1 - share) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    low = 0.0 if hits == 0 else max(0.0, middle - half)
    high = 1.0 if hits == of else min(1.0, middle + half)
    return low, high


def rank(count: int, quantile: float) -> int:
    """The place (from 1) of a quantile among `count` sorted values."""
    return min(count, max(1, math.ceil(quantile * count)))


def ranks(count: int, quantile: float) -> tuple[int, int] | None:
    """The places (from 1) of the two values that hold the quantile between them 19 times in 20;
    None where there are too few values for that (under 6 for a median)."""
    if count < 1:
        return None
    if count > EXACT:
        middle = count * quantile
        spread = Z * math.sqrt(count * quantile * (1 - quantile))
        low, high = math.floor(middle - spread), math.ceil(middle + spread) + 1
        return (low, high) if low >= 1 and high <= count else None
    return _exact(count, quantile)


def _exact(count: int, quantile: float) -> tuple[int, int] | None:
    low, high, total = 0, count + 1, 0.0
    for hits in range(count + 1):
        total += _binomial(hits, count, quantile)
        if total <= TAIL:
            low = hits + 1
        if total >= 1 - TAIL:
            high = hits + 1
            break
    return (low, high) if low >= 1 and high <= count else None


def _binomial(hits: int, count: int, chance: float) -> float:
    logs = math.lgamma(count + 1) - math.lgamma(hits + 1) - math.lgamma(count - hits + 1)
    logs += hits * math.log(chance) + (count - hits) * math.log(1 - chance)
    return math.exp(logs)


def bootstrap(
    values: Sequence[float], statistic: Callable[[Sequence[float]], float]
) -> tuple[float, float] | None:
    """The interval of any statistic of `values`; None under 6 of them."""
    if len(values) < 6:
        return None
    drawn = random.Random(SEED)  # noqa: S311 - it draws samples, it keeps no secret
    found = sorted(statistic(drawn.choices(values, k=len(values))) for _ in range(DRAWS))
    return found[rank(DRAWS, TAIL) - 1], found[rank(DRAWS, 1 - TAIL) - 1]


def difference(hits: int, of: int, others: int, of_others: int) -> tuple[float, float] | None:
    """The interval of the first share less the second (-1 to 1), from the two Wilson intervals
    (R. G. Newcombe, 1998, method 10); None without cases of either."""
    one, other = wilson(hits, of), wilson(others, of_others)
    if one is None or other is None:
        return None
    first, second = hits / of, others / of_others
    down = math.hypot(first - one[0], other[1] - second)
    up = math.hypot(one[1] - first, second - other[0])
    return first - second - down, first - second + up
