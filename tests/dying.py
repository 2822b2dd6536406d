"""A process that dies at a fault point, without losing the process of the test."""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine, event

from onboarding import faults
from onboarding.faults import fault_point

WRITE = "test.write"  # before each statement that writes and before each commit


class Died(BaseException):
    """As `kill -9`: nothing that is written `except Exception` sees it."""


@contextmanager
def dying_at(point: str, *, must: bool = True) -> Iterator[None]:
    """Within it whoever comes to `point` dies there; somebody must, unless `must` is false."""

    def kill(_pid: int, _how: int) -> None:
        raise Died(point)

    far = SimpleNamespace(environ={"TURNUP_FAULT": point}, getpid=os.getpid, kill=kill)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(faults, "os", far)
        patch.setattr(faults, "_passed", Counter[str]())
        try:
            yield
        except Died:
            return
    if must:
        pytest.fail(f"nobody came to {point}")


@contextmanager
def writes_are_points() -> Iterator[None]:
    """Within it every statement that writes, and every commit, passes the fault point WRITE."""
    event.listen(Engine, "before_cursor_execute", before_a_statement)
    event.listen(Engine, "commit", before_a_commit)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", before_a_statement)
        event.remove(Engine, "commit", before_a_commit)


def before_a_statement(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
    """Pass WRITE where the statement writes."""
    if statement.split(None, 1)[0].upper() in ("INSERT", "UPDATE", "DELETE"):
        fault_point(WRITE)


def before_a_commit(_connection: Any) -> None:
    """Pass WRITE."""
    fault_point(WRITE)
