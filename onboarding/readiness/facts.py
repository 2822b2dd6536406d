"""What gates look at and what they say: plain nouns. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from onboarding.readiness.ttl_clock import TtlClock


@dataclass(frozen=True)
class Demand:
    """Something the present stage still asks for. `owner` has the ball: customer or a team's key;
    `where` is the page on which it is done, `why` the reason or what to do, where there is one,
    `how_long` the hands-on time where it is known."""

    what: str
    owner: str
    where: str
    why: str = ""
    how_long: timedelta | None = None


@dataclass(frozen=True)
class Gate:
    """One condition for Go. `why` says what was found, `hint` what to do where it is not met,
    `evidence` by what it is known (a line each: who, when, what was seen). `overruled` names the
    two people who let it pass although it is not met."""

    key: str
    title: str
    met: bool
    why: str
    owner: str
    hint: str = ""
    needed: bool = True
    evidence: tuple[str, ...] = ()
    overruled: str = ""

    @property
    def blocks(self) -> bool:
        """Whether it stands in the way of a start."""
        return self.needed and not self.met and not self.overruled


@dataclass(frozen=True)
class Proved:
    """What came of asking the real switch and source. Texts are faults, empty where all was well;
    `void` says why it no longer counts. `told` lines say what was done and seen."""

    at: datetime
    switch: str
    rollback: str
    metrics: str
    void: str = ""
    told: tuple[str, ...] = ()
    running: bool = False


@dataclass(frozen=True)
class Certificate:
    """A certificate that a probe looks at: `passes` None until something could be seen; `settled`:
    nobody waits for that; `needed`: the checklist demands it, else it is shown alone."""

    title: str
    passes: bool | None
    settled: bool
    saw: str = ""
    at: datetime | None = None
    needed: bool = True


@dataclass(frozen=True)
class Facts:
    """What is known of a cutover when its gates are looked at.

    `open_items` are titles of required checklist items; `signed` the teams that signed the latest
    forecast; `fit` its verdict; `seats` maps (team, role) to the seat's state, with "on_station"
    for those who reported; `unreachable` names those on the roster who have proved no way to page
    them, which binds where `reach_demanded`; `uncovered` says, team by team, which minutes of the
    window nobody who accepted is there; `station_demanded` binds the report on station; `early`
    says who allowed a start before the window; `votes` maps a standby team to "go", "no_go" or
    "stale", `changed` such a team to what changed since its vote. `proof_days` and
    `rehearsal_days`: how old a proof or a rehearsal may be, 0 where none is demanded; `rehearsed`
    is when the last rehearsal went as it should; `ttl_binds`: the switch works by DNS. `open_tickets`: those of
    the turn-up with severity 1 or 2. `overruled`: key of a gate → who let it pass.
    """

    now: datetime | None = None
    open_items: tuple[str, ...] = ()
    forecast_done: bool = False
    signed: frozenset[str] = frozenset()
    fit: str = ""
    seats: Mapping[tuple[str, str], str] = field(default_factory=dict)
    votes: Mapping[str, str] = field(default_factory=dict)
    changed: Mapping[str, str] = field(default_factory=dict)
    teams: tuple[str, ...] = ()
    in_window: bool = False
    window_why: str = ""
    early: str = ""
    freezes: tuple[str, ...] = ()
    practice: bool = False
    unreachable: tuple[str, ...] = ()
    reach_demanded: bool = False
    uncovered: tuple[str, ...] = ()
    station_demanded: bool = True
    proof: Proved | None = None
    proof_days: int = 0
    rehearsed: datetime | None = None
    rehearsal_days: int = 0
    certificates: tuple[Certificate, ...] = ()
    ttls: tuple[TtlClock, ...] = ()
    ttl_binds: bool = True
    open_tickets: tuple[str, ...] = ()
    overruled: Mapping[str, str] = field(default_factory=dict)
