"""What a guard makes of a cutover's samples: ticks in, verdicts and figures out. Pure.

The guard is made once the first sample tells which signals the source gives, and its state is
kept in the ramp's row, so that a restart resumes where it was.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from onboarding.errors import BadInput
from onboarding.metrics.base import Sample
from onboarding.metrics.origins import told
from onboarding.ramps import quantile, volume
from onboarding.ramps.guards import Guard, GuardOptions, Limit, Picked, Verdict
from onboarding.ramps.quantile import Quantiles
from onboarding.ramps.samples import given, part, rate, summed, ticks
from onboarding.ramps.volume import Volume
from onboarding.ramps.watched import Watched

SILENT_S = 10.0  # seconds without a sample after which nothing can be judged
BACK_S = 30.0  # a sample this far before the last is no late one: the clock was set back
RECENT_S = 10.0  # seconds that the figures people see are taken over
ORDER = ("rollback", "hold", "undecided", "tell", "muted")


class Watch:
    """The eyes on one ramp."""

    def __init__(self, watched: Watched, state: Mapping[str, Any] | None = None) -> None:
        self.watched = watched
        self.guard: Guard | None = None
        if state:
            try:
                self.guard = Guard.from_state(dict(state))
            except (BadInput, KeyError, TypeError, ValueError):
                self.guard = None  # of another version: it learns anew, undecided until it has
        known = state or {}
        self.volume = Volume(watched.bytes_factor, known.get(volume.SIGNAL))
        #: By signal, what watches that is no count of requests.
        self.besides: dict[str, Quantiles | Volume] = {
            quantile.SIGNAL: Quantiles(known.get(quantile.SIGNAL)),
            volume.SIGNAL: self.volume,
        }
        self.limits: tuple[Limit, ...] | None = None
        self.recent: deque[Sample] = deque()
        self.arms: dict[str, dict[str, Any] | None] = {}  # of `recent`, once it was asked for
        self.verdicts: dict[str, Verdict] = {}
        self.bad_data = ""
        self.muted: dict[str, float] = {}

    def mute(self, until: Mapping[str, float]) -> None:
        """Exactly these signals ask for nothing, each until its time (seconds since the epoch)."""
        ended = self.muted.keys() - until.keys()
        self.muted = dict(until)
        self._heed_mutes()
        for signal in ended & self.besides.keys():
            self.besides[signal].clear()

    def _heed_mutes(self) -> None:
        guard = self.guard
        if guard is None:
            return
        for signal in [signal for signal in guard.muted if signal not in self.muted]:
            guard.unmute(signal)
        for signal, end in self.muted.items():
            if signal in guard.detectors and (guard.ts is None or end > guard.ts):
                guard.mute(signal, end)

    @property
    def picked(self) -> Picked | None:
        """What a selector moved whole, as of the last tick."""
        return self.guard.niches.picked if self.guard else None

    def accept(self) -> None:
        """A person went on after a hold."""
        if self.guard is not None:
            self.guard.niches.accept()

    def feed(
        self,
        samples: Sequence[Sample],
        limits: Mapping[str, float],
        picked: Callable[[Sample], Picked | None] = lambda _sample: None,
    ) -> list[Verdict]:
        """Take samples in, oldest first; the verdicts of all their ticks, the mildest last.
        `picked` says what a selector moved whole while a sample was counted."""
        found: list[Verdict] = []
        for sample in samples:
            if sample.moved is None and sample.control is None:
                continue  # missing, not zero: whoever drives the ramp sees the silence
            if self.recent and sample.at <= self.recent[-1].at:
                if (self.recent[-1].at - sample.at).total_seconds() < BACK_S:
                    continue
                self.recent.clear()
            self.recent.append(sample)
            self.arms = {}
            while (sample.at - self.recent[0].at).total_seconds() >= RECENT_S:
                self.recent.popleft()
            try:
                if self._make(sample, limits):
                    found += self._judge(sample, picked(sample))
                    found += self._besides(sample)
            except BadInput as bad:
                self.bad_data = bad.line()
        return sorted(found, key=lambda verdict: ORDER.index(verdict.action))

    def _make(self, sample: Sample, limits: Mapping[str, float]) -> bool:
        """Have a guard that watches what the source gives, under this step's limits."""
        fixed = tuple(Limit(signal, rate) for signal, rate in limits.items() if 0 < rate < 1)
        if self.guard is None:
            signals = self.watched.signals or given(sample)
            if not signals:
                return False
            signals += tuple(limit.signal for limit in fixed if limit.signal not in signals)
            self.guard = Guard(self._options(signals, fixed, max(1.0, round(sample.seconds))))
            self._heed_mutes()
        elif fixed != self.limits:
            self._renew(self.guard, fixed)
        self.limits = fixed
        return True

    def _options(
        self, signals: tuple[str, ...], limits: tuple[Limit, ...], every: float
    ) -> GuardOptions:
        baselines = self.watched.baselines or {}
        reach = {name: self.watched.reach_of(name) for name in signals}
        return GuardOptions(
            signals=signals,
            every=every,
            false_alarms_per_30d=self.watched.false_alarms_per_30d,
            baselines={name: rate for name, rate in baselines.items() if name in signals},
            limits=limits,
            reach={name: most for name, most in reach.items() if most != "rollback"},
        )

    def take_over(self, watched: Watched) -> None:
        """Another decision of the operator; it counts from the next tick on."""
        self.watched, self.limits = watched, None
        self.volume.factor = watched.bytes_factor

    def _renew(self, guard: Guard, limits: tuple[Limit, ...]) -> None:
        """The same guard under other limits or reaches; everything learnt is kept."""
        known = guard.options
        signals = known.signals
        signals += tuple(limit.signal for limit in limits if limit.signal not in signals)
        options = self._options(signals, limits, known.every)
        if options == known:
            return
        fresh = Guard(options)
        fresh.ts, fresh.muted, fresh.unsure = guard.ts, guard.muted, guard.unsure
        fresh.detectors.update(guard.detectors)
        fresh.seen.update(guard.seen)
        fresh.niches.take_over(guard.niches)
        self.guard = fresh

    def _judge(self, sample: Sample, picked: Picked | None) -> list[Verdict]:
        guard = self.guard
        assert guard is not None
        found: list[Verdict] = []
        if guard.ts is not None and sample.at.timestamp() < guard.ts - BACK_S:
            _set_back(guard)
        for ts, moved, control in ticks(sample, guard.options.every):
            if guard.ts is not None and ts <= guard.ts:
                continue
            self.bad_data = ""
            self._ahead(guard, sample, ts, picked)
            verdicts = guard.update(ts, moved, control, picked)
            self.verdicts = {}
            for verdict in verdicts:
                known = self.verdicts.get(verdict.signal)
                if known is None or ORDER.index(verdict.action) < ORDER.index(known.action):
                    self.verdicts[verdict.signal] = verdict
            found += verdicts
        return found

    @staticmethod
    def _ahead(guard: Guard, sample: Sample, ts: float, picked: Picked | None) -> None:
        """Learn what is not yet moved whole, as it does on the old path."""
        parts = max(1, round(sample.seconds / guard.options.every))
        for what, arm in sample.picked.items():
            counts = part(arm, parts)
            if counts is not None and (picked is None or picked.what != what):
                guard.learn(ts, what, counts)

    def _besides(self, sample: Sample) -> list[Verdict]:
        """The verdicts on a feed's p95 and its bytes, where it gives them of traffic like the
        control's."""
        found = []
        for signal, watches in self.besides.items():
            verdict = watches.feed(sample) if self.picked is None else None
            self.verdicts.pop(signal, None)
            if verdict is None:
                continue
            if (left := self.muted.get(signal, 0.0) - verdict.ts) > 0:
                said = f"muted for another {left:.0f} s"
                verdict = replace(verdict, action="muted", reason=said)
            self.verdicts[signal] = verdict
            found.append(verdict)
        return found

    def doubt(self) -> str:
        """Why the last tick could not be judged; nothing where it could."""
        if self.bad_data:
            return self.unusable()
        if self.guard is None:
            return "no counts have come yet"
        unsure = [v.sentence() for v in self.verdicts.values() if v.action == "undecided"]
        return "; ".join(unsure)

    def unusable(self) -> str:
        """Why the last counts could not be used; nothing where they could."""
        return f"unusable: {self.bad_data}" if self.bad_data else ""

    def state(self) -> dict[str, Any]:
        """The guard's state as JSON, for the ramp's row."""
        besides = {signal: watches.state() for signal, watches in self.besides.items()}
        return {**self.guard.state(), **besides} if self.guard else {}

    def arm(self, name: str) -> dict[str, Any] | None:
        """Counts of an arm ("moved", "control") over the recent seconds."""
        if name not in self.arms:
            self.arms[name] = summed((getattr(s, name), s.seconds) for s in self.recent)
        return self.arms[name]

    def told(self, verdict: Verdict) -> str:
        """The verdict's sentence and, of errors, where they arose over the recent seconds."""
        arose = told(self.arm("moved")) if verdict.signal == "errors" else ""
        alarm = verdict.action in ("tell", "hold", "rollback", "muted")
        return f"{verdict.sentence()}; {arose}" if arose and alarm else verdict.sentence()

    def signals(self) -> list[dict[str, Any]]:
        """Each signal as the cockpit shows it: rates, evidence (1 = enough to roll back), verdict."""
        if self.guard is None:
            return []
        moved, control, evidence = self.arm("moved"), self.arm("control"), self.guard.evidence()
        rows = []
        for signal in self.guard.options.signals:
            verdict = self.verdicts.get(signal)
            rows.append(
                {
                    "signal": signal,
                    "observed": rate(moved, signal),
                    "control": rate(control, signal),
                    "baseline": self.guard.judge(signal).baseline.rate,
                    "evidence": evidence[signal],
                    "verdict": verdict.action if verdict else "pass",
                    "onset": verdict.onset if verdict else None,
                    "sentence": self.told(verdict) if verdict else "",
                }
            )
        for signal, watches in self.besides.items():
            if row := watches.shown(self.verdicts.get(signal)):
                rows.append(row)
        return rows


def _set_back(guard: Guard) -> None:
    """Go on at an earlier time; what was learnt is kept, windows begin anew."""
    guard.ts = None
    for window in (*guard.seen.values(), *guard.windows):
        window.clear()
