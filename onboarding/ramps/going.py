"""Whose go takes the next step, and what a change of its plan needs."""

from sqlalchemy.orm import Session

from onboarding.cutovers.actions import Wiring
from onboarding.cutovers.checking import check_rest
from onboarding.cutovers.plan import step_from
from onboarding.errors import BadInput
from onboarding.people.models import User
from onboarding.ramps import muting
from onboarding.ramps.checking import unmet
from onboarding.ramps.course import Course
from onboarding.ramps.models import Command, Ramp
from onboarding.ramps.queries import stopped
from onboarding.ramps.unseen import SAID, unseen
from onboarding.trail.log import Actor

SAY_SO = "Wait, or say with the go that you go on without figures"
ONWARDS = ("go", "skip", "resume")
"""What moves a run on, and waits while everything is held."""


def objection(session: Session, command: Command, ramp: Ramp, course: Course) -> str:
    """Why this command is refused although machine and plan know it; empty where it is not."""
    if command.verb in ONWARDS and (why := stopped(session)):
        return why
    if command.verb == "go":
        return _to_go(session, command, ramp, course)
    if command.verb in ("mute", "unmute"):
        return muting.objection(command, ramp)
    if command.verb == "replan":
        return _to_replan(session, command, ramp)
    if command.verb == "finish":
        why = unmet(session, ramp.cutover, course.checks(ramp.step), ramp.figures)
        return f"The plan has this checked before it is finished: {why}" if why else ""
    return ""


def _to_go(session: Session, command: Command, ramp: Ramp, course: Course) -> str:
    step, aim = course.steps[ramp.step], course.aim(ramp.step + 1)
    user_id = Actor(command.actor, command.source).user_id
    user = session.get(User, user_id) if user_id else None
    if step.go_by and (user is None or user.team_key != step.go_by):
        return f"The plan wants a go of {step.go_by} before {aim}"
    if ramp.replanned_by is not None and not ramp.cutover.practice:
        if user is None:
            return "The plan was changed: say who you are (--as), for a colleague says go"
        if user.id == ramp.replanned_by:
            return "You changed the plan: a colleague says go"
    why = unmet(session, ramp.cutover, course.checks(ramp.step), ramp.figures)
    if why:
        return f"The plan has this checked before {aim}: {why}"
    if not command.arguments.get(SAID) and (doubt := unseen(session, ramp)):
        return f"Nothing can be judged before {aim}: {doubt}. {SAY_SO}"
    return ""


def _to_replan(session: Session, command: Command, ramp: Ramp) -> str:
    cutover = ramp.cutover
    if command.arguments["version"] != cutover.version:
        return "Somebody changed the plan meanwhile: reload and look again"
    try:
        steps = [step_from(one) for one in command.arguments["steps"]]
        ability = Wiring(cutover.switch, cutover.metrics).check()
        check_rest(session, cutover, steps, ramp.step, ability)
    except BadInput as wrong:
        return wrong.line()
    return ""
