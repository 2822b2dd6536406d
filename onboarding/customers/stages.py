"""The eight stages of a turn-up, and the levels of help: their order and their names. Pure."""

from dataclasses import dataclass

from onboarding.errors import Refused

STAGES = ("signup", "config", "forecast", "test", "scheduled", "ramping", "live", "tuning")
LEVELS = ("self_serve", "guided", "hands_on")
GOALS = ("offload", "latency", "launch_date", "feature", "traffic")


@dataclass(frozen=True)
class Move:
    """A step of a turn-up from one stage to another; `back` is a return to an earlier one."""

    left: str
    entered: str

    @property
    def back(self) -> bool:
        return STAGES.index(self.entered) < STAGES.index(self.left)


def after(stage: str) -> str | None:
    """The stage that follows `stage`; None after the last."""
    at = STAGES.index(stage) + 1
    return STAGES[at] if at < len(STAGES) else None


def move(left: str, entered: str) -> Move:
    """The move from one stage to the next, or back to any earlier one. Raises Refused for a stage
    that is left out, for the present one, and for one that does not exist."""
    if entered not in STAGES:
        raise Refused(f"There is no stage {entered!r}", hint=f"one of {', '.join(STAGES)}")
    if entered == left:
        raise Refused(f"It is in the stage {left} already", hint="nothing needs to be done")
    if STAGES.index(entered) > STAGES.index(left) + 1:
        raise Refused(f"From {left} it cannot go to {entered}", hint=f"{after(left)} comes first")
    return Move(left, entered)
