"""How far the highest five minutes of an hour lie above its mean, learnt from samples that fine."""

from array import array
from collections.abc import Sequence

BUCKET_S = 300
LEAST_HOURS = 24
BUSIEST = 0.1  # the hours that peaks are in
QUANTILE = 0.95


class FiveMinutes:
    """The highest mean of five minutes of every hour, from samples in the order of time.

    Samples out of order make it unlearnable, which costs nothing but the factor.
    """

    def __init__(self) -> None:
        self._bucket = -1
        self._sum = 0.0
        self._count = 0
        self._hour = -1
        self._top = 0.0
        self._hour_sum = 0.0
        self._hour_count = 0
        self._buckets = 0
        self.ordered = True
        self.means = array("d")
        self.tops = array("d")

    def add(self, seconds: int, value: float) -> None:
        """One sample at `seconds` since 1970."""
        bucket = seconds // BUCKET_S
        if bucket != self._bucket:
            if bucket < self._bucket:
                self.ordered = False
                return
            self._close()
            self._bucket = bucket
        self._sum += value
        self._count += 1

    def _close(self) -> None:
        if not self._count:
            return
        hour = self._bucket * BUCKET_S // 3600
        if hour != self._hour:
            self._close_hour()
            self._hour = hour
        mean = self._sum / self._count
        self._top = max(self._top, mean)
        self._hour_sum += mean
        self._buckets += 1
        self._sum, self._count = 0.0, 0

    def _close_hour(self) -> None:
        if self._buckets == 3600 // BUCKET_S:
            self.means.append(self._hour_sum / self._buckets)
            self.tops.append(self._top)
        self._top, self._hour_sum, self._buckets = 0.0, 0.0, 0

    def factor(self) -> float | None:
        """The factor of `highest_five_minutes`; None where nothing can be learnt."""
        self._close()
        self._close_hour()
        return highest_five_minutes(self.means, self.tops) if self.ordered else None


def highest_five_minutes(means: Sequence[float], tops: Sequence[float]) -> float | None:
    """What an hourly mean is to be multiplied by: among the busiest tenth of the hours, the factor
    that 95 in 100 stay within. None under a day of whole hours, or where there is no traffic."""
    busy = sorted((mean, top) for mean, top in zip(means, tops, strict=True) if mean > 0)
    if len(busy) < LEAST_HOURS:
        return None
    few = busy[-max(LEAST_HOURS // 2, int(len(busy) * BUSIEST)) :]
    ratios = sorted(top / mean for mean, top in few)
    return round(max(1.0, ratios[min(len(ratios) - 1, int(QUANTILE * len(ratios)))]), 3)
