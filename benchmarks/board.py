"""The board's median time over HTTP with 10,000 customers, as a ratio to an empty Flask view's.

One gunicorn worker, as `turnup web` starts it, serves both in one run: the board as columns and as
a table, of everybody and of one account manager's customers, asked for in turn with the empty view
by a signed-in account manager. `board_house` says what each customer has (the CDN turn-up's whole
checklist among it); the worker has been over them all once, as it is every 20 minutes.
Run: python -m benchmarks.board [CUSTOMERS] [sqlite] [postgresql]
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
from contextlib import ExitStack, contextmanager
from functools import partial

import requests
from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from benchmarks import board_house
from onboarding import config
from onboarding.board.jobs import AT_ONCE, sweep
from onboarding.cli.migrations import migrate_database
from onboarding.db import db
from onboarding.factory import create_app
from tests.services.ports import Ports
from tests.services.postgres import running_postgres

ROUNDS = 30
PATIENCE_S = 180  # for a server that starts on a busy machine
MANAGER = "board@example.com"
DATABASES = ("sqlite", "postgresql")
EMPTY = "an empty view"
PAGES = {
    EMPTY: "/empty/",
    "columns, all": "/?who=all",
    "columns, mine": "/?who=mine",
    "table, all": "/?who=all&view=table",
    "table, mine": "/?who=mine&view=table",
    "table, searched": "/?who=all&view=table&q=99",
    "table, filtered and sorted": "/?who=all&view=table&ball=customer&sort=-next",
}


def served() -> DispatcherMiddleware:
    """The whole product with a bare Flask application beside it, at /empty."""
    bare = Flask("empty")
    bare.add_url_rule("/", "empty", lambda: "")
    return DispatcherMiddleware(create_app(), {"/empty": bare})


def settle(customers: int, password: str) -> None:
    """The tables and everybody in them, and the summaries as the worker keeps them."""
    migrate_database()
    app = create_app()
    with app.app_context():
        board_house.fill(customers, MANAGER, password)
        filled = time.monotonic()
        for _ in range(-(-customers // AT_ONCE)):
            sweep()  # as the worker does it by and by
        print(f"summaries of all by the worker {time.monotonic() - filled:8.1f} s")
        db.session.remove()
        db.engine.dispose()


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
        process.wait(60)


def signed_in(address: str, password: str) -> requests.Session:
    """A session of the account manager, once the server answers."""
    client = requests.Session()
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            page = client.get(f"{address}/login", timeout=PATIENCE_S).text
            break
        except requests.ConnectionError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found is not None, "the sign-in form has no token"
    form = {"csrf_token": found[1], "email": MANAGER, "password": password}
    client.post(f"{address}/login", data=form, timeout=PATIENCE_S).raise_for_status()
    return client


def seconds(ask: Callable[[], requests.Response]) -> float:
    """How long one answer took, read to its end."""
    before = time.perf_counter()
    ask().raise_for_status()
    return time.perf_counter() - before


def measure(customers: int) -> None:
    """Fill the database that is set up, serve it, and print how long its pages take."""
    config.settings.cache_clear()
    password = secrets.token_urlsafe(12)
    began = time.monotonic()
    settle(customers, password)
    print(f"set up in                      {time.monotonic() - began:8.1f} s")
    with server() as address:
        client = signed_in(address, password)
        pages = {name: address + path for name, path in PAGES.items()}
        assert 'class="columns' in client.get(pages["columns, all"], timeout=60).text
        assert 'class="board-table' in client.get(pages["table, all"], timeout=60).text
        took: dict[str, list[float]] = {name: [] for name in pages}
        for _ in range(ROUNDS):
            for name, url in pages.items():
                took[name].append(seconds(partial(client.get, url, timeout=60)))
    medians = {name: statistics.median(times) for name, times in took.items()}
    empty = medians[EMPTY]
    for name, middle in medians.items():
        print(f"{name:<30} {middle * 1000:8.2f} ms   ratio {middle / empty:6.1f}")


def main() -> None:
    asked = sys.argv[1:]
    customers = int(next((word for word in asked if word.isdecimal()), "10000"))
    chosen = [word for word in asked if word in DATABASES] or list(DATABASES)
    for database in chosen:
        print(
            f"{database}, {customers} customers, median of {ROUNDS}, load {os.getloadavg()[0]:.1f}"
        )
        with ExitStack() as held:
            home = held.enter_context(tempfile.TemporaryDirectory())
            postgres = database == "postgresql"
            url = held.enter_context(running_postgres()).new_database() if postgres else ""
            os.environ.update(TURNUP_HOME=home, DATABASE_URL=url, TURNUP_LOG_LEVEL="ERROR")
            measure(customers)
    print("asked: at most 40 each; stretch: 20")


if __name__ == "__main__":
    main()
