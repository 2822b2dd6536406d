"""One event on its way through the machine, and what the trail says of it."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from onboarding.ramps.course import Aim, Course, found_at
from onboarding.ramps.models import Command, Ramp
from onboarding.ramps.states import GOING_BACK, HAPPENINGS
from onboarding.ramps.verdicts import Verdict
from onboarding.switches.base import Position
from onboarding.switches.selectors import from_json
from onboarding.trail.log import Actor, record

RULE = Actor("conductor", "rule")

#: What the trail says of an event, before its effects speak for themselves.
TELLS = {
    "start": "ramp.started",
    "go": "ramp.go",
    "skip": "ramp.skipped",
    "hold": "ramp.held",
    "resume": "ramp.resumed",
    "rollback": "ramp.rollback",
    "unwind": "ramp.rollback",
    "back": "ramp.back",
    "finish": "ramp.finished",
    "abandon": "ramp.abandoned",
    "confirm": "ramp.confirmed",
    "adopt": "ramp.adopted",
    "restore": "ramp.restored",
    "replan": "ramp.replanned",
    "mute": "ramp.muted",
    "unmute": "ramp.unmuted",
    "mute_over": "ramp.unmuted",
    "guard_hold": "ramp.held",
    "guard_rollback": "ramp.rollback",
    "guard_unwinds": "ramp.rollback",
    "guard_proposes": "ramp.proposed",
    "wait_over": "ramp.rollback",
    "unjudged": "ramp.held",
    "judged": "ramp.resumed",
    "go_needed": "ramp.waiting_go",
    "plan_over": "ramp.finished",
    "drift": "switch.drift",
    "settled": "switch.settled",
}


@dataclass(frozen=True)
class Change:
    """One event on its way through the machine.

    `reason` is said by the program; what a person wrote is in their `command`. `step` is where
    "back" goes to, `found` what was read at the switch, `detail` more for the trail, `alarms` what
    of the guard's is told with it.
    """

    event: str
    actor: Actor = RULE
    reason: str = ""
    step: int = 0
    found: Position | None = None
    command: Command | None = None
    detail: dict[str, Any] = field(default_factory=dict)
    alarms: tuple[Verdict, ...] = ()


def tell(session: Session, ramp: Ramp, course: Course, was: str, change: Change) -> None:
    """Write down that `change` took a ramp on that `was` in another state; some go untold, as
    their effects speak for themselves."""
    kind = TELLS.get(change.event)
    if change.event == "failed" and was != "rolling_back":
        kind = "ramp.rollback" if was in GOING_BACK else "ramp.held"
    if kind is None:
        return
    payload: dict[str, Any] = {"run": ramp.run, "step": ramp.step, "event": change.event}
    if change.event in HAPPENINGS:
        payload["reason"] = change.reason or HAPPENINGS[change.event]
    elif change.reason:
        payload["reason"] = change.reason
    if kind == "ramp.rollback":
        by_guard = change.event in ("guard_rollback", "guard_unwinds")
        payload["by"] = "guard" if by_guard else change.actor.name
        payload["stepwise"] = change.event in ("unwind", "guard_unwinds")
    if change.event == "drift" and change.found:
        payload |= _drift(ramp, course, change.found)
    if change.event == "adopt":
        payload["share"] = ramp.share
    said = change.command.reason if change.command else ""
    record(
        session,
        ramp.cutover.stream,
        kind,
        change.actor,
        payload | change.detail,
        {"reason": said} if said else None,
    )


def _drift(ramp: Ramp, course: Course, found: Position) -> dict[str, Any]:
    expected = course.aim(ramp.step)
    if ramp.share is not None:
        expected = Aim(ramp.share, from_json(ramp.selector))
    return drifted(found, expected)


def drifted(found: Position, expected: Aim) -> dict[str, Any]:
    """Where the switch was found and where it should be; in words too where it picks otherwise."""
    said = {"found": found.share, "expected": expected.share}
    if found.selector == expected.selector:
        return said
    return {**said, "found_in_words": str(found_at(found)), "expected_in_words": str(expected)}
