"""The series that the forecasting benchmarks read; they end politely where the data is absent."""

import csv
import gzip
import sys
from array import array
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from onboarding.forecasts.history import History
from onboarding.forecasts.tables import read_history

DATA = Path(__file__).parent.parent.parent / "shared" / "data"
START = datetime(2024, 1, 1, tzinfo=UTC)

Floats = NDArray[np.float64]


def m4(folder: Path = DATA) -> dict[str, tuple[Floats, Floats]]:
    """The 414 hourly series of the M4 competition: training part and the 48 hours to forecast."""
    path = need(folder / "m4" / "m4_hourly.csv.gz")
    parts: dict[str, dict[str, list[float]]] = {}
    with gzip.open(path, "rt") as text:
        for row in csv.DictReader(text):
            both = parts.setdefault(row["unique_id"], {"train": [], "test": []})
            both[row["split"]].append(float(row["y"]))
    return {k: (np.array(v["train"]), np.array(v["test"])) for k, v in parts.items()}


def traffic(name: str, folder: Path = DATA) -> list[History]:
    """Every history in the data's folder `name`, such as forecast or forecast-bursty."""
    found: list[History] = []
    for path in sorted(need(folder / name).glob("*.csv")):
        with path.open("rb") as stream:
            found += read_history(stream, path.name)
    return found


def history(name: str, values: Floats) -> History:
    """A history of plain values, which have no dates of their own."""
    return History(name, START, array("d", values.tolist()))


def need(path: Path) -> Path:
    """`path`, or the end of the program where it does not exist."""
    if not path.exists():
        sys.exit(f"skipped: {path.name} is not here; this benchmark needs the data sets")
    return path
