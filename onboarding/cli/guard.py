"""`turnup guard`: the guard that protects a live ramp, run over a recording."""

import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import numpy as np

from onboarding.cli.output import format_option, print_json
from onboarding.errors import BadInput
from onboarding.ramps.options import GuardOptions
from onboarding.ramps.recording import Recording, parse
from onboarding.ramps.replay import Alarm, replay
from onboarding.ramps.verdicts import percent

UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


@click.group()
def guard() -> None:
    """The guard that protects a live ramp."""


@guard.command("replay")
@click.argument("metrics", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--every", default="1s", show_default=True, help="Seconds a row covers: 1s, 10s, 1m.")
@click.option(
    "--false-alarms-per-30d",
    type=float,
    default=1.0,
    show_default=True,
    help="Rollbacks without a cause that are put up with in 30 days of healthy traffic.",
)
@click.option("--warmup", type=int, default=60, show_default=True, help="Rows that teach.")
@click.option(
    "--baseline",
    multiple=True,
    help="Exact healthy rate of errors, or SIGNAL=RATE: nothing is learnt, all rows are judged.",
)
@format_option("text", "json")
def replay_command(
    metrics: Path,
    every: str,
    false_alarms_per_30d: float,
    warmup: int,
    baseline: tuple[str, ...],
    output: str,
) -> None:
    """Run the guard over METRICS.csv: ts,requests,errors[,slow,misses] and control_ columns."""
    began = time.perf_counter()
    try:
        content = metrics.read_bytes()
    except OSError as wrong:
        raise BadInput(
            f"can't be read: {wrong.strerror}", place=str(metrics), hint="give a CSV file"
        ) from None
    recording = parse(content, str(metrics))
    options = GuardOptions(
        signals=tuple(recording.bad),
        every=_seconds(every),
        false_alarms_per_30d=false_alarms_per_30d,
        warmup=warmup,
        baselines=dict(_baseline(text) for text in baseline),
    )
    result = replay(recording, options)
    document = {
        "intervals": len(recording.ts),
        "baseline": result.baseline,
        "alarms": [_alarm(alarm, recording) for alarm in result.alarms],
        "seconds": round(time.perf_counter() - began, 4),
    }
    _remark(recording, options)
    if output == "json":
        print_json(document)
    else:
        _print_text(document)


def _seconds(text: str) -> float:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s|m|h)", text.strip())
    if match is None or float(match[1]) == 0:
        raise BadInput(f"{text!r} is no length of time", place="--every", hint="such as 1s or 1m")
    return float(match[1]) * UNITS[match[2]]


def _baseline(text: str) -> tuple[str, float]:
    signal, _, rate = text.rpartition("=")
    try:
        return signal or "errors", float(rate)
    except ValueError:
        raise BadInput(
            f"{text!r} is no rate", place="--baseline", hint="such as 0.001 or slow=0.05"
        ) from None


def _when(ts: float) -> str:
    moment = datetime.fromtimestamp(ts, UTC)
    return moment.isoformat(timespec="auto").replace("+00:00", "Z")


def _alarm(alarm: Alarm, recording: Recording) -> dict[str, Any]:
    found = alarm.finding
    return {
        "ts": _when(float(recording.ts[alarm.interval])),
        "interval": alarm.interval,
        "signal": alarm.signal,
        "baseline": found.baseline,
        "observed": found.observed,
        "control": found.control,
        "evidence": found.evidence,
        "action": found.action,
        "onset": found.onset,
    }


def _remark(recording: Recording, options: GuardOptions) -> None:
    """What the reader should know of the recording, on stderr."""
    rows = len(recording.ts)
    learnt = [signal for signal in options.signals if signal not in options.baselines]
    if learnt and rows <= options.warmup:
        click.echo(f"all {rows} rows were needed to learn {', '.join(learnt)}", err=True)
    if rows > 1:
        spacing = float(np.median(np.diff(recording.ts)))
        if abs(spacing - options.every) > 0.1 * options.every:
            click.echo(f"rows are {spacing:g} s apart, --every says {options.every:g} s", err=True)
        gaps = int((np.diff(recording.ts) > 1.5 * spacing).sum())
        if gaps:
            click.echo(f"{gaps} gaps in the recording, passed over", err=True)
    if rows >= 60 and float((np.diff(recording.requests) > 0).mean()) > 0.98:
        said = "requests grow row by row, as totals do: the guard needs the counts of each interval"
        click.echo(said, err=True)
    empty = int((recording.requests == 0).sum())
    if empty:
        click.echo(f"{empty} rows without requests could not be judged", err=True)


def _print_text(document: dict[str, Any]) -> None:
    rates = ", ".join(f"{signal} {percent(rate)}" for signal, rate in document["baseline"].items())
    click.echo(f"{document['intervals']} intervals, healthy: {rates}")
    for alarm in document["alarms"]:
        beside = f", control {percent(alarm['control'])}" if alarm["control"] is not None else ""
        click.echo(
            f"{alarm['ts']} {alarm['action']:8} {alarm['signal']} {percent(alarm['baseline'])}"
            f" → {percent(alarm['observed'])}{beside}; row {alarm['interval']},"
            f" since row {alarm['onset']}, evidence {alarm['evidence']:.2g}"
        )
    if not document["alarms"]:
        click.echo("no alarms")
