"""What each stage demands, and the gates before a flip. Pure: facts in, sentences out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

SIGNERS = ("ops", "neteng")


@dataclass(frozen=True)
class Demand:
    """Something the present stage still asks for. `owner` has the ball: customer or a team's key;
    `where` is the page on which it is done, `why` the reason or what to do, where there is one."""

    what: str
    owner: str
    where: str
    why: str = ""


@dataclass(frozen=True)
class Gate:
    """One condition for Go. `why` says what was found, `hint` what to do where it is not met."""

    key: str
    title: str
    met: bool
    why: str
    owner: str
    hint: str = ""
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
    "stale".
    """

    open_items: tuple[str, ...] = ()
    forecast_done: bool = False
    signed: frozenset[str] = frozenset()
    fit: str = ""
    seats: Mapping[tuple[str, str], str] = field(default_factory=dict)
    votes: Mapping[str, str] = field(default_factory=dict)
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


def gates(facts: Facts) -> list[Gate]:
    """All gates in the order people read them. In practice only the window and freezes do not
    bind, and what concerns the real customer is shown but not needed."""
    rows = [
        _checklist(facts),
        _forecast(facts),
        _capacity(facts),
        _roster(facts),
        _reachable(facts),
        _on_station(facts),
        _votes(facts),
        _window(facts),
        _freeze(facts),
    ]
    return [_eased(gate) for gate in rows] if facts.practice else rows


def ready(rows: Iterable[Gate]) -> bool:
    """Whether every gate that is needed is met."""
    return all(gate.met or not gate.needed for gate in rows)


def missing(rows: Iterable[Gate]) -> str:
    """What stands in the way, in one sentence; empty where nothing does."""
    return "; ".join(f"{g.title}: {g.why}" for g in rows if g.needed and not g.met)


def _eased(gate: Gate) -> Gate:
    return Gate(gate.key, gate.title, gate.met, gate.why, gate.owner, gate.hint, needed=False)


def _checklist(facts: Facts) -> Gate:
    left = facts.open_items
    shown = ", ".join(left[:3]) + (f" and {len(left) - 3} more" if len(left) > 3 else "")
    why = f"{len(left)} required open: {shown}" if left else "every required item is settled"
    return Gate("checklist", "Checklist", not left, why, "account_manager", "settle or waive them")


def _forecast(facts: Facts) -> Gate:
    away = [team for team in SIGNERS if team not in facts.signed]
    if not facts.forecast_done:
        why = "there is no forecast yet"
    else:
        why = "missing: " + ", ".join(away) if away else "signed by ops and neteng"
    met = facts.forecast_done and not away
    return Gate("forecast", "Forecast signed", met, why, away[0] if away else "ops", "sign it off")


def _capacity(facts: Facts) -> Gate:
    words = {
        "fits": "it fits",
        "tight": "it fits, with less than a fifth of a site left free",
        "does_not_fit": "it does not fit",
        "": "not held against capacity yet",
    }
    met = facts.fit in ("fits", "tight")
    return Gate(
        "capacity", "Capacity", met, words[facts.fit], "neteng", "make room or move less at once"
    )


def _seat_gaps(facts: Facts, good: tuple[str, ...]) -> list[str]:
    return [team for team in facts.teams if facts.seats.get((team, "primary")) not in good]


def _roster(facts: Facts) -> Gate:
    gaps = _seat_gaps(facts, ("accepted", "on_station"))
    parts = ["no accepted primary from " + ", ".join(gaps)] if gaps else []
    parts += ["uncovered: " + ", ".join(facts.uncovered)] if facts.uncovered else []
    why = "; ".join(parts) or "every primary has accepted, no minute is uncovered"
    owner = gaps[0] if gaps else "ops"
    return Gate("roster", "Roster accepted", not parts, why, owner, "see the roster")


def _reachable(facts: Facts) -> Gate:
    gaps = ", ".join(facts.unreachable)
    why = f"no proved way to page {gaps}" if gaps else "everyone on the roster can be reached"
    hint = "prove one at /pages/reach by a test page"
    met, needed = not gaps, facts.reach_demanded
    return Gate("reachable", "Reachable", met, why, "ops", hint, needed=needed)


def _on_station(facts: Facts) -> Gate:
    gaps = _seat_gaps(facts, ("on_station",))
    why = "not on station: " + ", ".join(gaps) if gaps else "every primary is on station"
    owner, needed = gaps[0] if gaps else "ops", facts.station_demanded
    return Gate(
        "on_station", "On station", not gaps, why, owner, "report on /standby", needed=needed
    )


def _votes(facts: Facts) -> Gate:
    by_vote: dict[str, list[str]] = {}
    for team in facts.teams:
        by_vote.setdefault(facts.votes.get(team, "missing"), []).append(team)
    words = {"no_go": "no-go from", "stale": "changed since the vote of", "missing": "waiting for"}
    parts = [f"{words[k]} {', '.join(by_vote[k])}" for k in words if k in by_vote]
    owner = next((by_vote[k][0] for k in words if k in by_vote), "ops")
    return Gate("votes", "Go / no-go", not parts, "; ".join(parts) or "all say go", owner, "vote")


def _window(facts: Facts) -> Gate:
    why = f"{facts.window_why}; {facts.early}" if facts.early else facts.window_why
    met = facts.in_window or bool(facts.early)
    hint = "wait, move the window, or have an admin allow an early start"
    return Gate("window", "Window", met, why, "account_manager", hint)


def _freeze(facts: Facts) -> Gate:
    why = "frozen: " + ", ".join(facts.freezes) if facts.freezes else "no freeze"
    return Gate(
        "freeze", "Freeze", not facts.freezes, why, "account_manager", "wait until it is over"
    )
