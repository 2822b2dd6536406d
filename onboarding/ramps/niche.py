"""What a selector moved whole, such as all of /static/. Pure.

The rest of the traffic is not like it, so it is held against its own past: what it did on the old
path, where the source tells (`Niche.learn`), else what it did here. Until there is such a past only
the rest is there to compare with: that may hold the ramp and never rolls it back. A person who goes
on after that hold says that this is how it behaves, and it is learnt.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from onboarding.ramps.detector import HOLD, Detector, Finding, Tick

OTHER = "the control is other traffic: nothing like it to compare with, a person has to judge"


@dataclass(frozen=True, slots=True)
class Picked:
    """What is moved whole, in words, and whether a share of the rest is moved beside it."""

    what: str
    mixed: bool = False


class Niche:
    """Judges one signal of what is picked. `make` makes a detector of the signal."""

    def __init__(self, make: Callable[[], Detector]) -> None:
        self.own, self.beside = make(), make()
        self.mixed = self.held = self.accepted = False
        self.reason = ""

    @property
    def known(self) -> bool:
        """Whether it has a past of its own to be held against."""
        return self.own.baseline.ready

    @property
    def judge(self) -> Detector:
        """The detector whose evidence counts now."""
        return self.own if self.known else self.beside

    def learn(self, now: Tick) -> None:
        """Take in what it does on the old path, before it is moved."""
        self.own.step(now)

    def begin(self, ts: float) -> None:
        """It is moved now: evidence starts from nothing."""
        for one in (self.own, self.beside):
            one.restart(ts)

    def accept(self) -> None:
        """A person went on after a hold: what it does is how it is."""
        self.accepted = self.accepted or self.held

    def doubt(self, control: bool) -> str:
        """Why it can't be judged, or nothing. `control`: whether the tick has one."""
        if self.known or (control and not self.accepted):
            return ""
        return f"what it does is being learnt, {self.own.baseline.ticks} intervals so far"

    def step(self, now: Tick, mixed: bool, may_roll_back: bool) -> Finding | None:
        """Take one tick of both arms in; `reason` then says what a finding rests on. `mixed`: a
        share of the rest is moved beside it."""
        if self.known:
            found = self._by_past(now, mixed, may_roll_back)
            self.reason = "held against what it did before; the control is other traffic"
        else:
            found = self._by_control(now)
            self.reason = OTHER
        self.mixed = mixed
        self.held = found is not None and found.action == "hold"
        return found

    def _by_control(self, now: Tick) -> Finding | None:
        self.beside.may_roll_back = False
        if self.accepted:
            self.own.step(_alone(now))
            return None
        found = self.beside.step(now)
        apart = self.beside.evidence.value >= self.beside.calm
        self.own.step(Tick(now.ts, 0.0, 0.0) if apart else _alone(now))
        return found

    def _by_past(self, now: Tick, mixed: bool, may_roll_back: bool) -> Finding | None:
        """A mixture is no worse in health than the worse of its parts, so that it must be worse
        than both references at once."""
        if not mixed or self.own.baseline.exact is not None:
            self.own.may_roll_back = may_roll_back
            return self.own.step(_alone(now))
        if not self.mixed:
            self.beside.restart(now.ts)
        self.beside.may_roll_back = False
        self.beside.step(now)
        evidence = self.beside.evidence.value
        self.own.may_roll_back = may_roll_back and evidence >= self.beside.limit
        found = self.own.step(_alone(now))
        if found is not None and evidence < self.beside.limit / HOLD:
            self.own.held = False  # not told: it is new when both say so
            return None
        if found is not None and found.action == "rollback":
            self.beside.restart(now.ts)
        return found

    def state(self) -> dict[str, Any]:
        """Everything it knows, as JSON."""
        return {
            "own": self.own.state(),
            "beside": self.beside.state(),
            "flags": [self.mixed, self.held, self.accepted],
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> "Niche":
        """The inverse of `state()`."""
        kept = iter((state["own"], state["beside"]))
        made = cls(lambda: Detector.from_state(next(kept)))
        made.mixed, made.held, made.accepted = state["flags"]
        return made


def _alone(now: Tick) -> Tick:
    return Tick(now.ts, now.bad, now.requests)


class Niches:
    """What selectors pick, all signals. `make` makes a detector of a signal."""

    def __init__(self, signals: Sequence[str], make: Callable[[str], Detector]) -> None:
        self.signals, self.make = signals, make
        self.picked: Picked | None = None
        self.known: dict[str, dict[str, Niche]] = {}  # what is picked, in words → by signal

    def of(self, what: str) -> dict[str, Niche]:
        """What is known of what a selector picks, moved or not, by signal."""
        if what not in self.known:
            self.known[what] = {
                signal: Niche(partial(self.make, signal)) for signal in self.signals
            }
        return self.known[what]

    def now(self, signal: str) -> Niche | None:
        """The niche that is moved now."""
        return self.known[self.picked.what][signal] if self.picked else None

    def pick(self, ts: float, picked: Picked | None) -> bool:
        """Begin with another niche, or with none: evidence against one is none against another.
        Whether one is left."""
        before, self.picked = self.picked, picked
        if (before and before.what) == (picked and picked.what):
            return False
        if before is not None:
            del self.known[before.what]
        if picked is not None:
            for niche in self.of(picked.what).values():
                niche.begin(ts)
        return before is not None

    def take_over(self, before: "Niches") -> None:
        """What is known goes on under other options; a signal that is new begins."""
        self.picked = before.picked
        for what, niches in before.known.items():
            self.of(what).update(niches)

    def accept(self) -> None:
        """A person went on after a hold: what is picked is as it should be."""
        if self.picked is not None:
            for niche in self.known[self.picked.what].values():
                niche.accept()

    def step(self, signal: str, tick: Tick, rest: Detector, may_roll_back: bool) -> Finding | None:
        """Take one tick of what is moved now in. `rest` learns on meanwhile what all of the
        traffic does, for that is what later steps move; an arm in trouble teaches it nothing."""
        assert self.picked is not None
        niche = self.known[self.picked.what][signal]
        found = niche.step(tick, self.picked.mixed, may_roll_back)
        calm = niche.judge.evidence.value < rest.calm and tick.control_requests > 0
        total = (tick.bad + tick.control_bad, tick.requests + tick.control_requests)
        rest.step(Tick(tick.ts, 0.0, 0.0, *(total if calm else (0.0, 0.0))))
        return found

    def state(self) -> dict[str, Any]:
        """Everything they know, as JSON."""
        known = {
            what: {signal: niche.state() for signal, niche in niches.items()}
            for what, niches in self.known.items()
        }
        return {"picked": asdict(self.picked) if self.picked else None, "known": known}

    def restore(self, state: dict[str, Any]) -> None:
        """The inverse of `state()`."""
        self.picked = Picked(**state["picked"]) if state["picked"] else None
        for what, niches in state["known"].items():
            self.known[what] = {name: Niche.from_state(one) for name, one in niches.items()}
