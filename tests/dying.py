"""A process that dies at a fault point, without losing the process of the test."""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from onboarding import faults


class Died(BaseException):
    """As `kill -9`: nothing that is written `except Exception` sees it."""


@contextmanager
def dying_at(point: str) -> Iterator[None]:
    """Within it whoever comes to `point` dies there; somebody must."""

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
    pytest.fail(f"nobody came to {point}")
