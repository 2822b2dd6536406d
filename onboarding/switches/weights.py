"""Server weights for a share: small whole numbers, close to the share, fair within each arm. Pure."""

from collections.abc import Callable, Sequence

MOST = 256  # the highest weight of a server in HAProxy


def weights(
    share: float, moved: Sequence[int], control: Sequence[int], most: int = MOST
) -> tuple[list[int], list[int]]:
    """Weights of 0..`most` for both arms, so that the moved arm's part of the sum is `share` percent
    as nearly as whole numbers allow, and each arm's servers keep the proportions that `moved` and
    `control` (their configured weights) have. At 0 and 100 the full arm gets those as they are.
    """
    moved, control = [max(1, w) for w in moved], [max(1, w) for w in control]
    if share <= 0:
        return [0] * len(moved), control
    if share >= 100:
        return moved, [0] * len(control)
    best = (float("inf"), 1, 1)
    most_moved, most_control = _most(moved, most), _most(control, most)
    for total in range(most_moved, 0, -1):
        other = max(1, round(min(most_control, total * (100 - share) / share)))
        off = abs(100 * total / (total + other) - share)
        if off < best[0] - 1e-9:
            best = (off, total, other)
    return split(best[1], moved), split(best[2], control)


def _most(proportions: Sequence[int], most: int) -> int:
    """The largest sum that can be split in these proportions without passing `most`."""
    return most * sum(proportions) // max(proportions)


def split(total: int, proportions: Sequence[int]) -> list[int]:
    """`total` in whole parts, by largest remainder."""
    whole = sum(proportions)
    parts = [total * one // whole for one in proportions]
    by_remainder = sorted(range(len(parts)), key=lambda i: -(total * proportions[i] % whole))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts


def share_of(moved: Sequence[int], control: Sequence[int]) -> float:
    """The percent that weights come to; the sum of all must be above 0."""
    return 100 * sum(moved) / (sum(moved) + sum(control))


def as_asked(
    moved: list[int],
    control: list[int],
    wanted: Callable[[float], tuple[list[int], list[int]]],
) -> float:
    """The share that weights come to, as it was asked for where they are the weights `wanted` for
    it: 33 and 67 of 100 are 33 percent, and 1 and 2 are 33.3."""
    share = share_of(moved, control)
    for rounded in (round(share), round(share, 1), round(share, 2)):
        if wanted(rounded) == (moved, control):
            return float(rounded)
    return share
