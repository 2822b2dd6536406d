"""The app on both databases: every test that asks for `app` runs on SQLite and on PostgreSQL."""

import os
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from onboarding import config, queues
from onboarding.db import db
from onboarding.factory import create_app
from onboarding.live import sse
from onboarding.live.hub import Hub
from onboarding.people import actions as people
from tests.cast import Cast


class Browser(FlaskClient):
    """Sends each request in an app context of its own, as a server does: what one request keeps
    in `g` (who is signed in, the form token) never reaches the next."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        with self.application.app_context():
            return super().open(*args, **kwargs)


def _settle(environment: dict[str, str]) -> None:
    os.environ.update(environment)
    config.settings.cache_clear()
    queues.redis_client.cache_clear()


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """Hash passwords as always, only with less work: hundreds of tests sign somebody up."""
    with pytest.MonkeyPatch.context() as patch:
        quick = partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(people, "PasswordHasher", quick)
        yield


@pytest.fixture(scope="session")
def houses() -> Iterator[dict[str, tuple[dict[str, str], Flask]]]:
    """Database → its settings and its app, made when first asked for: tests come in turns, and to
    make an app and its tables takes longer than most of them."""
    made: dict[str, tuple[dict[str, str], Flask]] = {}
    yield made
    for environment, app in made.values():
        _settle(environment)
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def house(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    redis_url: str,
    houses: dict[str, tuple[dict[str, str], Flask]],
) -> Flask:
    """The web app of this worker on one database, with its tables, empty."""
    if request.param not in houses:
        home = tmp_path_factory.mktemp("home")
        url = "" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
        environment = {"TURNUP_HOME": str(home), "DATABASE_URL": url, "REDIS_URL": redis_url}
        _settle(environment)
        houses[request.param] = environment, _with_tables()
    environment, app = houses[request.param]
    _settle(environment)
    return app


def _with_tables() -> Flask:
    app = create_app()
    app.test_client_class = Browser
    app.config["RATELIMIT_ENABLED"] = False
    with app.app_context():
        db.create_all()
        if db.engine.dialect.name == "postgresql":
            _emptying()
    return app


def _emptying() -> None:
    """Make the function that empties all tables of a PostgreSQL: its plans are made once, and no
    reference is looked after, for nothing is left that could refer to anything."""
    words = "".join(f'DELETE FROM "{table.name}";' for table in db.metadata.sorted_tables)
    with db.engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE OR REPLACE FUNCTION empty_tables() RETURNS void LANGUAGE plpgsql"
            f" SET session_replication_role = replica AS $$ BEGIN {words} END $$"
        )


def _empty_tables() -> None:
    """In one turn: there are many tables, and many tests."""
    with db.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            tables = reversed(db.metadata.sorted_tables)
            words = ";".join(f'DELETE FROM "{table.name}"' for table in tables)
            connection.connection.executescript(f"BEGIN;{words};")  # type: ignore[attr-defined]
        else:
            connection.exec_driver_sql("SELECT empty_tables()")


@pytest.fixture
def app(house: Flask, empty_redis: str) -> Iterator[Flask]:
    """The app within its context, with nothing in its tables."""
    with house.app_context():
        _empty_tables()
        yield house
        db.session.remove()


@pytest.fixture
def home(app: Flask) -> Path:
    """Where this app keeps its data."""
    return config.settings().home


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Call it with settings (`mail_in="turnup@vendor.example"`) that hold until the test ends."""

    def settle(**given: str) -> None:
        for name, value in given.items():
            monkeypatch.setenv(f"TURNUP_{name.upper()}", value)
        config.settings.cache_clear()

    yield settle
    monkeypatch.undo()
    config.settings.cache_clear()


@pytest.fixture
def cast(app: Flask) -> Cast:
    """The people every story needs, signed up and able to sign in."""
    return Cast.gather()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a sign-in. `tests.doors.sign_in(client, user)` signs somebody in."""
    return app.test_client()


@pytest.fixture
def served(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of the app as a browser reaches it; each request has a thread of its own, and what
    its pages follow is not what those of another test's database followed."""
    monkeypatch.setattr(sse, "hub", Hub())
    server = make_server("127.0.0.1", 0, app, threaded=True)
    server.daemon_threads = True  # open streams end with the test  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
