"""Conductors as processes, for every test that wants to kill one."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.ramps.conducting import Nursery


@pytest.fixture(scope="session")
def one_nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    with Nursery(tmp_path_factory.mktemp("conductors") / "log") as nursery:
        yield nursery


@pytest.fixture
def nursery(one_nursery: Nursery, app: Flask) -> Iterator[Nursery]:
    """`start()` makes a conductor process on the test's database; all are killed at its end."""
    yield one_nursery
    one_nursery.clear()
