"""The eye on one live customer's origin: samples in, findings and their ends out. Pure.

The guard is that of ramps (`ramps.watch`), which goes on with what it learnt during the ramp. It
judges the new path by its own past: after the flip both paths may lead to the same origin, and a
control beside it would fail with it. What would roll a ramp back is a finding here.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC
from typing import Any

from onboarding.metrics.base import ArmCounts, Sample
from onboarding.metrics.origins import told
from onboarding.outreach.flow import Flow
from onboarding.outreach.signs import TRAFFIC, Healed, Sign
from onboarding.ramps.counts import SIGNALS
from onboarding.ramps.samples import summed
from onboarding.ramps.verdicts import Verdict, duration
from onboarding.ramps.watch import Watch
from onboarding.ramps.watched import Watched

RECENT_S = 60.0  # seconds that the figures people see are taken over
DAYS = 8  # of which requests and misses are kept
HEALED_S = 30.0  # for so long a signal must be back before it counts as healed
HEALED_LEAST = 50.0  # requests that this takes at least
TELLING = 3.0  # bad requests that would be expected at the limit of what counts as healed
BACK = 0.25  # part of the way from healthy to what was found up to which it counts as healed


class Calm:
    """Whether one signal that was found is back: by `limit`, over a stretch that begins anew with
    each lapse."""

    def __init__(self, baseline: float, observed: float, kept: Sequence[float] = ()) -> None:
        self.limit = baseline + BACK * max(0.0, observed - baseline)
        self.seconds, self.bad, self.requests = kept or (0.0, 0.0, 0.0)

    def feed(self, seconds: float, bad: float, requests: float) -> bool:
        """Take an interval in; whether it is back."""
        self.seconds += seconds
        self.bad += bad
        self.requests += requests
        if requests and bad > self.limit * requests and bad > 1.0:
            self.seconds = self.bad = self.requests = 0.0
        least = max(HEALED_LEAST, TELLING / self.limit if self.limit > 0 else 0.0)
        enough = self.seconds >= HEALED_S and self.requests >= least
        return enough and self.bad <= self.limit * self.requests

    def state(self) -> list[float]:
        """As JSON."""
        return [self.seconds, self.bad, self.requests]


class Eye:
    """`found` are the signals that are in trouble as the database has them (`Sign.as_dict`). `days`:
    requests and misses on the new path, by day (UTC), of the last ones with counts of misses."""

    def __init__(
        self,
        watched: Watched,
        state: Mapping[str, Any] | None = None,
        found: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        kept = state or {}
        self.watch = Watch(_to_the_end(watched), kept.get("guard"))
        self.flow = Flow(kept.get("flow"))
        self.recent: deque[Sample] = deque()
        self.days: dict[str, list[int]] = {day: list(n) for day, n in kept.get("days", {}).items()}
        self.calm: dict[str, Calm] = {}
        self.found: set[str] = set()
        calm = kept.get("calm", {})
        for signal, sign in (found or {}).items():
            self.expect(signal, sign["baseline"], sign["observed"], calm.get(signal, ()))

    def expect(
        self, signal: str, baseline: float, observed: float, kept: Sequence[float] = ()
    ) -> None:
        """The signal is in trouble: from now on its end is looked for."""
        self.found.add(signal)
        if signal in SIGNALS:
            self.calm[signal] = Calm(baseline, observed, kept)

    def forget(self, signal: str) -> None:
        """Nobody waits for the signal's end any more."""
        self.found.discard(signal)
        self.calm.pop(signal, None)

    def feed(self, samples: Iterable[Sample]) -> list[Sign | Healed]:
        """Take samples in, oldest first. A sample without the new path's counts is missing, and
        says nothing."""
        events: list[Sign | Healed] = []
        for sample in samples:
            if sample.moved is None:
                continue
            self._keep(sample)
            alone = replace(sample, control=None, picked={})
            events += self._guarded(self.watch.feed([alone], {}))
            events += self._calmed(sample.moved, sample)
            events += self._flowed(sample.moved, sample)
        return events

    def _keep(self, sample: Sample) -> None:
        self.recent.append(sample)
        while (sample.at - self.recent[0].at).total_seconds() >= RECENT_S:
            self.recent.popleft()
        moved = sample.moved
        if moved is not None and moved.misses is not None:
            day = self.days.setdefault(f"{sample.at.astimezone(UTC):%Y-%m-%d}", [0, 0])
            day[0] += moved.requests
            day[1] += moved.misses
            for past in sorted(self.days)[:-DAYS]:
                del self.days[past]

    def _guarded(self, verdicts: Sequence[Verdict]) -> Iterable[Sign]:
        """A finding of each signal; the same again while it lasts."""
        for signal in dict.fromkeys(v.signal for v in verdicts if v.action == "rollback"):
            first = next(v for v in verdicts if v.signal == signal and v.action == "rollback")
            said = self.watch.told(first)
            if calm := self.calm.get(signal):
                calm.seconds = calm.bad = calm.requests = 0.0
            yield Sign(
                signal, first.ts, first.onset, first.baseline or 0.0, first.observed or 0.0, said
            )

    def _calmed(self, moved: ArmCounts, sample: Sample) -> Iterable[Healed]:
        for signal, calm in list(self.calm.items()):
            bad = getattr(moved, signal)
            if bad is not None and calm.feed(sample.seconds, bad, moved.requests):
                self.forget(signal)
                yield Healed(signal, sample.at.timestamp())

    def _flowed(self, moved: ArmCounts, sample: Sample) -> Iterable[Sign | Healed]:
        flow, ts = self.flow, sample.at.timestamp()
        flow.feed(ts, sample.seconds, moved.requests)
        if flow.since is not None:
            said = (
                f"traffic {flow.level:.3g} → {flow.rate:.2g} requests/s"
                f" in {duration(ts - flow.since)}"
            )
            yield Sign(TRAFFIC, ts, flow.since, flow.level, flow.rate, said)
        elif TRAFFIC in self.found and flow.late:
            self.forget(TRAFFIC)
            yield Healed(TRAFFIC, ts)

    def figures(self, since: float = 0.0) -> dict[str, Any]:
        """Both paths over the recent seconds, for people; those from `since` on (seconds since the
        epoch) for the table of causes."""
        arms = {arm: self._arm(arm, since) for arm in ("moved", "control")}
        moved, rates = arms["moved"], {}
        if moved and moved["requests"]:
            rates = {s: moved[s] / moved["requests"] for s in SIGNALS if moved[s] is not None}
        return {
            **arms,
            "rates": rates,
            "level": self.flow.level if self.flow.known_s else None,
            "arose": told(moved),
            "doubt": self.watch.doubt(),
        }

    def _arm(self, name: str, since: float) -> dict[str, Any] | None:
        those = [s for s in self.recent if s.at.timestamp() > since] or list(self.recent)[-1:]
        return summed((getattr(s, name), s.seconds) for s in those)

    def state(self) -> dict[str, Any]:
        """Everything the eye knows, as JSON."""
        return {
            "guard": self.watch.state(),
            "flow": self.flow.state(),
            "days": self.days,
            "calm": {signal: calm.state() for signal, calm in self.calm.items()},
        }


def taken_over(guard: Mapping[str, Any] | None) -> dict[str, Any]:
    """A first state from what the ramp's guard had learnt. Misses it learns anew: a new path's
    cache has another hit ratio than the old one."""
    kept = dict(guard or {})
    detectors = kept.get("detectors")
    if not isinstance(detectors, Mapping):
        return {}
    if set(detectors) & {"misses"}:
        watch = Watch(Watched(), kept)
        if watch.guard is None:
            return {}
        watch.guard.detectors["misses"] = watch.guard.options.detector("misses")
        kept = watch.guard.state()
    return {"guard": kept}


def _to_the_end(watched: Watched) -> Watched:
    """The operator's decisions, with every signal as a finding once a ramp would go back for it."""
    return replace(watched, reach=dict.fromkeys(SIGNALS, "rollback"))
