"""What a window is looked for: the cutover, the traffic, the network, the people, what is in the
way. Plain data, all times aware and in UTC. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from onboarding.rosters.terms import Need, Person
from onboarding.rosters.windows import Span, WorkingHours


@dataclass(frozen=True)
class Duty:
    """[start, end) in which a person stands by elsewhere."""

    person: str
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Obstacle:
    """Something in the calendar. `hard`: no window may share time with it; else it costs `points`."""

    name: str
    start: datetime
    end: datetime
    hard: bool = True
    points: float = 0.0


@dataclass(frozen=True)
class Flip:
    """Another cutover: when, of which customer, in which regions. `unstaffed`: nobody has a seat
    yet, so it will need people of every team."""

    number: int
    title: str
    customer: int
    start: datetime
    end: datetime
    regions: frozenset[str] = frozenset()
    unstaffed: bool = False


@dataclass(frozen=True)
class SiteRoom:
    """A site from `origin` of the grid on, hour by hour: its limit, what is on it already, and which
    part of the customer's traffic it gets. `per_request` turns req/s into the unit of the limit."""

    name: str
    limit: float
    taken: tuple[float, ...]
    part: float
    per_request: float = 1.0


@dataclass(frozen=True)
class Traffic:
    """What is forecast, hour by hour from the origin on (req/s; empty: not known), the factor to the
    highest five minutes, the sites it lands on, and `peak`, the highest hourly rate."""

    rates: tuple[float, ...] = ()
    factor: float = 1.0
    sites: tuple[SiteRoom, ...] = ()

    @property
    def peak(self) -> float:
        return max(self.rates, default=0.0)


@dataclass(frozen=True)
class Staff:
    """Who stands by: people, what a flip needs of each team, names of teams, duties elsewhere, and
    skills that end (person, skill): with the moment from which they count no more."""

    people: tuple[Person, ...]
    needs: tuple[Need, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    duties: tuple[Duty, ...] = ()
    ending: Mapping[tuple[str, str], datetime] = field(default_factory=dict)

    def name(self, team: str) -> str:
        """The team as people call it."""
        return self.names.get(team, team)


@dataclass(frozen=True)
class Asked:
    """A window of `minutes` for `title`, beginning not before `not_before`, at `days` from there.
    `steps` are (minutes after the start, share 0..1). `suits` are hours that suit the customer."""

    title: str
    customer: int
    regions: frozenset[str]
    not_before: datetime
    days: int
    minutes: int
    steps: tuple[tuple[int, float], ...]
    traffic: Traffic
    obstacles: tuple[Obstacle, ...] = ()
    suits: WorkingHours | None = None
    near: bool = False
    number: int = 0


__all__ = ["Asked", "Duty", "Flip", "Obstacle", "SiteRoom", "Span", "Staff", "Traffic"]
