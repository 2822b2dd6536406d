"""The guard over a recording: the live detector, carried over quiet stretches by array arithmetic.

Whatever is decided, `Detector.step` decides it, here as live. Only blocks in which no tick comes
near a decision are taken in at once; `skip_quiet` leaves the detector as stepping would have.
"""

import copy
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onboarding.ramps.baseline import BLOCK, MOST_RATE, SCARCE, Baseline
from onboarding.ramps.control import SPANS, floors
from onboarding.ramps.detector import HOLD, Detector, Finding, Tick
from onboarding.ramps.evidence import FACTORS, Floats, Mark, accumulate, gains
from onboarding.ramps.options import GuardOptions
from onboarding.ramps.recording import Recording
from onboarding.ramps.slight import Slight, learn

Places = NDArray[np.intp]

LEAST, MOST = 16, 2048  # blocks taken at once


@dataclass(frozen=True, slots=True)
class Alarm:
    """A hold or rollback at row `interval` of the recording."""

    interval: int
    signal: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class Replay:
    """What the guard would have done; `baseline` is what the warm-up taught."""

    alarms: list[Alarm]
    baseline: dict[str, float | None]


def replay(recording: Recording, options: GuardOptions) -> Replay:
    """Run the guard over a recording, each signal by itself as live."""
    alarms: list[Alarm] = []
    baseline: dict[str, float | None] = {}
    for signal in options.signals:
        detector = options.detector(signal)
        rows = recording.rows(signal)
        warm = min(detector.warmup, len(rows))
        _walk(detector, rows, 0, warm)
        baseline[signal] = detector.baseline.rate
        alarms += [Alarm(row, signal, finding) for row, finding in run(detector, rows, warm)]
    alarms.sort(key=lambda alarm: alarm.interval)
    return Replay(alarms, baseline)


def run(detector: Detector, rows: Floats, row: int = 0) -> list[tuple[int, Finding]]:
    """Feed rows from `row` on; the new findings with their rows."""
    found: list[tuple[int, Finding]] = []
    blocks = 256
    while row < len(rows):
        taken = skip_quiet(detector, rows[row : row + blocks * BLOCK])
        row += taken
        if taken == blocks * BLOCK:
            blocks = min(MOST, blocks * 2)
            continue
        blocks = max(LEAST, taken // BLOCK)
        end = min(len(rows), row + BLOCK - detector.phase)
        found += _walk(detector, rows, row, end)
        row = end
    return found


def _walk(detector: Detector, rows: Floats, row: int, end: int) -> list[tuple[int, Finding]]:
    found = []
    for index, values in enumerate(rows[row:end].tolist(), row):
        finding = detector.step(Tick(*values))
        if finding is not None and finding.new:
            found.append((index, finding))
    return found


def skip_quiet(detector: Detector, rows: Floats) -> int:
    """Take in whole blocks up to the first with a tick near a decision; how many rows that was."""
    blocks = len(rows) // BLOCK
    quiet = detector.limit / HOLD if detector.baseline.exact is not None else detector.calm
    busy = detector.phase or detector.held or detector.tick < detector.warmup
    if blocks == 0 or busy or detector.evidence.value >= quiet:
        return 0
    rows = rows[: blocks * BLOCK]
    sums = rows[:, 1:].reshape(blocks, BLOCK, 4).sum(axis=1).tolist()
    before = np.vstack((detector.total, rows[:, 1:])).cumsum(axis=0)
    starts = _starts(detector, rows, before)
    learner, slight = copy.deepcopy((detector.baseline, detector.slight))
    known = _learn(learner, slight, sums, starts)
    blocks = len(known)
    if blocks == 0:
        return 0
    rows, before = rows[: blocks * BLOCK], before[: blocks * BLOCK + 1]
    weighed, gain = _gains(detector, rows, before, known)
    mix = accumulate(gain, detector.evidence.mix)
    loud = np.flatnonzero(mix.sum(axis=1) >= quiet * len(FACTORS))
    if loud.size:
        blocks = int(weighed[loud[0]]) // BLOCK
    if blocks < len(sums):
        learner, slight = detector.baseline, detector.slight
        _learn(learner, slight, sums[:blocks], starts)
    if blocks == 0:
        return 0
    detector.baseline, detector.slight = learner, slight
    taken = blocks * BLOCK
    count = int(np.searchsorted(weighed, taken))
    _advance(detector, rows[:taken], before[: taken + 1], weighed[:count], mix[:count])
    return taken


def _starts(detector: Detector, rows: Floats, before: Floats) -> list[Mark]:
    """Where each block begins."""
    ticks = range(detector.tick, detector.tick + len(rows), BLOCK)
    times = rows[::BLOCK, 0].tolist()
    totals = before[: len(rows) : BLOCK].tolist()
    return [
        Mark(*one, *total)
        for one, total in zip(zip(ticks, times, strict=True), totals, strict=True)
    ]


def _learn(
    learner: Baseline, slight: Slight, sums: list[list[float]], starts: list[Mark]
) -> Floats:
    """Learn block by block, up to the first that asks for a hold; shape (blocks, 5): what was known
    when each block began."""
    known = np.empty((len(sums), 5))
    for i, of in enumerate(sums):
        known[i] = learner.odds, learner.margin, learner.share, learner.ready, learner.beside
        learn(slight, learner, of, starts[i], warm=False, calm=True)
        if slight.found and not slight.told:
            return known[:i]
    return known


def _gains(
    detector: Detector, rows: Floats, before: Floats, known: Floats
) -> tuple[Places, Floats]:
    """The rows that carry evidence and e^l of each: `Detector._weigh` for many rows."""
    odds, margin, share, ready, level = np.repeat(known, BLOCK, axis=0).T
    bad, requests, control_bad, control = rows[:, 1:].T
    beside = (control > 0) & (control >= SCARCE * requests)
    if detector.baseline.exact is not None:
        beside[:] = False
    weighed = np.flatnonzero((requests > 0) & (beside | (ready > 0)))
    level = np.where(beside, level, 0.0)
    alone = beside & (level == 0)
    if beside.any():
        rate = np.maximum(level, floors(detector.past, before[:, 2:], share))
        rate = np.minimum(rate, MOST_RATE)
        odds = np.where(level > 0, margin * (rate / (1.0 - rate)), odds)
        odds = np.where(alone, margin * requests / np.where(alone, control, 1.0), odds)
    trials = np.where(alone, bad + control_bad, requests)
    gain = gains(bad[weighed], trials[weighed], odds[weighed], share[weighed], detector.cap)
    return weighed, gain


def _advance(
    detector: Detector, rows: Floats, before: Floats, weighed: Places, mix: Floats
) -> None:
    """Put the detector behind `rows`: totals, evidence, and where each factor's evidence began."""
    evidence = detector.evidence
    if len(mix):
        started = np.vstack((evidence.mix, mix[:-1])) < 1.0
        for i in np.flatnonzero(started.any(axis=0)).tolist():
            last = int(weighed[len(started) - 1 - started[::-1, i].argmax()])
            ts, totals = float(rows[last, 0]), before[last].tolist()
            evidence.began[i] = Mark(detector.tick + last, ts, *totals)
        evidence.mix = mix[-1].tolist()
        evidence.value = sum(evidence.mix) / len(FACTORS)
    detector.total = before[-1].tolist()
    recent = before[max(0, len(rows) - max(SPANS)) : len(rows), 2:].tolist()
    detector.past.extend((bad, requests) for bad, requests in recent)
    detector.tick += len(rows)
