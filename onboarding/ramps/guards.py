"""The guard of a ramp: one update a tick, verdicts out. Pure; its state is a small JSON dict.

    guard = Guard(GuardOptions(signals=("errors", "slow")))
    for verdict in guard.update(ts, moved, control):
        print(verdict.action, verdict.sentence())

An empty list means that the tick passed. `docs/guard.md` says how it decides.
"""

import math
from collections.abc import Iterator
from typing import Any

from onboarding.errors import BadInput
from onboarding.ramps.counts import SIGNALS, Counts
from onboarding.ramps.detector import Detector, Finding, Tick
from onboarding.ramps.limits import Limit, Window
from onboarding.ramps.niche import Niches, Picked
from onboarding.ramps.options import GuardOptions
from onboarding.ramps.verdicts import REACH, Action, Verdict

__all__ = ["SIGNALS", "Action", "Counts", "Guard", "GuardOptions", "Limit", "Picked", "Verdict"]
VERSION = 2


class Guard:
    """Watches the signals of one ramp."""

    def __init__(self, options: GuardOptions) -> None:
        self.options = options
        self.given = options.state()  # they never change, and are written with every tick
        self.ts: float | None = None
        self.detectors = {signal: options.detector(signal) for signal in options.signals}
        self.seen = {signal: Window(options.patience) for signal in options.signals}
        self.windows = [Window(limit.seconds) for limit in options.limits]
        self.over = [False] * len(options.limits)
        self.muted: dict[str, float] = {}
        self.unsure: dict[str, float] = {}
        self.niches = Niches(options.signals, options.detector)

    def update(
        self,
        ts: float,
        moved: Counts,
        control: Counts | None = None,
        picked: Picked | None = None,
    ) -> list[Verdict]:
        """Judge one tick; `ts` in seconds since the epoch, later than the last. `picked`: what a
        selector moved whole; the control is then other traffic.

        Raises BadInput for counts that can't be and for time that does not advance; the guard
        is then as it was.
        """
        self._check(ts, moved, control)
        self.ts = ts
        if self.niches.pick(ts, picked):
            for detector in self.detectors.values():
                detector.restart(ts)
        for signal in [signal for signal, until in self.muted.items() if ts >= until]:
            self.unmute(signal)
        verdicts = [*self._evidence(ts, moved, control), *self._limits(ts, moved)]
        if any(verdict.action == "rollback" for verdict in verdicts):
            for window in self.windows:
                window.clear()
        return verdicts

    def mute(self, signal: str, until: float) -> None:
        """Let `signal` ask for nothing until then; its evidence goes on and is told as muted."""
        if signal not in self.detectors:
            raise BadInput(
                f"{signal!r} is not watched",
                place="signal",
                hint="one of " + ", ".join(self.detectors),
            )
        if not math.isfinite(until) or (self.ts is not None and until <= self.ts):
            raise BadInput(
                "a mute needs an end in the future", place="until", hint="seconds since the epoch"
            )
        self.muted[signal] = until

    def unmute(self, signal: str) -> None:
        """Watch `signal` again, from no evidence: what rose under the mute is not held against it."""
        if self.muted.pop(signal, None) is not None:
            self.detectors[signal].restart(self.ts or 0.0)
            if niche := self.niches.now(signal):
                niche.begin(self.ts or 0.0)

    def learn(self, ts: float, what: str, counts: Counts) -> None:
        """Take in what a selector picks while it is on the old path: the past it is held against
        once it is moved. Raises BadInput for counts that can't be."""
        counts.check(what)
        for signal, niche in self.niches.of(what).items():
            niche.learn(_tick(ts, signal, counts, None))

    def judge(self, signal: str) -> Detector:
        """The detector whose evidence counts for `signal` now."""
        niche = self.niches.now(signal)
        return niche.judge if niche else self.detectors[signal]

    def evidence(self) -> dict[str, float]:
        """Evidence of each signal as a fraction of what a rollback takes, for the cockpit."""
        judges = {name: self.judge(name) for name in self.detectors}
        return {name: one.evidence.value / one.limit for name, one in judges.items()}

    def _check(self, ts: float, moved: Counts, control: Counts | None) -> None:
        if not math.isfinite(ts):
            raise BadInput(f"{ts} is no time", place="ts", hint="seconds since the epoch")
        if self.ts is not None and ts <= self.ts:
            raise BadInput(
                f"time goes from {self.ts:.3f} to {ts:.3f}",
                place="ts",
                hint="each interval must be later than the one before",
            )
        moved.check("moved")
        if control is not None:
            control.check("control")

    def _evidence(self, ts: float, moved: Counts, control: Counts | None) -> Iterator[Verdict]:
        reaches, least = self.options.reach, self.options.min_requests
        picked = self.niches.picked is not None
        for signal in self.options.signals:
            tick, detector = _tick(ts, signal, moved, control), self.detectors[signal]
            reach = reaches.get(signal, "rollback")
            may_roll_back = reach == "rollback" and signal not in self.muted
            if picked:
                finding = self.niches.step(signal, tick, detector, may_roll_back)
            else:
                detector.may_roll_back = may_roll_back
                finding = detector.step(tick)
            seen = self.seen[signal]
            seen.add(ts, tick.bad, tick.requests)
            if finding is not None:
                yield self._found(signal, ts, finding, reach)
                continue
            clear = seen.requests >= least and tick.control_requests > 0 and not picked
            reason = "" if clear else self._doubt(signal, getattr(moved, signal) is None, tick)
            if reason:
                yield self._undecided(signal, ts, reason)
            else:
                self.unsure.pop(signal, None)

    def _found(self, signal: str, ts: float, finding: Finding, reach: str) -> Verdict:
        action: Action = "rollback" if finding.action == "rollback" else "hold"
        if reach == "tell":
            action = "tell"
        niche = self.niches.now(signal)
        reason = niche.reason if niche else ""
        if signal in self.muted:
            action = "muted"
            reason = f"muted for another {self.muted[signal] - ts:.0f} s"
        every = self.options.every
        return Verdict(
            signal=signal,
            action=action,
            ts=ts,
            onset=finding.onset_ts,
            baseline=finding.baseline,
            observed=finding.observed,
            control=finding.control,
            evidence=finding.evidence,
            once_in=finding.evidence * every / len(self.options.signals),
            every=every,
            reason=reason,
            new=finding.new,
        )

    def _doubt(self, signal: str, missing: bool, tick: Tick) -> str:
        """Why the tick can't be judged, or nothing."""
        known, seen = self.judge(signal).baseline, self.seen[signal].requests
        patience, least = self.options.patience, self.options.min_requests
        if seen < least:
            what = f"the source gives no {signal}" if missing else "too few requests"
            return f"{what}: {seen:.0f} in the last {patience:.0f} s, {least} are needed"
        if niche := self.niches.now(signal):
            return niche.doubt(tick.control_requests > 0)
        if known.ready or tick.control_requests > 0:
            return ""
        return f"no control and no baseline yet, {known.ticks} intervals learnt"

    def _undecided(self, signal: str, ts: float, reason: str) -> Verdict:
        new = signal not in self.unsure
        onset = self.unsure.setdefault(signal, ts)
        rate = self.judge(signal).baseline.rate
        return Verdict(
            signal,
            "undecided",
            ts,
            onset,
            baseline=rate,
            every=self.options.every,
            reason=reason,
            new=new,
        )

    def _limits(self, ts: float, moved: Counts) -> Iterator[Verdict]:
        for i, (limit, window) in enumerate(zip(self.options.limits, self.windows, strict=True)):
            bad = getattr(moved, limit.signal)
            window.add(ts, bad or 0.0, moved.requests if bad is not None else 0.0)
            before = self.over[i]
            self.over[i] = (
                window.requests >= limit.min_requests
                and window.bad > limit.rate * window.requests
                and limit.signal not in self.muted
            )
            if not self.over[i]:
                continue
            reach = self.options.reach.get(limit.signal, "rollback")
            yield Verdict(
                signal=limit.signal,
                action=REACH[min(REACH.index(limit.action), REACH.index(reach))],
                ts=ts,
                onset=window.began,
                baseline=self.judge(limit.signal).baseline.rate,
                observed=window.bad / window.requests,
                every=self.options.every,
                limit=limit.rate,
                new=not before,
            )

    def state(self) -> dict[str, Any]:
        """Everything the guard knows, as JSON."""
        return {
            "version": VERSION,
            "options": self.given,
            "ts": self.ts,
            "detectors": {name: one.state() for name, one in self.detectors.items()},
            "seen": {name: window.state() for name, window in self.seen.items()},
            "windows": [window.state() for window in self.windows],
            "over": self.over,
            "muted": self.muted,
            "unsure": self.unsure,
            "niches": self.niches.state(),
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> "Guard":
        """The inverse of `state()`. Raises BadInput for the state of another version."""
        if state.get("version") != VERSION:
            raise BadInput(
                f"guard state of version {state.get('version')}",
                place="version",
                hint=f"this version reads {VERSION}; start the guard anew",
            )
        made = cls(GuardOptions.from_state(state["options"]))
        made.ts = state["ts"]
        for name, one in state["detectors"].items():
            made.detectors[name] = Detector.from_state(one)
            made.seen[name] = Window(made.options.patience, state["seen"][name])
        rows = zip(made.options.limits, state["windows"], strict=True)
        made.windows = [Window(limit.seconds, window) for limit, window in rows]
        made.over = list(state["over"])
        made.muted, made.unsure = dict(state["muted"]), dict(state["unsure"])
        made.niches.restore(state["niches"])
        return made


def _tick(ts: float, signal: str, moved: Counts, control: Counts | None) -> Tick:
    """One signal's counts; an arm whose source does not give the signal counts as no requests."""
    bad = getattr(moved, signal)
    requests = moved.requests if bad is not None else 0.0
    beside = getattr(control, signal) if control is not None else None
    if control is None or beside is None:
        return Tick(ts, bad or 0.0, requests)
    return Tick(ts, bad or 0.0, requests, beside, control.requests)
