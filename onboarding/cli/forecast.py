"""`turnup forecast`: what-if forecasts from a file, with the app's own methods and no stored data."""

import csv
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.progress import track

from onboarding.cli.output import format_option, print_json
from onboarding.clock import iso
from onboarding.errors import BadInput
from onboarding.forecasts.curve import check_horizon, forecast_all
from onboarding.forecasts.history import Forecast, History
from onboarding.forecasts.peak import Pool, learn
from onboarding.forecasts.tables import read_history
from onboarding.forecasts.wire import as_json

BATCH = 64


@click.command()
@click.argument("history", type=click.Path(path_type=Path))
@click.option("--horizon", default=48, show_default=True, help="Hours ahead, 1 to 672.")
@click.option(
    "--pool",
    type=click.Path(path_type=Path),
    help="A directory of other customers' histories that the peak may learn from.",
)
@format_option("text", "json", "csv")
def forecast(history: Path, horizon: int, pool: Path | None, output: str) -> None:
    """Forecast the traffic in HISTORY.csv (or .csv.gz): its curve, and the peak to plan on.

    The header is `ds,y` or `unique_id,ds,y`: times in ISO 8601 (UTC where they have no offset), rates
    >= 0, one row per 1 to 60 minutes. Each series is forecast from itself alone.
    """
    began = time.perf_counter()
    check_horizon(horizon)
    histories = read_file(history)
    others = read_pool(pool, horizon) if pool else None
    found = list(_forecasts(histories, horizon, others))
    if output == "json":
        seconds = round(time.perf_counter() - began, 3)
        print_json({"series": [as_json(one) for one in found], "seconds": seconds})
    elif output == "csv":
        _print_csv(found)
    else:
        for one in found:
            click.echo(_as_text(one))


def read_file(path: Path) -> list[History]:
    """The histories in one file. Raises BadInput where it cannot be read."""
    try:
        with path.open("rb") as stream:
            return read_history(stream, path.name)
    except OSError as wrong:
        raise BadInput(
            f"cannot be read ({wrong.strerror})",
            place=str(path),
            hint="expected a CSV file with the header ds,y or unique_id,ds,y",
        ) from wrong


def read_pool(folder: Path, horizon: int) -> Pool:
    """What the histories in every .csv and .csv.gz of `folder` teach. Raises BadInput for none."""
    files = sorted(p for p in folder.glob("*") if p.name.endswith((".csv", ".csv.gz")))
    if not files:
        raise BadInput(
            "no histories to learn from",
            place=str(folder),
            hint="expected a directory with .csv or .csv.gz files",
        )
    return learn((one for path in files for one in read_file(path)), horizon)


def _forecasts(histories: list[History], horizon: int, pool: Pool | None) -> Iterator[Forecast]:
    """Forecasts in batches, with a progress bar on stderr where that is a terminal."""
    batches = [histories[i : i + BATCH] for i in range(0, len(histories), BATCH)]
    hidden = not sys.stderr.isatty() or len(batches) < 2
    bar = Console(stderr=True)
    for batch in track(batches, "Forecasting", disable=hidden, console=bar):
        yield from forecast_all(batch, horizon, pool)


def _print_csv(found: list[Forecast]) -> None:
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(["unique_id", "ds", "mean", "p10", "p50", "p90"])
    for one in found:
        rows.writerows([one.unique_id, iso(p.ds), p.mean, p.p10, p.p50, p.p90] for p in one.points)


def _as_text(one: Forecast) -> str:
    top = one.peak
    sure = "not given" if top.p95 is None else f"{top.p95:.6g}"
    lines = [
        f"{one.unique_id}: {one.history_hours} h of history ({one.filled} filled), {one.method}",
        f"  peak around {iso(top.ds)}: even odds {top.p50:.6g}, 95 % sure {sure}"
        f" (last week x 1.2 = {one.last_week_max_x1_2:.6g})",
        *(f"  warning: {text}" for text in one.warnings),
        f"  {'hour':<22}{'low':>12}{'expected':>12}{'high':>12}",
        *(f"  {iso(p.ds):<22}{p.p10:>12.6g}{p.mean:>12.6g}{p.p90:>12.6g}" for p in one.points),
    ]
    return "\n".join(lines)
