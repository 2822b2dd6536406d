"""What the machine's effects do to the rows: intents, shares, the trail. Nothing here commits.

The caller holds the row of the ramp with its fence checked (`leases.held`), and the stream's lock.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.cutovers.actions import change_rest
from onboarding.cutovers.plan import peak_over, step_from
from onboarding.cutovers.queries import peak_for
from onboarding.faults import fault_point
from onboarding.ramps import muting, rehearsal
from onboarding.ramps.calling import call, ring
from onboarding.ramps.concluding import conclude
from onboarding.ramps.course import NOTHING, Aim, Course, found_at
from onboarding.ramps.machine import Move
from onboarding.ramps.models import Command, Intent, Ramp
from onboarding.ramps.queries import open_intent
from onboarding.ramps.states import GOING_BACK
from onboarding.ramps.telling import RULE, Change, tell
from onboarding.switches.actions import confirm
from onboarding.switches.base import Position
from onboarding.switches.selectors import from_json
from onboarding.trail.log import record

ASIDE = ("mute", "unmute", "mute_over")
LOUD_EVERY = 30  # tries of a roll-back between two entries in the trail


def carry_out(session: Session, ramp: Ramp, course: Course, move: Move, change: Change) -> None:
    """Take `move`: the state, what the trail says of it, then the effects in order."""
    now = clock.now()
    was = ramp.state
    if move.to != was:
        ramp.since = now
    ramp.state = move.to
    reason = change.reason or (change.command.reason if change.command else "")
    if change.event in ASIDE or (change.event == "hold" and move.to == was):
        pass  # it says nothing of why the run stands where it does
    elif reason or (move.to != "rolled_back" and was not in GOING_BACK):  # why it goes back stays
        ramp.reason = reason
    tell(session, ramp, course, was, change)
    for effect in move.effects:
        fault_point("ramps.effect")
        EFFECTS[effect](session, ramp, course, change, now)
    call(session, ramp, was, change)


def _begin(session: Session, ramp: Ramp, course: Course, change: Change, now: datetime) -> None:
    ramp.step, ramp.target_share, ramp.share = 0, 0.0, None
    ramp.target_selector, ramp.selector = {}, {}
    ramp.peak_until = None
    ramp.started_at = ramp.step_since = now
    ramp.cutover.state = "running"


def _intend(
    session: Session, ramp: Ramp, change: Change, now: datetime, aim: Aim, step: int
) -> None:
    """Open an intent; one that is open is superseded."""
    before = open_intent(session, ramp.id)
    if before is not None:
        _close(session, before, "superseded", None, now)
        answer_command(session, before.command_id, "failed", "Something else was asked for first")
    count = session.scalar(select(func.count()).where(Intent.ramp_id == ramp.id)) or 0
    intent = Intent(
        ramp_id=ramp.id,
        command_id=change.command.id if change.command else None,
        key=f"{ramp.cutover.stream}/{ramp.run}/{count + 1}",
        event=change.event,
        from_share=ramp.share if ramp.share is not None else ramp.target_share,
        to_share=aim.share,
        to_selector=_kept(aim),
        step=step,
        fence=ramp.fence,
        opened_at=now,
    )
    session.add(intent)
    session.flush()
    ramp.target_share, ramp.target_selector = aim.share, _kept(aim)
    ramp.ended_at = None
    ramp.cutover.state = "running"
    payload: dict[str, Any] = {
        "intent": intent.id,
        "from": intent.from_share,
        "to": aim.share,
        "event": change.event,
        "step": step,
    }
    if aim.selector:
        payload["selector"] = str(aim.selector)
    record(session, ramp.cutover.stream, "ramp.intent", change.actor, payload)


def _intend_next(
    session: Session, ramp: Ramp, course: Course, change: Change, now: datetime
) -> None:
    _intend(session, ramp, change, now, course.aim(ramp.step + 1), ramp.step + 1)
    ramp.replanned_by = None


def _intend_step(
    session: Session, ramp: Ramp, course: Course, change: Change, now: datetime
) -> None:
    _intend(session, ramp, change, now, course.aim(change.step), change.step)


def _intend_expected(
    session: Session, ramp: Ramp, course: Course, change: Change, now: datetime
) -> None:
    _intend(session, ramp, change, now, course.aim(ramp.step), ramp.step)


def _intend_lower(
    session: Session, ramp: Ramp, course: Course, change: Change, now: datetime
) -> None:
    step = max(1, ramp.step - 1)
    _intend(session, ramp, change, now, course.aim(step), step)


def _intend_zero(
    session: Session, ramp: Ramp, course: Course, change: Change, now: datetime
) -> None:
    _intend(session, ramp, change, now, NOTHING, 0)


def _arrive(session: Session, ramp: Ramp, course: Course, change: Change, now: datetime) -> None:
    """The switch was read where it was set to."""
    intent = open_intent(session, ramp.id)
    assert intent is not None
    assert change.found is not None
    share = change.found.share
    _close(session, intent, "done", share, now)
    ramp.step = intent.step
    _note(ramp, change.found, now)
    ramp.peak_until = _peak_until(session, ramp, course, change.found.in_effect_at or now)
    payload: dict[str, Any] = {
        "share": share,
        "target": intent.to_share,
        "step": intent.step,
        "intent": intent.id,
    }
    if change.found.selector:
        payload["selector"] = str(change.found.selector)
    if ramp.peak_until:
        payload["peak_until"] = clock.iso(ramp.peak_until)
    record(session, ramp.cutover.stream, "ramp.share", RULE, payload)
    said = f"Done: the switch was read at {found_at(change.found)}"
    answer_command(session, intent.command_id, "done", said)


def _miss(session: Session, ramp: Ramp, course: Course, change: Change, now: datetime) -> None:
    """The switch did not get there, or nobody wants it any more."""
    intent = open_intent(session, ramp.id)
    assert intent is not None
    _close(session, intent, "failed", change.found.share if change.found else None, now)
    intent.error = change.reason
    if change.found:
        _note(ramp, change.found, now)
    answer_command(session, intent.command_id, "failed", change.reason)


def _try_again(session: Session, ramp: Ramp, course: Course, change: Change, now: datetime) -> None:
    """A roll-back is tried until it is read back, and said loudly."""
    intent = open_intent(session, ramp.id)
    assert intent is not None
    intent.error, intent.tries = change.reason, intent.tries + 1
    if change.found:
        _note(ramp, change.found, now)
    if intent.tries % LOUD_EVERY == 1:
        payload = {"tries": intent.tries, "reason": change.reason, "intent": intent.id}
        record(session, ramp.cutover.stream, "ramp.stuck", RULE, payload)
        if not ramp.cutover.practice:
            ring(session, ramp, "critical", change.reason)


def _begin_hold(
    session: Session, ramp: Ramp, course: Course, change: Change, now: datetime
) -> None:
    ramp.held_s = 0.0
    ramp.step_since = (change.found and change.found.in_effect_at) or now
    rehearsal.follow(session, ramp, RULE)


def _end_hold(session: Session, ramp: Ramp, course: Course, change: Change, now: datetime) -> None:
    ramp.held_s = max(ramp.held_s, course.hold_s(ramp.step))
    ramp.peak_until = None


def _note_share(
    session: Session, ramp: Ramp, course: Course, change: Change, now: datetime
) -> None:
    assert change.found is not None
    _note(ramp, change.found, now)


def _adopt(session: Session, ramp: Ramp, course: Course, change: Change, now: datetime) -> None:
    found = Aim(ramp.share or 0.0, from_json(ramp.selector))
    ramp.step, ramp.target_share = course.step_at(found), found.share
    ramp.target_selector = _kept(found)
    ramp.held_s, ramp.step_since = 0.0, now
    ramp.peak_until = _peak_until(session, ramp, course, now)


def _replan(session: Session, ramp: Ramp, course: Course, change: Change, now: datetime) -> None:
    """Steps to come are changed; who did so does not say the next go."""
    assert change.command is not None
    steps = [step_from(one) for one in change.command.arguments["steps"]]
    change_rest(session, change.actor, ramp.cutover, steps, ramp.step)
    ramp.replanned_by = change.actor.user_id or 0


def _peak_until(session: Session, ramp: Ramp, course: Course, since: datetime) -> datetime | None:
    """When the daily peak is over that the step stood on is held across, if it is."""
    peak = peak_for(session, ramp.cutover) if course.over_peak(ramp.step) else None
    return peak_over(since, peak.hour) if peak else None


def _confirm(session: Session, ramp: Ramp, course: Course, change: Change, now: datetime) -> None:
    """A person says that they turned the switch; the engine then reads it back."""
    intent = open_intent(session, ramp.id)
    assert intent is not None
    picked = from_json(intent.to_selector)
    confirm(session, ramp.cutover.stream, intent.to_share, change.actor.name, picked)


def _end(session: Session, ramp: Ramp, course: Course, change: Change, now: datetime) -> None:
    ramp.ended_at = now
    intent = open_intent(session, ramp.id)
    if intent is not None:
        _close(session, intent, "undone", None, now)
        answer_command(session, intent.command_id, "failed", "The run was ended by hand")
    ramp.cutover.state = "done" if ramp.state == "finished" else "booked"
    if ramp.state == "rolled_back":
        payload = {"run": ramp.run, "share": ramp.share}
        record(session, ramp.cutover.stream, "ramp.rolled_back", RULE, payload)
    session.flush()
    conclude(session, ramp)


def _note(ramp: Ramp, found: Position, now: datetime) -> None:
    ramp.share, ramp.read_at = found.share, now
    ramp.selector = _kept(found_at(found))
    if not ramp.cutover.practice:
        for hostname in ramp.cutover.hostnames:
            hostname.share = found.share


def _kept(aim: Aim) -> dict[str, Any]:
    return aim.selector.as_json() if aim.selector else {}


def _close(
    session: Session, intent: Intent, state: str, share: float | None, now: datetime
) -> None:
    intent.state, intent.closed_at, intent.read_share = state, now, share
    session.flush()


def answer_command(session: Session, command_id: int | None, state: str, answer: str) -> None:
    """Tell whoever asked; a command that was answered before keeps its answer."""
    command = session.get(Command, command_id) if command_id else None
    if command is not None and command.state in ("waiting", "acting"):
        command.state, command.answer, command.handled_at = state, answer, clock.now()


Effect = Callable[[Session, Ramp, Course, Change, datetime], None]
EFFECTS: dict[str, Effect] = {
    "begin": _begin,
    "intend_next": _intend_next,
    "intend_step": _intend_step,
    "intend_expected": _intend_expected,
    "intend_lower": _intend_lower,
    "intend_zero": _intend_zero,
    "arrive": _arrive,
    "miss": _miss,
    "try_again": _try_again,
    "begin_hold": _begin_hold,
    "end_hold": _end_hold,
    "note_share": _note_share,
    "adopt": _adopt,
    "replan": _replan,
    "confirm": _confirm,
    "mute": muting.mute,
    "unmute": muting.unmute,
    "end_mutes": muting.end_mutes,
    "end": _end,
}
