"""The plan as a ramp walks it, and what people's verbs demand of where it stands. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from onboarding.ramps.machine import Move, Refusal, decide
from onboarding.ramps.states import VERBS
from onboarding.switches.base import Ability, Position
from onboarding.switches.selectors import Selector, in_words

READ_TO = 0.1  # percent to which shares that are parts of a few addresses are read


@dataclass(frozen=True, slots=True)
class Aim:
    """Where a switch is to be: everything that `selector` picks is on the new path, and `share`
    percent of the rest."""

    share: float
    selector: Selector | None = None

    def __str__(self) -> str:
        return in_words(self.share, self.selector)


NOTHING = Aim(0.0)


@dataclass(frozen=True, slots=True)
class CourseStep:
    """One step: percent on the new path, seconds of good data before the next, whether a person
    must say go before it and of which team (empty: anyone), its fixed limits (`{"errors": 0.02}`),
    what is moved whole, whether it is held across the daily peak, and what is checked before it is
    taken and before it is left (keys of `cutovers.plan.CHECKS`)."""

    share: float
    hold_s: float
    needs_go: bool = False
    limits: Mapping[str, float] = field(default_factory=dict)
    selector: Selector | None = None
    go_by: str = ""
    over_peak: bool = False
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Course:
    """The steps in order. Step 0 is where every run begins: no traffic on the new path."""

    steps: Sequence[CourseStep]

    def aim(self, step: int) -> Aim:
        """Where the switch is to be at step number `step`."""
        if not 0 < step <= len(self.steps):
            return NOTHING
        found = self.steps[step - 1]
        return Aim(found.share, found.selector)

    def hold_s(self, step: int) -> float:
        """Seconds that step number `step` is held."""
        return self.steps[step - 1].hold_s if 0 < step <= len(self.steps) else 0.0

    def limits(self, step: int) -> Mapping[str, float]:
        """The fixed limits while standing on step number `step`."""
        return self.steps[step - 1].limits if 0 < step <= len(self.steps) else {}

    def is_last(self, step: int) -> bool:
        """Whether no step follows."""
        return step >= len(self.steps)

    def step_at(self, found: Aim) -> int:
        """The highest step that `found` covers: where a ramp stands that was found there."""
        covered = [n for n, one in enumerate(self.steps, 1) if _covers(found, one)]
        return covered[-1] if covered else 0

    def over_peak(self, step: int) -> bool:
        """Whether step number `step` is held across the daily peak."""
        return 0 < step <= len(self.steps) and self.steps[step - 1].over_peak

    def checks(self, step: int) -> tuple[str, ...]:
        """What must hold to leave step number `step`, and to take the one after it."""
        after = self.steps[step - 1].after if 0 < step <= len(self.steps) else ()
        before = () if self.is_last(step) else self.steps[step].before
        return tuple(dict.fromkeys((*after, *before)))

    def due(
        self, step: int, held_s: float, *, at_peak: bool = False, replanned: bool = False
    ) -> str | None:
        """The event that the clock brings in state "holding", if any. `at_peak`: the daily peak
        that the step is held across is not over; `replanned`: the plan was changed since the last
        step, so that a person says go before the next."""
        if held_s < self.hold_s(step) or at_peak:
            return None
        if self.is_last(step):
            return "plan_over"
        return "go_needed" if self.steps[step].needs_go or replanned else "hold_over"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a run stands. `share`: percent last read at the switch, None before the first read;
    `open`: an intent is open (the switch has been asked and has not answered)."""

    run: int = 0
    state: str = "idle"
    step: int = 0
    share: float | None = None
    open: bool = False
    by_hand: bool = False

    @property
    def given_up(self) -> bool:
        """A roll-back that the switch does not answer may be left to a person's hand."""
        return self.state == "rolling_back"

    @property
    def mark(self) -> str:
        """What a person saw, to be sent back with a command: `run/state/step`."""
        return f"{self.run}/{self.state}/{self.step}"


#: These are carried out whatever the person saw: being late must never keep anybody from safety,
#: and a mute is about a signal, wherever the run stands meanwhile.
REGARDLESS = ("hold", "rollback", "unwind", "confirm", "mute", "unmute")


def judge(standing: Standing, course: Course, verb: str, step: object = None) -> Move | Refusal:
    """What the machine and the plan say to a person's verb; `step`: where "back" goes to."""
    found = decide(standing.state, verb)
    if isinstance(found, Refusal):
        return found
    why = _objection(standing, course, verb, step)
    return Refusal(f"You cannot {VERBS[verb]} now: {why}") if why else found


def _objection(standing: Standing, course: Course, verb: str, step: object) -> str:
    last = course.is_last(standing.step)
    if verb == "finish" and not last:
        return f"step {standing.step} of {len(course.steps)} is not the last; go on, or abandon"
    if verb in ("finish", "resume", "abandon") and standing.open and not standing.given_up:
        return "the switch has not answered yet; try again in a moment"
    if verb == "unwind" and standing.step <= 1:
        return "no step lies between this and nothing: roll back"
    if verb == "go" and last:
        return "no step follows; finish"
    if verb == "skip" and standing.state == "undecided" and last:
        return "no step follows; finish it, if you are sure"
    if verb == "confirm" and not (standing.by_hand and standing.open):
        return "nobody was asked to turn a switch by hand"
    if verb == "back" and not (isinstance(step, int) and 0 <= step < _reaching(standing)):
        return "say which earlier step, from 0 to the one before this"
    return ""


def _reaching(standing: Standing) -> int:
    """The step stood on, or the one on the way to."""
    return standing.step + (1 if standing.state == "advancing" else 0)


def _covers(found: Aim, step: CourseStep) -> bool:
    if step.share > found.share * 1.02:
        return False
    if step.selector is None or found.share >= 100:
        return True
    return found.selector is not None and found.selector.covers(step.selector)


def found_at(position: Position) -> Aim:
    """Where a switch was read."""
    return Aim(position.share, position.selector)


def is_at(position: Position, wanted: Aim, ability: Ability) -> bool:
    """Whether a switch was read where it was set to: the selector exactly, the share as far as the
    switch can hit it."""
    goes_to = ability.nearest(wanted.share)
    step = READ_TO if ability.shares else ability.smallest_step
    return position.selector == wanted.selector and same(position.share, goes_to, step)


def same(found: float, wanted: float, smallest_step: float) -> bool:
    """Whether a share that was read is the one that was set, as far as the switch can hit it.

    Nothing and everything are exact: a rest of traffic left behind is no roll-back.
    """
    if wanted in (0.0, 100.0) or found in (0.0, 100.0):
        return abs(found - wanted) < 1e-6
    return abs(found - wanted) <= smallest_step / 2 + 1e-6
