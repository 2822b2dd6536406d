"""Whether the traffic of several cutovers fits together, step by step and after. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from onboarding.windows.asked import Asked, SiteRoom
from onboarding.windows.grid import HOUR_SLOTS, Column, Marks, least_ahead
from onboarding.windows.pricing import AFTER_HOURS, Priced


@dataclass(frozen=True)
class _Brought:
    """What a cutover brings to a site at share 1, hour by hour (in the unit of its limit)."""

    whole: Column


@dataclass(frozen=True)
class Rooms:
    """`free[site]` hour by hour before this plan; what each cutover brings to each site; its steps in
    hours after the start. Sites that hold everybody at once are left out: nothing is to be watched."""

    starts: int
    free: Mapping[str, Column]
    brought: Sequence[Mapping[str, _Brought]]
    steps: Sequence[tuple[tuple[int, float], ...]]
    lengths: Sequence[int]

    @classmethod
    def of(cls, asked: Sequence[Asked], found: Sequence[Priced]) -> "Rooms":
        """The rooms of a plan; all grids share their origin."""
        starts = min(one.grid.starts for one in found)
        hours = max(one.grid.hours for one in found) + AFTER_HOURS
        free: dict[str, Column] = {}
        brought: list[dict[str, _Brought]] = []
        for one in asked:
            mine = {}
            for site in one.traffic.sites:
                free.setdefault(site.name, site.limit - _long(site.taken, hours))
                mine[site.name] = _Brought(_brought(one, site, hours))
            brought.append(mine)
        full = {
            name: left
            for name, left in free.items()
            if (sum((m[name].whole for m in brought if name in m), np.zeros(hours)) > left).any()
        }
        steps = [tuple((since // 60, share) for since, share in one.steps) for one in asked]
        return cls(
            starts, full, brought, steps, [-(-one.grid.length // HOUR_SLOTS) for one in found]
        )

    def too_full(self, one: int, others: Mapping[int, int]) -> Marks:
        """Starts of `one` at which it would not fit, with the `others` at their starts."""
        marks = np.zeros(self.starts, dtype=bool)
        for name, free in self.free.items():
            if name not in self.brought[one]:
                continue
            left = free.copy()
            for i, start in others.items():
                if name in self.brought[i]:
                    left -= (
                        self._course(i, start // HOUR_SLOTS, len(left))
                        * self.brought[i][name].whole
                    )
            marks |= self._misses(one, left, self.brought[one][name].whole)
        return marks

    def _course(self, one: int, hour: int, hours: int) -> Column:
        """The share of a cutover that starts at `hour`, hour by hour."""
        course = np.zeros(hours)
        for since, share in self.steps[one]:
            course[hour + since :] = share
        return course

    def _misses(self, one: int, left: Column, whole: Column) -> Marks:
        found = np.zeros(-(-self.starts // HOUR_SLOTS), dtype=bool)
        marks = [*self.steps[one], (self.lengths[one] + AFTER_HOURS, 0.0)]
        for number, (since, share) in enumerate(self.steps[one]):
            ahead = max(1, marks[number + 1][0] - since)
            least = least_ahead(left - share * whole, ahead)[since : since + len(found)]
            found[: len(least)] |= least < 0
        return np.repeat(found, HOUR_SLOTS)[: self.starts]


def _long(column: Sequence[float], hours: int) -> Column:
    found = np.asarray(column, dtype=float)[:hours]
    last = found[-1] if len(found) else 0.0
    return np.concatenate([found, np.full(hours - len(found), last)])


def _brought(asked: Asked, site: SiteRoom, hours: int) -> Column:
    if not asked.traffic.rates:
        return np.zeros(hours)
    rate = asked.traffic.factor * site.part * site.per_request
    return rate * _long(asked.traffic.rates, hours)
