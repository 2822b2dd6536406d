"""What people ask of a ramp: a command is a row, and the leaseholder answers it."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.cutovers.models import Cutover
from onboarding.cutovers.plan import step_from
from onboarding.db import after_commit
from onboarding.errors import BadInput, NotFound
from onboarding.live import pings
from onboarding.ramps import checking, muting, rehearsal
from onboarding.ramps.course import REGARDLESS, Course, Standing, judge
from onboarding.ramps.effects import answer_command, carry_out
from onboarding.ramps.going import objection
from onboarding.ramps.leases import LEASE_S
from onboarding.ramps.machine import Refusal
from onboarding.ramps.models import Command, Ramp
from onboarding.ramps.queries import (
    course_of,
    current,
    last_answered,
    name_of,
    open_intent,
    standing_of,
    stopped,
)
from onboarding.ramps.states import STATES, VERBS
from onboarding.ramps.telling import Change
from onboarding.ramps.unseen import SAID, unseen
from onboarding.readiness import proving
from onboarding.readiness.evidence import gates
from onboarding.rosters import station
from onboarding.simulation.scripts import script, written
from onboarding.trail.log import Actor, lock_stream, record

Ready = Callable[[Session, int], bool]
UNMANNED = "Wait for them, put somebody else on the seat, or lift the demand on the roster"


def ask(
    session: Session,
    actor: Actor,
    cutover_id: int,
    verb: str,
    *,
    key: str,
    seen: str = "",
    arguments: Mapping[str, Any] | None = None,
    reason: str = "",
) -> Command:
    """Write the command down and wake the conductor that drives the cutover.

    `key` makes it the same command however often it is sent. `seen` is the mark of what the person
    saw (`Standing.mark`); where the ramp has moved on since, it will be refused, save for hold,
    roll back and confirm. `arguments`: `{"step": 2}` for "back", `{"steps", "version"}` for
    "replan" (`StepPlan.as_json` of all steps, the cutover's version that was seen), `{"signal",
    "minutes"}` for "mute", which needs a reason, `{"script"}` for a rehearsal's "start",
    `{"without_figures": True}` for a "go" that is meant although nothing can be judged. Raises
    BadInput, NotFound.
    """
    if verb not in VERBS:
        raise BadInput(
            f"there is no verb {verb!r}", place="verb", hint=f"one of {', '.join(VERBS)}"
        )
    if not 1 <= len(key) <= 100:
        raise BadInput("a command needs a key", place="key", hint="1 to 100 characters, ever new")
    if len(reason) > 2000:
        raise BadInput("the reason is too long", place="reason", hint="at most 2,000 characters")
    cutover = session.get(Cutover, cutover_id)
    if cutover is None:
        raise NotFound(f"There is no cutover {cutover_id}")
    known = _by_key(session, key)
    if known is None:
        asked = _arguments(verb, arguments or {}, reason)
        known = _write_down(
            session, actor, cutover, key=key, verb=verb, seen=seen, arguments=asked, reason=reason
        )
    if (known.cutover_id, known.verb, known.actor) != (cutover_id, verb, actor.name):
        raise BadInput("this key was used for something else", place="key", hint="reload")
    return known


def _write_down(session: Session, actor: Actor, cutover: Cutover, **said: Any) -> Command:
    """The command's row; of two that are sent with one key at once, the first is both."""
    stream = cutover.stream
    about = {"cutover_id": cutover.id, "actor": actor.name, "source": actor.source}
    module = sqlite if session.connection().dialect.name == "sqlite" else postgresql
    insert = module.insert(Command).values(**about, **said, created_at=clock.now())
    if session.scalar(insert.on_conflict_do_nothing().returning(Command.id)) is not None:
        after_commit(f"wake:{stream}", lambda: pings.wake(stream))
    found = _by_key(session, said["key"])
    assert found is not None
    return found


def _by_key(session: Session, key: str) -> Command | None:
    return session.scalar(select(Command).where(Command.key == key))


def _arguments(verb: str, given: Mapping[str, Any], reason: str) -> dict[str, Any]:
    if verb in ("mute", "unmute"):
        return muting.arguments(verb, given, reason)
    if verb == "replan":
        return {
            "steps": [step_from(one).as_json() for one in given.get("steps", ())],
            "version": int(given.get("version", 0)),
        }
    if verb == "go" and given.get(SAID):
        return {SAID: True}
    if verb == "start" and given.get("script"):
        return {"script": written(script(str(given["script"])))}
    if verb != "back":
        return {}
    step = given.get("step")
    if not isinstance(step, int) or isinstance(step, bool) or step < 0:
        raise BadInput("which step to go back to?", place="step", hint="its number, 0 for none")
    return {"step": step}


def take_command(session: Session, command_id: int) -> Command | None:
    """The command if it still waits, its row locked; take the stream's lock before."""
    query = select(Command).where(Command.id == command_id, Command.state == "waiting")
    query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalar(query)


def start_run(session: Session, command: Command, holder: str, ready: Ready) -> Ramp | None:
    """A new run with its lease in `holder`'s hand, for a command "start"; None where refused.

    The caller holds the stream's lock, so that of two starts the first wins.
    """
    ramp = current(session, command.cutover_id, lock=True)
    standing = standing_of(session, ramp) if ramp else Standing()
    cutover = session.get_one(Cutover, command.cutover_id)
    if _refused(session, command, standing, course_of(cutover)):
        return None
    follows = command.arguments.get("script", "")
    why = rehearsal.objection(cutover, follows) or _not_startable(session, cutover, ready)
    if why:
        refuse(session, command, why)
        return None
    now = clock.now()
    run = Ramp(
        cutover_id=cutover.id,
        run=standing.run + 1,
        script=follows,
        state="idle",
        since=now,
        started_at=now,
        lease_holder=holder,
        lease_until=now + timedelta(seconds=LEASE_S),
        fence=1,
    )
    session.add(run)
    session.flush()
    session.refresh(run)
    _perform(
        session,
        command,
        run,
        course_of(cutover),
        {**let_pass(session, cutover), **command.arguments},
    )
    return run


def let_pass(session: Session, cutover: Cutover) -> dict[str, Any]:
    """What of the gates was overruled for this start, for the trail; nothing where none was."""
    passed = [gate for gate in gates(session, cutover) if gate.overruled and gate.needed]
    rules = [{"key": gate.key, "title": gate.title, "why": gate.why} for gate in passed]
    return {"overruled": rules} if rules else {}


def _not_startable(session: Session, cutover: Cutover, ready: Ready) -> str:
    if cutover.state not in ("booked", "running"):
        return f"This cutover is {cutover.state}"
    if why := stopped(session):
        return why
    if not cutover.steps:
        return "The plan has no steps"
    if proving.touching(session, cutover.id):
        return "Its roll-back is being proved on the switch just now: try again in a few seconds"
    if not ready(session, cutover.id):
        return "Not everything that a start needs is there: see go / no-go for what, and of whom"
    return ""


def handle(session: Session, command: Command, ramp: Ramp) -> None:
    """Carry the command out on `ramp`, or refuse it with a sentence. The caller holds the stream's
    lock and the ramp's lease."""
    course = course_of(ramp.cutover)
    if _refused(session, command, standing_of(session, ramp), course):
        return
    going = command.verb == "go"
    silent = station.not_there(session, ramp.cutover) if going else []
    if silent and "on_station" not in checking.let_pass(session, ramp.cutover):
        refuse(session, command, f"Not on station: {', '.join(silent)}. {UNMANNED}")
        return
    why = objection(session, command, ramp, course)
    if why:
        refuse(session, command, why)
        return
    keys = ("on_station", *course.checks(ramp.step)) if going else ()
    past = checking.gone_past(session, ramp.cutover, keys) if going else {}
    if going and command.arguments.get(SAID) and (doubt := unseen(session, ramp)):
        past[SAID] = doubt
    if command.verb == "skip" and ramp.state == "undecided":
        past = {SAID: ramp.reason}
    _perform(session, command, ramp, course, past)


def _perform(
    session: Session,
    command: Command,
    ramp: Ramp,
    course: Course,
    detail: Mapping[str, Any] | None = None,
) -> None:
    step = command.arguments.get("step")
    move = judge(standing_of(session, ramp), course, command.verb, step)
    assert not isinstance(move, Refusal)
    actor = Actor(command.actor, command.source)
    said = dict(command.arguments if command.verb in ("mute", "unmute") else detail or {})
    change = Change(command.verb, actor, command=command, step=step or 0, detail=said)
    carry_out(session, ramp, course, move, change)
    intent = open_intent(session, ramp.id)
    if intent is not None and intent.command_id == command.id:
        command.state, command.handled_at = "acting", clock.now()
    else:
        answer_command(session, command.id, "done", f"Done: {STATES[ramp.state]}")


def _refused(session: Session, command: Command, standing: Standing, course: Course) -> bool:
    """Refuse a command that came too late or that the machine does not allow."""
    if command.verb not in REGARDLESS and command.seen not in ("", standing.mark):
        refuse(session, command, _who_was_first(session, command, standing))
        return True
    verdict = judge(standing, course, command.verb, command.arguments.get("step"))
    if isinstance(verdict, Refusal):
        refuse(session, command, verdict.why)
        return True
    return False


def _who_was_first(session: Session, command: Command, standing: Standing) -> str:
    first = last_answered(session, command.cutover_id)
    now_is = f"{STATES[standing.state]} (step {standing.step}). Look again before you decide"
    if first is None or first.handled_at is None:
        return f"It has moved on by itself since you looked: {now_is}"
    seconds = max(0.0, (clock.now() - first.handled_at).total_seconds())
    who = "You were" if first.actor == command.actor else f"{name_of(session, first.actor)} was"
    return f"{who} first: {VERBS[first.verb]}, {seconds:.0f} s ago. Now {now_is}"


def refuse(session: Session, command: Command, why: str) -> None:
    """Answer with a refusal; the trail keeps that it was asked, the answer may name people."""
    answer_command(session, command.id, "refused", why)
    stream = f"cutover:{command.cutover_id}"
    payload = {"verb": command.verb, "command": command.id}
    record(
        session,
        stream,
        "command.refused",
        Actor(command.actor, command.source),
        payload,
        {"why": why},
    )


def lock(session: Session, cutover_id: int) -> None:
    """Take the lock that orders everything that is written about a cutover."""
    lock_stream(session, f"cutover:{cutover_id}")
