"""The board's median time over HTTP with 10,000 customers, as a ratio to an empty Flask view's.

One gunicorn worker, as `turnup web` starts it, serves both in one run on SQLite: the board, asked
for in turn with the empty view by a signed-in account manager who wants to see all, as columns and
as a table. One customer in eight is in each stage, each with a checklist, a forecast and a booked
cutover; the worker has been over them all once, as it is every 20 minutes.
Run: python -m benchmarks.board [CUSTOMERS]
"""

import os
import re
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import requests
from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from onboarding.board.jobs import AT_ONCE, sweep
from onboarding.cli.migrations import migrate_database
from onboarding.customers.stages import STAGES
from onboarding.db import transaction
from onboarding.factory import create_app
from onboarding.people.actions import add_user
from onboarding.trail.log import SYSTEM
from tests.board.building import turnups
from tests.services.ports import Ports

ROUNDS = 30
MANAGER = "board@example.com"


def served() -> DispatcherMiddleware:
    """The whole product with a bare Flask application beside it, at /empty."""
    bare = Flask("empty")
    bare.add_url_rule("/", "empty", lambda: "")
    return DispatcherMiddleware(create_app(), {"/empty": bare})


def fill(customers: int, password: str) -> None:
    """The tables, an account manager and the customers."""
    migrate_database()
    with create_app().app_context():
        with transaction() as session:
            user = add_user(
                session,
                SYSTEM,
                email=MANAGER,
                name="Board Benchmark",
                role="account_manager",
                password=password,
            ).id
        for stage in STAGES:
            turnups(stage, customers // len(STAGES), booked_by=user)
        for _ in range(-(-customers // AT_ONCE)):
            sweep()  # as the worker does it by and by


@contextmanager
def server() -> Iterator[str]:
    """The address of one gunicorn worker that serves `served()`."""
    port = Ports()()
    arguments = ["--bind", f"127.0.0.1:{port}", "--worker-class", "gevent", "--log-level", "error"]
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *arguments, "benchmarks.board:served()"]
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def signed_in(address: str, password: str) -> requests.Session:
    """A session of the account manager, once the server answers."""
    client = requests.Session()
    until = time.monotonic() + 30
    while True:
        try:
            page = client.get(f"{address}/login", timeout=30).text
            break
        except requests.ConnectionError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found is not None, "the sign-in form has no token"
    form = {"csrf_token": found[1], "email": MANAGER, "password": password}
    client.post(f"{address}/login", data=form, timeout=30).raise_for_status()
    return client


def seconds(ask: Callable[[], requests.Response]) -> float:
    """How long one answer took, read to its end."""
    before = time.perf_counter()
    ask().raise_for_status()
    return time.perf_counter() - before


def main() -> None:
    customers = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    password = secrets.token_urlsafe(12)
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(TURNUP_HOME=home, DATABASE_URL="", TURNUP_LOG_LEVEL="ERROR")
        fill(customers, password)
        with server() as address:
            client = signed_in(address, password)
            pages = {
                "an empty view": f"{address}/empty/",
                "the board": f"{address}/?who=all",
                "its table": f"{address}/?who=all&view=table",
            }
            assert 'class="columns' in client.get(pages["the board"], timeout=60).text
            took: dict[str, list[float]] = {name: [] for name in pages}
            for _ in range(ROUNDS):
                for name, url in pages.items():
                    took[name].append(seconds(lambda url=url: client.get(url, timeout=60)))
    empty, board, table = (statistics.median(times) for times in took.values())
    print(f"{customers} customers, median of {ROUNDS}, load {os.getloadavg()[0]:.1f}")
    print(f"an empty view  {empty * 1000:8.2f} ms")
    print(f"the board      {board * 1000:8.2f} ms")
    print(f"its table      {table * 1000:8.2f} ms   ratio {table / empty:.0f}")
    print(f"ratio {board / empty:.0f}   asked: 40   stretch: 20")


if __name__ == "__main__":
    main()
