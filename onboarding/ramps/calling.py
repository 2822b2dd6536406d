"""Call who stands by when a ramp has come to wait for a person by itself."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from onboarding.cutovers.models import Cutover
from onboarding.paging import actions as paging
from onboarding.ramps.models import Ramp
from onboarding.ramps.states import DRIVEN, GOING_BACK, HAPPENINGS, STATES
from onboarding.ramps.telling import RULE, Change
from onboarding.rosters import queries as rosters

#: What happens by itself and wants a person, and how badly; the rest calls nobody.
SEVERITY: Mapping[str, str] = {
    "unjudged": "error",
    "guard_hold": "error",
    "failed": "error",
    "drift": "error",
    "guard_proposes": "critical",
    "guard_unwinds": "critical",
    "guard_rollback": "critical",
    "wait_over": "critical",
}
FIRST = ("ops", "neteng")  # of the primaries; whoever of operations is on comes last
BLIND = "blind"  # a call about counts that vanished
SHOWN = 1500  # characters of a reason


def call(session: Session, ramp: Ramp, was: str, change: Change) -> None:
    """After `change` took the ramp on from `was`: a page that calls the primaries until one
    answers, or the end of it where somebody is at it or nothing is left to do. Nobody is called
    for practice."""
    cutover = ramp.cutover
    if ramp.state not in DRIVEN:
        over(session, ramp, "the run is over", BLIND)
    if cutover.practice or (ramp.state == was and change.event != "hold"):
        return
    if change.event not in HAPPENINGS:
        for about in ("", BLIND):
            over(session, ramp, f"somebody is at it: {STATES[ramp.state]}", about)
    elif change.event in SEVERITY and was not in GOING_BACK:
        ring(session, ramp, SEVERITY[change.event], ramp.reason or STATES[ramp.state])
    elif ramp.state in ("holding", "finished"):
        over(session, ramp, "it goes on by itself")


def ring(session: Session, ramp: Ramp, severity: str, why: str, about: str = "") -> None:
    """Call them, or once more count that it was asked for. `about`: what it is about, where that
    may begin and end beside the call about where the ramp stands."""
    cutover = ramp.cutover
    text = f"{cutover.title}: {STATES[ramp.state]}\n{why[:SHOWN]}"
    where, key = f"/cutovers/{cutover.id}", _key(ramp, about)
    paging.page(session, RULE, cutover.stream, _whom(session, cutover), text, where, key, severity)


def over(session: Session, ramp: Ramp, outcome: str, about: str = "") -> None:
    """End the call, where there is one."""
    paging.resolve_key(session, RULE, _key(ramp, about), outcome)


def _key(ramp: Ramp, about: str) -> str:
    key = f"ramp:{ramp.cutover_id}:{ramp.run}"
    return f"{key}:{about}" if about else key


def _whom(session: Session, cutover: Cutover) -> list[str]:
    """The primaries who have accepted, those of operations and network first; then operations."""
    seats = [
        seat
        for seat in rosters.seats(session, cutover.id)
        if seat.role == "primary" and seat.user_id and seat.state == "accepted"
    ]
    seats.sort(key=lambda seat: (seat.team not in FIRST, seat.team != "ops"))
    return [*dict.fromkeys(f"user:{seat.user_id}" for seat in seats), "team:ops"]
