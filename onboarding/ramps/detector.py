"""One signal's detector: baseline and evidence together, tick by tick or many ticks at once."""

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

from onboarding.ramps.baseline import BLOCK, SCARCE, Baseline, odds_of
from onboarding.ramps.control import empty_past, floor
from onboarding.ramps.evidence import FACTORS, Evidence, Mark
from onboarding.ramps.slight import Slight, learn

MONTH = 30 * 86400.0  # seconds
CALM = 260.0  # below A / CALM the evidence is that of healthy traffic, which may be learnt from
HOLD = 26.0  # a hold is asked for at A / HOLD


class Tick(NamedTuple):
    """One interval of one signal: counts of the moved arm, then of the control (0, 0: none)."""

    ts: float
    bad: float
    requests: float
    control_bad: float = 0.0
    control_requests: float = 0.0


@dataclass(frozen=True, slots=True)
class Finding:
    """What a tick revealed. `new` is false where the same hold was already told of."""

    action: str
    onset: int
    onset_ts: float
    evidence: float
    baseline: float
    observed: float
    control: float | None
    new: bool


class Detector:
    """Judges one signal. `ticks_per_false_alarm` is A: the mean ticks between false rollbacks."""

    def __init__(self, baseline: Baseline, ticks_per_false_alarm: float, warmup: int = 0) -> None:
        self.baseline, self.warmup, self.limit = baseline, warmup, ticks_per_false_alarm
        needed = math.log(ticks_per_false_alarm)
        if baseline.exact is not None:
            self.cap = needed + math.log(len(FACTORS))  # one tick may do, by one factor alone
        else:
            self.cap = needed / (3.0 if baseline.every < 5.0 else 2.0)
        self.calm = ticks_per_false_alarm / CALM
        self.may_roll_back = True  # where not, more than enough evidence still asks for a hold only
        self.tick, self.held = 0, False
        self.sums = [0.0, 0.0, 0.0, 0.0]  # of the running block
        self.phase, self.block_calm = 0, True
        self.total = [0.0, 0.0, 0.0, 0.0]
        self.past = empty_past()
        self.evidence = Evidence(self._mark(0.0))
        self.block = self._mark(0.0)  # where the running block began
        self.slight = Slight(ticks_per_false_alarm, self.block)

    def _mark(self, ts: float) -> Mark:
        return Mark(self.tick, ts, *self.total)

    def step(self, now: Tick) -> Finding | None:
        """Take one tick in; a finding where the evidence asks for a hold or a rollback."""
        warm = self.tick < self.warmup
        self.past.append((self.total[2], self.total[3]))
        if self.phase == 0:
            self.block = self._mark(now.ts)
        if not warm and now.requests > 0:
            self._weigh(now)
        self._count(now)
        self.tick += 1
        finding = None
        if self.evidence.value >= self.calm:
            self.block_calm = False
            finding = self._find(now)
        elif self.held:
            self.held = False
        self.phase += 1
        if self.phase == BLOCK or self.tick == self.warmup:
            self._learn(warm)
        if finding is None and self.slight.found:
            finding = self._finding(
                "hold", self.slight.evidence, self.slight.value, not self.slight.told
            )
            self.slight.told = True
        return finding

    def _weigh(self, now: Tick) -> None:
        """Turn the tick into evidence against the best reference there is."""
        known = self.baseline
        trials = now.requests
        if known.exact is None and 0 < now.control_requests >= SCARCE * now.requests:
            if known.beside > 0:
                total = (self.total[2] + now.control_bad, self.total[3] + now.control_requests)
                rate = max(known.beside, floor(self.past, total, known.share))
                odds = known.margin * odds_of(rate)
            else:
                trials = now.bad + now.control_bad
                odds = known.margin * now.requests / now.control_requests
        elif known.ready:
            odds = known.odds
        else:
            return
        self.evidence.add(now.bad, trials, odds, known.share, self.cap, self._mark(now.ts))

    def _count(self, now: Tick) -> None:
        _, bad, requests, control_bad, control_requests = now
        a, b, c, d = self.sums
        self.sums = [a + bad, b + requests, c + control_bad, d + control_requests]
        a, b, c, d = self.total
        self.total = [a + bad, b + requests, c + control_bad, d + control_requests]

    def _find(self, now: Tick) -> Finding | None:
        evidence = self.evidence.value
        if evidence < self.limit / HOLD:
            return None
        action = "rollback" if evidence >= self.limit and self.may_roll_back else "hold"
        new = action == "rollback" or not self.held
        finding = self._finding(action, self.evidence, evidence, new)
        self.held = action == "hold"
        if action == "rollback":
            self.restart(now.ts)
        return finding

    def _finding(self, action: str, of: Evidence, value: float, new: bool) -> Finding:
        margin = self.baseline.margin if of is self.evidence else self.baseline.slight
        mark = max(of.began, key=lambda mark: self._likelihood(mark, margin))
        bad, requests, control_bad, control_requests = self._since(mark)
        control = control_bad / control_requests if control_requests > 0 else None
        rate = self.baseline.rate
        return Finding(
            action=action,
            onset=mark.tick,
            onset_ts=mark.ts,
            evidence=value,
            baseline=rate if rate is not None else control or 0.0,
            observed=bad / requests,
            control=control,
            new=new,
        )

    def _since(self, mark: Mark) -> list[float]:
        return [total - before for total, before in zip(self.total, mark[2:], strict=True)]

    def _likelihood(self, mark: Mark, margin: float) -> float:
        """How much likelier the counts since `mark` are at the rate they show than when healthy."""
        bad, requests, control_bad, control_requests = self._since(mark)
        healthy = self.baseline.odds
        if self.baseline.exact is None and control_requests > 0:
            healthy = margin * (control_bad + 0.5) / control_requests
        expected = requests * healthy
        return bad * math.log(bad / expected) - bad + expected if bad > expected > 0 else 0.0

    def restart(self, ts: float) -> None:
        """Begin anew after a rollback or a mute; what may be part of a fault is not learnt."""
        self.evidence.clear(self._mark(ts))
        self.slight.clear(self._mark(ts))
        self.baseline.doubt()
        self.held = False

    def _learn(self, warm: bool) -> None:
        learn(self.slight, self.baseline, self.sums, self.block, warm=warm, calm=self.block_calm)
        self.sums, self.phase, self.block_calm = [0.0, 0.0, 0.0, 0.0], 0, True

    def state(self) -> dict[str, Any]:
        """Everything the detector knows, as JSON (tuples as arrays: every conductor writes this of
        every ramp each second, so nothing is copied that need not be)."""
        return {
            "baseline": self.baseline.state(),
            "limit": self.limit,
            "warmup": self.warmup,
            "tick": self.tick,
            "held": self.held,
            "block": [*self.sums, self.phase, self.block_calm],
            "began_block": tuple(self.block),
            "slight": self.slight.state(),
            "total": self.total,
            "past": list(self.past),
            "mix": self.evidence.mix,
            "began": [tuple(mark) for mark in self.evidence.began],
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> "Detector":
        """The inverse of `state()`."""
        made = cls(Baseline.from_state(state["baseline"]), state["limit"], state["warmup"])
        made.tick, made.held, made.total = state["tick"], state["held"], list(state["total"])
        *made.sums, made.phase, made.block_calm = state["block"]
        made.past.extend((bad, requests) for bad, requests in state["past"])
        made.block = Mark(*state["began_block"])
        made.evidence.restore(state["mix"], state["began"])
        made.slight.restore(state["slight"])
        return made
