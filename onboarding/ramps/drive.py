"""One ramp in a conductor's memory: what is known of it, and what should happen next.

The rows are written by the engine alone; `refresh` mirrors them after each change.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.errors import BadInput
from onboarding.metrics.base import Sample
from onboarding.ramps.adapters import Adapters, BrokenSource
from onboarding.ramps.blindness import SURE_S, UNSURE_S, Blindness
from onboarding.ramps.course import NOTHING, Aim
from onboarding.ramps.hands import Errand
from onboarding.ramps.history import gathering
from onboarding.ramps.inherited import Inherited
from onboarding.ramps.machine import Refusal, decide
from onboarding.ramps.models import Ramp
from onboarding.ramps.niche import Picked
from onboarding.ramps.queries import course_of, open_intent, told_at
from onboarding.ramps.traffic import begun, by_step
from onboarding.ramps.verdicts import Verdict
from onboarding.ramps.watch import RECENT_S, SILENT_S, Watch
from onboarding.ramps.watched import Watched
from onboarding.ramps.witness import disagreement
from onboarding.switches.base import recall
from onboarding.switches.selectors import from_json

LEARN_S = 300.0  # how far back a new run asks for counts, to learn what is healthy
LONGEST_BEAT_S = 2.0  # no single tick counts for more of a hold than this
SETTLE_S = 5.0  # for late counts, before they are held against a person at a switch
CHECK_EVERY_S = 5.0  # how often a plan's checks are looked at while they are not met
READ_EVERY_S, READ_SLOW_S = 10.0, 60.0  # how often the switch is read, quick ones and slow ones
#: An intent this old is finished after a crash; an older one is not, unless it undoes.
YOUNG_S = 30.0


@dataclass(frozen=True)
class Asked:
    """The open intent: what the switch is asked for."""

    id: int
    key: str
    aim: Aim
    step: int
    tries: int
    opened_at: datetime


class Drive:
    """One ramp under this conductor's lease."""

    def __init__(self, session: Session, ramp: Ramp, adapters: Adapters) -> None:
        self.ramp_id, self.cutover_id, self.fence = ramp.id, ramp.cutover_id, ramp.fence
        self.stream, self.adapters = ramp.cutover.stream, adapters
        self.plan(session, ramp)
        self.watch = Watch(self.watched, ramp.guard)
        self.metrics_until = ramp.metrics_until
        self.gathering = gathering(session, ramp.id)
        self.inherited = Inherited(ramp.figures, ramp.metrics_until, clock.now())
        self.by_step = by_step(ramp.figures.get("by_step"))
        self.refresh(session, ramp)
        self.metrics_errand: Errand | None = None
        self.switch_errand: Errand | None = None
        self.strays: list[Errand] = []
        self.gone = False
        self.metrics_fault, self.switch_fault = "no conductor has asked for any", ""
        self.read_failures = self.tries = 0
        self.unmet, self.checked_at = "", -CHECK_EVERY_S
        self.proposed_s = self.inherited.proposed_s if ramp.state == "proposed" else 0.0
        now = clock.ticks()
        self.blindness = Blindness(told=bool(ramp.figures.get("blind")))
        self.beat_at = self.seen_at = now
        self.sampled_at = now - max(self.inherited.silent_s, SILENT_S * self.blindness.told)
        self.read_at = 0.0
        self.doubtful_since = now - UNSURE_S if ramp.figures.get("unsure") else None
        self.sure_since: float | None = now

    def plan(self, session: Session, ramp: Ramp) -> None:
        """Take over the cutover's plan and wiring as they are now."""
        cutover = ramp.cutover
        self.version, self.course = cutover.version, course_of(cutover)
        self.wirings = (dict(cutover.switch), dict(cutover.metrics))
        self.renew_switch(told_at(session, ramp.id))
        try:
            self.watched = Watched.from_config(cutover.metrics)
            self.source = self.adapters.source(self.wirings[1], self.stream)
        except BadInput as wrong:
            self.watched, self.source = Watched(), BrokenSource(wrong)
        watch: Watch | None = getattr(self, "watch", None)
        if watch is not None:
            watch.take_over(self.watched)

    def renew_switch(self, told_at: datetime | None) -> None:
        """Another adapter for the same switch; the one before told it something by `told_at`."""
        self.switch = self.adapters.switch(self.wirings[0], self.stream)
        recall(self.switch, told_at)
        self.by_hand = self.switch.ability.by_hand

    def refresh(self, session: Session, ramp: Ramp) -> None:
        """Mirror the row."""
        if getattr(self, "state", "") == "held" and ramp.state == "holding":
            self.watch.accept()
        if ramp.state != "proposed" or getattr(self, "state", "") != "proposed":
            self.proposed_s = 0.0
        self.run, self.state, self.step = ramp.run, ramp.state, ramp.step
        self.share, self.held_s = ramp.share, ramp.held_s
        self.selector = from_json(ramp.selector)
        self.target = Aim(ramp.target_share, from_json(ramp.target_selector))
        self.peak_until, self.replanned = ramp.peak_until, ramp.replanned_by is not None
        if ramp.cutover.version != self.version:
            self.plan(session, ramp)
        self.muted = dict(ramp.muted)
        self.watch.mute({signal: one["until"] for signal, one in self.muted.items()})
        self.since, self.step_since, self.reason = ramp.since, ramp.step_since, ramp.reason
        intent = open_intent(session, ramp.id)
        before: Asked | None = getattr(self, "asked", None)
        self.asked: Asked | None = None
        if intent is not None:
            aim = Aim(intent.to_share, from_json(intent.to_selector))
            self.asked = Asked(
                intent.id, intent.key, aim, intent.step, intent.tries, intent.opened_at
            )
        if self.asked is None or before is None or before.id != self.asked.id:
            self.tries = 0

    @property
    def moved(self) -> bool:
        """Whether any traffic is on the new path, or on its way there."""
        return bool(self.share or self.selector) or self.target != NOTHING

    @property
    def expected(self) -> Aim:
        """Where the switch should be: where it was last read, else where it was last sent."""
        return self.target if self.share is None else Aim(self.share, self.selector)

    def took(self, samples: list[Sample]) -> list[Verdict]:
        """Take counts in; the verdicts on them."""
        self.metrics_fault = ""
        if samples:
            self.metrics_until = samples[-1].at
        if counted := [one.seconds for one in samples if one.moved or one.control]:
            self.sampled_at = clock.ticks()
            self.inherited.saw(sum(counted))
        self._count(samples)
        self.gathering.took(samples)
        return self.watch.feed(samples, self.course.limits(self.step), self._picked)

    def _picked(self, sample: Sample) -> Picked | None:
        """What is moved whole while the sample is counted: what the switch is sent to from then
        on, and what it had until it is in full effect elsewhere."""
        aim = self.asked.aim if self.asked else self.expected
        if aim.selector is not None and aim.share < 100:
            return Picked(str(aim.selector), bool(aim.share or self.share))
        known = self.watch.picked
        if known is None or (self.asked is None and self.step_since is None):
            return None
        began = sample.at - timedelta(seconds=sample.seconds)
        if self.asked is None and self.step_since is not None and began >= self.step_since:
            return None
        return Picked(known.what, mixed=True)

    def _count(self, samples: list[Sample]) -> None:
        """Add up what comes while a step is held and its share is in full effect."""
        if self.asked is not None or self.share is None or self.step_since is None:
            return
        for sample in samples:
            if sample.at - timedelta(seconds=sample.seconds) >= self.step_since:
                held = self.by_step.get(self.step)
                picked = str(self.selector or "")
                if held is None or (held.share, held.picked) != (self.share, picked):
                    held = self.by_step[self.step] = begun(sample, self.share, picked)
                held.add(sample)

    def seen_s(self) -> float:
        """Seconds since this was last asked."""
        now = clock.ticks()
        passed, self.seen_at = now - self.seen_at, now
        return passed

    def window(self) -> tuple[datetime, datetime]:
        """From when until when to ask for counts."""
        now = clock.now()
        since = self.metrics_until or now
        if since > now + timedelta(seconds=2) or self.metrics_until is None:
            since = now - timedelta(seconds=LEARN_S)  # a new run, or the clock was set back
        return max(since, now - timedelta(seconds=2 * LEARN_S)), now

    def doubt(self) -> str:
        """Why the ramp cannot be judged now; nothing where it can, or where nothing has moved."""
        return self.blind() or (self.inherited.beside(self.watch.doubt()) if self.moved else "")

    def blind(self) -> str:
        """Why nothing is seen of what was moved: no counts come, or they can't be, or they are not
        of what a person at the switch says. Nothing where too little is seen to judge it."""
        if not self.moved:
            return ""
        silent = clock.ticks() - self.sampled_at
        if silent >= SILENT_S:
            why = self.metrics_fault or "the source gives none"
            return f"no counts for {silent:.0f} s: {why}"
        return self._not_borne_out() or self.watch.unusable()

    def _not_borne_out(self) -> str:
        """What the counts say against the person at a switch that is turned by hand, once the last
        seconds are all of this step."""
        since = self.step_since
        if not self.by_hand or self.asked is not None or self.share is None or since is None:
            return ""
        if (clock.now() - since).total_seconds() < RECENT_S + SETTLE_S:
            return ""
        arms = (self.watch.arm("moved"), self.watch.arm("control"))
        return disagreement(Aim(self.share, self.selector), *arms)

    def way_back(self) -> str:
        """The event by which the guard rolls back here: what the plan asks for, where the machine
        knows it; a fault that shows anew on a step on the way back does not wait there."""
        if self.state == "lowered":
            return self._lower()
        if self.watched.wait_s > 0 and self.possible("guard_proposes"):
            return "guard_proposes"
        if self.watched.back == "steps" and self.step > 1 and self.possible("guard_unwinds"):
            return "guard_unwinds"
        return "guard_rollback"

    def _lower(self) -> str:
        return "lower" if self.step > 1 else "lower_last"

    def beat(self) -> str | None:
        """Let time pass: the event that the clock brings, if any."""
        now = clock.ticks()
        passed, self.beat_at = min(LONGEST_BEAT_S, now - self.beat_at), now
        doubt = self.doubt()
        if doubt:
            self.doubtful_since, self.sure_since = self.doubtful_since or now, None
        else:
            self.sure_since, self.doubtful_since = self.sure_since or now, None
        if self.state == "proposed":
            self.proposed_s += passed
            if self.proposed_s < self.watched.wait_s:
                return None
            stepwise = self.watched.back == "steps" and self.step > 1
            return "guard_unwinds" if stepwise else "wait_over"
        if self.state == "lowered":
            self.held_s += passed
            return self._lower() if self.held_s >= self.watched.pause_s else None
        if self.state == "undecided":
            sure = self.sure_since is not None and now - self.sure_since >= SURE_S
            return "judged" if sure else None
        unsure = self.doubtful_since is not None and now - self.doubtful_since >= UNSURE_S
        if unsure and self.possible("unjudged"):
            return "unjudged"
        if self.state != "holding" or self.share is None:
            return None
        if not doubt and (self.step_since is None or clock.now() >= self.step_since):
            self.held_s += passed
        return self.course.due(
            self.step, self.held_s, at_peak=self.at_peak(), replanned=self.replanned
        )

    def at_peak(self) -> bool:
        """Whether the daily peak is still to come, or on, that this step is held across."""
        return self.peak_until is not None and clock.now() < self.peak_until

    def to_check(self, event: str | None) -> tuple[str, ...]:
        """What the plan has checked now: before `event` leaves the step, and while it waits for a
        go, so that people see what is missing."""
        leaving = event in ("hold_over", "plan_over") or self.state == "waiting_go"
        if not leaving:
            self.unmet = ""
        return self.course.checks(self.step) if leaving else ()

    def possible(self, event: str) -> bool:
        """Whether the machine knows a way on from here."""
        return not isinstance(decide(self.state, event), Refusal)

    def read_due(self) -> bool:
        """Whether it is time to look where the switch is."""
        if self.asked is not None or self.switch_errand is not None:
            return False
        every = READ_SLOW_S if self.switch.ability.delay_s else READ_EVERY_S
        if self.share is None or self.read_failures:
            every = 1.0
        return clock.ticks() - self.read_at >= every

    def key(self) -> str:
        """What the open intent is set with: after a try that failed, a fresh decision."""
        assert self.asked is not None
        if self.by_hand:
            return self.asked.key  # the person was asked: asking anew would tell them nothing
        return f"{self.asked.key}.{self.asked.tries}" if self.asked.tries else self.asked.key

    def stale_intent(self) -> bool:
        """Whether what was intended is too old to be carried out by a successor."""
        if self.asked is None or self.state in ("unwinding", "rolling_back") or self.by_hand:
            return False
        return abs((clock.now() - self.asked.opened_at).total_seconds()) > YOUNG_S
