"""A gateway in threads of the test, on the test's database."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from flask import Flask

from onboarding import config
from onboarding.gateway import Gateway
from tests.bridges.gateways import running
from tests.services.programs import wait_until


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Call it with settings (`bridges="irc"`) that hold until the test ends."""

    def settle(**given: str) -> None:
        for name, value in given.items():
            monkeypatch.setenv(f"TURNUP_{name.upper()}", value)
        config.settings.cache_clear()

    yield settle
    monkeypatch.undo()
    config.settings.cache_clear()


@pytest.fixture
def gateway(app: Flask) -> Iterator[Callable[[], Gateway]]:
    """Call it to start a gateway; it is active when it returns."""
    with ExitStack() as stack:

        def start() -> Gateway:
            begun = stack.enter_context(running(app))
            wait_until(begun.lease.good, "the gateway is active")
            return begun

        yield start
