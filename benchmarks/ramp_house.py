"""What the benchmarks of ramps share: a throw-away database and Redis, conductors, HAProxy."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from flask import Flask

from onboarding import redis_server
from onboarding.db import db
from onboarding.factory import create_core
from tests.cast import Cast
from tests.ramps.lab import Lab, Time, book
from tests.services.haproxy import HAProxies
from tests.services.ports import Ports
from tests.services.programs import find_program

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def house() -> Iterator[tuple[Flask, Path]]:
    """The core app on SQLite and an embedded Redis in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="turnup-bench-") as folder:
        home = Path(folder)
        with redis_server.running(home) as address:
            os.environ |= {
                "TURNUP_HOME": folder,
                "DATABASE_URL": os.environ.get("BENCH_DATABASE_URL", ""),
                "REDIS_URL": address,
                "TURNUP_LOG_LEVEL": "ERROR",
            }
            app = create_core()
            with app.app_context():
                db.create_all()
                yield app, home
                db.session.remove()
                db.engine.dispose()


@contextmanager
def conductor() -> Iterator[None]:
    """A conductor process on the house."""
    with subprocess.Popen(
        [sys.executable, "-c", "from tests.ramps.conducting import alone; alone()"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
    ) as process:
        try:
            yield
        finally:
            process.terminate()


@contextmanager
def haproxies(folder: Path) -> Iterator[tuple[HAProxies, Ports]]:
    """What starts HAProxy, and free ports."""
    launcher, ports = HAProxies(find_program("haproxy", package="haproxy"), folder), Ports()
    try:
        yield launcher, ports
    finally:
        launcher.stop()
        ports.release()


def flip(
    wiring: dict[str, object], plan: list[tuple[float, int, bool]], cast: Cast | None = None
) -> Lab:
    """A cutover with that wiring of switch and metrics."""
    people = cast or Cast.gather()
    return Lab(book(people["ann"], plan, switch=wiring, metrics=wiring), Time())


def summary(what: str, seconds: list[float], limit: float, quantile: int) -> str:
    """One line of JSON: the quantiles in seconds and whether the limit holds."""
    points = {f"p{q}": round(float(np.percentile(seconds, q)), 4) for q in (50, 95, 99)}
    met = float(np.percentile(seconds, quantile)) <= limit
    figures = {"what": what, "runs": len(seconds), **points, "max": round(max(seconds), 4)}
    return json.dumps({**figures, "limit": f"p{quantile} <= {limit:g} s", "met": met})
