"""What a person's verb would do, said before it is confirmed. Pure."""

from onboarding.ramps.course import Course, CourseStep, Standing

#: Verbs whose sentence needs nothing of the plan.
SAID = {
    "adopt": "What the switch was found at counts as the plan's word from now on; nothing moves.",
    "restore": "The switch is set back to what the plan wants.",
    "confirm": "You say that the switch is turned; it goes on from there.",
    "unwind": "Traffic goes back to the old path, one step of the plan after the other.",
    "abandon": "Traffic stays where it is, and nobody watches it any more.",
    "finish": "The cutover ends and traffic stays where it is. The guard stops watching.",
}


def ahead(course: Course, standing: Standing, verb: str) -> str:
    """What `verb` would do where the run stands, in one or two sentences: to which share, how long
    it is held there, and who has a word before. Empty for a verb that asks for no confirmation."""
    moved = standing.share or 0.0
    here = _percent(moved)
    if verb in SAID:
        return SAID[verb]
    if verb == "rollback":
        return f"All traffic goes back to the old path at once{f': from {here}' if moved else ','} to 0 %."
    if verb == "hold":
        return f"Traffic stays at {here}. The guard goes on watching, and may still roll back."
    if verb == "back":
        return "Traffic goes back to an earlier step and is held there."
    if verb in ("start", "go", "resume", "skip"):
        return " ".join(part for part in (_begins(verb, here), _onwards(course, standing)) if part)
    return ""


def _begins(verb: str, here: str) -> str:
    return {
        "start": "The run begins.",
        "resume": f"The ramp goes on from {here}.",
        "skip": "The rest of this hold is left out, and nothing more is judged at this step.",
    }.get(verb, "")


def _onwards(course: Course, standing: Standing) -> str:
    if course.is_last(standing.step):
        return "No step follows: it finishes once the hold is over."
    number = standing.step + 1
    step, aim = course.steps[standing.step], course.aim(number)
    held = f"held for {_span(step.hold_s)}" if step.hold_s else "not held"
    return f"Next is step {number} of {len(course.steps)}: to {aim}, {held}{_asked(step)}."


def _asked(step: CourseStep) -> str:
    return f", once {step.go_by or 'somebody'} says go" if step.needs_go else ""


def _percent(share: float) -> str:
    return f"{share:g} %"


def _span(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:g} s"
    return f"{seconds / 60:g} min" if seconds < 7200 else f"{seconds / 3600:g} h"
