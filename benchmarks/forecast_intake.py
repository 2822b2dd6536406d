"""Five million rows taken in: rows a second, and how much memory it takes at most.

python -m benchmarks.forecast_intake [--rows 5000000]. A table of minutes packed with gzip, once in the
plain format and once as a spreadsheet writes it, is read as a worker reads it once it is confirmed.
"""

import argparse
import gzip
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from onboarding.forecasts.intake.guess import SAMPLE_BYTES, guess
from onboarding.forecasts.intake.reading import read

START = datetime(2016, 1, 1, tzinfo=UTC)
KINDS = {"plain": "ds,y", "spreadsheet": "Zeit;Host;Anfragen pro Sekunde (req/s)"}


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--rows", type=int, default=5_000_000)
    words.add_argument("--read", default="", help=argparse.SUPPRESS)
    asked = words.parse_args()
    if asked.read:
        measure(Path(asked.read))
        return
    with tempfile.TemporaryDirectory() as folder:
        for kind in KINDS:
            path = Path(folder) / f"{kind}.csv.gz"
            write(path, kind, asked.rows)
            subprocess.run([sys.executable, "-m", __spec__.name, "--read", str(path)], check=True)


def write(path: Path, kind: str, rows: int) -> None:
    """A table of `rows` minutes."""
    with gzip.open(path, "wt", compresslevel=1) as text:
        text.write(KINDS[kind] + "\n")
        for i in range(rows):
            at, rate = START + timedelta(minutes=i), 1000 + (i * 7919) % 1000
            if kind == "plain":
                text.write(f"{at:%Y-%m-%dT%H:%M:%SZ},{rate}.5\n")
            else:
                text.write(f"{at:%d.%m.%Y %H:%M};www.example;{rate},5\n")


def measure(path: Path) -> None:
    """Read the file as it was guessed; memory is what this process has held at most, beyond what it
    held before."""
    with path.open("rb") as stream:
        choice = guess(stream.read(SAMPLE_BYTES), path.name).choice
    before = resource.getrusage(resource.RUSAGE_SELF)
    began = time.perf_counter()
    with path.open("rb") as stream:
        taken = read(stream, path.name, choice)
    seconds = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime - before.ru_utime
    print(
        f"{path.name}: {path.stat().st_size / 2**20:.0f} MiB packed, {taken.rows:,} rows in "
        f"{seconds:.1f} s ({cpu:.1f} s CPU): {taken.rows / cpu:,.0f} rows/s of CPU; memory "
        f"{after.ru_maxrss / 1024:.0f} MiB, {(after.ru_maxrss - before.ru_maxrss) / 1024:.0f} more "
        f"than before; {len(taken.history.values):,} hours kept"
    )


if __name__ == "__main__":
    main()
