"""Where a cutover's ramp stands, as commands, pages and programs show it."""

import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.cutovers.models import Cutover
from onboarding.errors import NotFound
from onboarding.ramps.ahead import ahead
from onboarding.ramps.course import Aim, Course, Standing, judge
from onboarding.ramps.guarding import watched_of
from onboarding.ramps.leases import alive
from onboarding.ramps.machine import Refusal
from onboarding.ramps.models import Command, Intent, Ramp
from onboarding.ramps.muting import LONGEST_MIN, MUTABLE, lasting
from onboarding.ramps.queries import (
    course_of,
    current,
    last_handled,
    lately,
    name_of,
    open_intent,
    standing,
    standing_of,
)
from onboarding.ramps.rehearsal import running
from onboarding.ramps.states import DRIVEN, STATES, VERBS
from onboarding.ramps.unseen import unseen
from onboarding.simulation.library import FAULTS
from onboarding.simulation.scripts import USUAL
from onboarding.switches.selectors import from_json


def status(session: Session, cutover_id: int) -> dict[str, Any]:
    """Everything about the latest run, as JSON. Raises NotFound.

    `seen` is the mark to send back with a command; `possible` the verbs that would be taken now;
    `asked` what the switch has been asked for and has not answered; `driven` whether a conductor
    drives it.
    """
    cutover = session.get(Cutover, cutover_id)
    if cutover is None:
        raise NotFound(f"There is no cutover {cutover_id}")
    ramp = current(session, cutover_id)
    course = course_of(cutover)
    standing = standing_of(session, ramp) if ramp else Standing()
    intent = open_intent(session, ramp.id) if ramp else None
    return {
        "cutover": cutover_id,
        "practice": cutover.practice,
        "run": standing.run,
        "state": standing.state,
        "meaning": STATES[standing.state],
        "step": standing.step,
        "steps": len(course.steps),
        "share": standing.share,
        "selector": str(from_json(ramp.selector) or "") if ramp else "",
        "target": ramp.target_share if ramp else 0.0,
        "next": _next(course, standing),
        "held_s": round(ramp.held_s, 1) if ramp else 0.0,
        "hold_s": course.hold_s(standing.step),
        "reason": ramp.reason if ramp else "",
        "seen": standing.mark,
        "possible": possible(course, standing),
        "earlier": _earlier(course, standing),
        "asked": _asked(cutover, intent),
        "muted": [mute.as_dict() for mute in lasting(session, ramp)],
        "driven": ramp is not None and alive(ramp),
        "holder": ramp.lease_holder if ramp else "",
        "since": clock.iso(ramp.since) if ramp else None,
        "sentence": _sentence(ramp, standing),
        "acts_at": _acts_at(ramp),
        "waiting_commands": _waiting(session, cutover_id),
        "figures": ramp.figures if ramp else {},
    }


#: The verb that is the next action in a state, where the machine waits for a person.
PRIMARY = {
    "idle": "start",
    "rolled_back": "start",
    "abandoned": "start",
    "waiting_go": "go",
    "held": "resume",
    "undecided": "skip",
    "proposed": "rollback",
    "drifted": "restore",
}
PERMISSIONS = {"hold": "ramps.hold", "rollback": "ramps.rollback", "unwind": "ramps.rollback"}


def panel(session: Session, cutover: Cutover, ready: bool) -> dict[str, Any]:
    """What the fragments `ramps/_controls.html` and `_figures.html` show: the status, the next
    action, what each verb would do (`ahead`), a fresh key for each, the last command with its answer, a rehearsal's faults."""
    found = status(session, cutover.id)
    course, at = course_of(cutover), standing(session, cutover.id)
    by_hand = found["asked"] is not None and found["asked"]["by_hand"]
    primary = "confirm" if by_hand else PRIMARY.get(found["state"], "")
    last = last_handled(session, cutover.id)
    return {
        **found,
        "ready": ready,
        "primary": primary if primary in found["possible"] else "",
        "keys": {verb: secrets.token_hex(12) for verb in found["possible"]},
        "ahead": {verb: said for verb in found["possible"] if (said := ahead(course, at, verb))},
        "took_s": lately(session, cutover.id),
        "permissions": {verb: PERMISSIONS.get(verb, "ramps.flip") for verb in VERBS},
        "last": last,
        "who": name_of(session, last.actor) if last else "",
        "faults": running(session, cutover) if cutover.practice else [],
        "fault_kinds": FAULTS,
        "scripts": USUAL if cutover.practice and cutover.switch.get("kind") == "rehearsal" else {},
        "in_motion": found["state"] in DRIVEN,
        "mutable": _mutable(found["figures"]),
        "longest_mute": LONGEST_MIN,
        "unseen": _unseen(session, cutover.id, found["state"]),
    }


def _unseen(session: Session, cutover_id: int, state: str) -> str:
    """Why a go is to say that it is given without figures; empty where it need not."""
    ramp = current(session, cutover_id) if state == "waiting_go" else None
    return unseen(session, ramp) if ramp else ""


def _mutable(figures: dict[str, Any]) -> list[str]:
    """The signals that may be muted: those that are watched, once that is known."""
    return [one["signal"] for one in figures.get("signals") or ()] or list(MUTABLE)


def possible(course: Course, standing: Standing) -> list[str]:
    """The verbs that machine and plan would take now."""
    found = []
    for verb in VERBS:
        step = max(0, standing.step - 1) if verb == "back" else None
        if not isinstance(judge(standing, course, verb, step), Refusal):
            found.append(verb)
    return found


def _next(course: Course, standing: Standing) -> dict[str, Any] | None:
    if course.is_last(standing.step):
        return None
    step = course.steps[standing.step]
    aim = str(course.aim(standing.step + 1))
    return {"step": standing.step + 1, "share": step.share, "aim": aim, "needs_go": step.needs_go}


def _earlier(course: Course, standing: Standing) -> list[dict[str, Any]]:
    """Where "back" may go to."""
    return [
        {"step": n, "share": course.aim(n).share, "aim": str(course.aim(n))}
        for n in range(standing.step)
    ]


def _asked(cutover: Cutover, intent: Intent | None) -> dict[str, Any] | None:
    if intent is None:
        return None
    config = cutover.switch.get("config", {})
    by_hand = cutover.switch.get("kind") == "manual"
    return {
        "share": intent.to_share,
        "aim": str(Aim(intent.to_share, from_json(intent.to_selector))),
        "since": clock.iso(intent.opened_at),
        "tries": intent.tries,
        "error": intent.error,
        "by_hand": by_hand,
        "instructions": config.get("instructions", "") if by_hand else "",
    }


def _acts_at(ramp: Ramp | None) -> str | None:
    """When the guard's proposal is carried out unless somebody answers; None without one."""
    if ramp is None or ramp.state != "proposed":
        return None
    return clock.iso(ramp.since + timedelta(seconds=watched_of(ramp.cutover).wait_s))


def _sentence(ramp: Ramp | None, standing: Standing) -> str:
    """The figures' sentence where they are of this state, else what the state means."""
    shown = ramp.figures if ramp else {}
    same = (shown.get("run"), shown.get("state"), shown.get("step")) == (
        standing.run,
        standing.state,
        standing.step,
    )
    if same and standing.state in DRIVEN:
        return str(shown["sentence"])
    text = STATES[standing.state]
    return text[0].upper() + text[1:]


def _waiting(session: Session, cutover_id: int) -> int:
    query = select(func.count()).where(Command.cutover_id == cutover_id, Command.state == "waiting")
    return session.scalar(query) or 0
