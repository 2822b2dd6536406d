"""A gateway in threads of the test, on the test's database."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask

from onboarding.gateway import Gateway
from tests.bridges.gateways import running
from tests.services.ngircd import IrcServer, running_ngircd
from tests.services.ports import Ports
from tests.services.programs import wait_until


@pytest.fixture
def gateway(app: Flask) -> Iterator[Callable[[], Gateway]]:
    """Call it to start a gateway; it is active when it returns."""
    with ExitStack() as stack:

        def start() -> Gateway:
            begun = stack.enter_context(running(app))
            wait_until(begun.lease.good, "the gateway is active")
            return begun

        yield start


@pytest.fixture(scope="session")
def ngircd(free_port: Ports, tmp_path_factory: pytest.TempPathFactory) -> Iterator[IrcServer]:
    folder: Path = tmp_path_factory.mktemp("ngircd")
    with running_ngircd(free_port, folder) as server:
        yield server
