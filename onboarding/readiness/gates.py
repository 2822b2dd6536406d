"""What each stage demands, and the gates before a flip. Pure: facts in, sentences out."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from onboarding.readiness.facts import Demand, Facts, Gate
from onboarding.readiness.proof_gates import certificates, metrics, rehearsal, rollback, switch, ttl

__all__ = ["GATES", "SIGNERS", "Demand", "Facts", "Gate", "gates", "missing", "ready"]
SIGNERS = ("ops", "neteng")


def gates(facts: Facts) -> list[Gate]:
    """All gates in the order of `GATES`. In practice none is needed: all are shown."""
    rows = [gate(facts) for gate in GATES]
    if facts.practice:
        return [replace(gate, needed=False) for gate in rows]
    return [
        replace(gate, overruled=facts.overruled[gate.key])
        if gate.key in facts.overruled and not gate.met
        else gate
        for gate in rows
    ]


def ready(rows: Iterable[Gate]) -> bool:
    """Whether nothing stands in the way: each gate is met, not needed, or overruled by two."""
    return not any(gate.blocks for gate in rows)


def missing(rows: Iterable[Gate]) -> str:
    """What stands in the way, in one sentence; empty where nothing does."""
    return "; ".join(f"{g.title}: {g.why}" for g in rows if g.blocks)


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
    stale = [team for team in by_vote.get("stale", ()) if team in facts.changed]
    parts = [f"{words[k]} {', '.join(by_vote[k])}" for k in words if k in by_vote]
    owner = next((by_vote[k][0] for k in words if k in by_vote), "ops")
    said = "; ".join(parts) or "all say go"
    evidence = tuple(f"changed since the vote of {t}: {facts.changed[t]}" for t in stale)
    return Gate("votes", "Go / no-go", not parts, said, owner, "vote", evidence=evidence)


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


def _tickets(facts: Facts) -> Gate:
    left = facts.open_tickets
    shown = "; ".join(left[:3]) + (f" and {len(left) - 3} more" if len(left) > 3 else "")
    why = f"{len(left)} open: {shown}" if left else "none of severity 1 or 2 is open"
    return Gate("tickets", "Open tickets", not left, why, "support", "solve them first")


#: Every gate, in the order people read them: the way in for another one.
GATES: tuple[Callable[[Facts], Gate], ...] = (
    _checklist,
    _forecast,
    _capacity,
    _roster,
    _reachable,
    _on_station,
    rehearsal,
    rollback,
    switch,
    metrics,
    certificates,
    ttl,
    _tickets,
    _votes,
    _window,
    _freeze,
)
