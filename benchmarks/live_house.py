"""What the benchmarks of live pages share: a served customer's page, and who writes to its trail."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import requests

from benchmarks.ramp_house import ROOT, house
from onboarding.customers.models import Turnup
from onboarding.db import transaction
from onboarding.factory import create_core
from onboarding.sharing import actions
from onboarding.trail.log import SYSTEM, Actor, record
from tests.cast import Cast
from tests.services.ports import Ports
from tests.services.programs import stop, wait_until
from tests.stories import book, customer


@dataclass(frozen=True)
class Stage:
    """A cutover with a page that is served: its stream's name, its path, and where."""

    stream: str
    path: str
    port: int
    web: "subprocess.Popen[bytes]"


@contextmanager
def stage(processes: int) -> Iterator[Stage]:
    """A booked cutover, its customer's page, and a web of so many processes."""
    with house():
        cast = Cast.gather()
        known = customer("Acme")
        number = book(cast, known)
        with transaction() as session:
            turnup = session.get_one(Turnup, known.turnup)
            token = actions.make_link(session, Actor(f"user:{cast['ann']}", "web"), turnup)[1]
        ports = Ports()
        port = ports()
        command = ["web", "--port", str(port), "--processes", str(processes)]
        web = subprocess.Popen(
            [sys.executable, "-m", "onboarding.cli.main", *command],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            cwd=ROOT,
        )
        try:
            wait_until(lambda: answers(port), "the web answers", 60)
            yield Stage(f"cutover:{number}", f"/share/{token}/events", port, web)
        finally:
            stop(web)
            ports.release()


def answers(port: int) -> bool:
    """Whether a web is up there."""
    try:
        return requests.Session().get(f"http://127.0.0.1:{port}/healthz", timeout=2).ok
    except requests.RequestException:
        return False


def workers(web: "subprocess.Popen[bytes]") -> list[int]:
    """The process numbers of gunicorn's workers."""
    children = Path(f"/proc/{web.pid}/task/{web.pid}/children").read_text()
    return [int(child) for child in children.split()]


@contextmanager
def writer(stream: str, every_s: float, count: int) -> Iterator[dict[int, float]]:
    """A process that commits `count` entries to `stream`, one each `every_s`. The block gets a
    dict that fills, when the block has ended, with each entry's number and when it was committed."""
    context = get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_write, args=(stream, every_s, count, theirs))
    committed: dict[int, float] = {}
    process.start()
    try:
        yield committed
        committed.update(ours.recv())
    finally:
        process.join(10)
        process.kill()


def _write(stream: str, every_s: float, count: int, told: Connection) -> None:
    app = create_core()
    committed: dict[int, float] = {}
    with app.app_context():
        for turn in range(count):
            began = time.monotonic()
            with transaction() as session:
                number = record(session, stream, "ramp.share", SYSTEM, {"share": turn % 100}).number
            committed[number] = began  # what the commit itself takes counts in
            time.sleep(max(0.0, every_s - (time.monotonic() - began)))
    told.send(committed)
