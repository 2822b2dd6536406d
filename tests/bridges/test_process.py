"""The gateway as processes: one is killed, the other takes over and stops in good order."""

import os
import signal
from collections.abc import Callable

from flask import Flask

from onboarding.bridges import leases
from onboarding.db import db
from tests.ramps.conducting import Nursery
from tests.services.programs import wait_until


def holder() -> str:
    db.session().rollback()
    found = leases.current(db.session())
    return found.holder if found else ""


def test_of_two_processes_one_is_killed_and_the_other_goes_on(
    app: Flask, nursery: Nursery, settled: Callable[..., None]
) -> None:
    settled(bridges="webhook")
    lives = {str(life.pid): life for life in (nursery.start(part="gateway") for _ in range(2))}
    wait_until(holder, "one is active")
    first = holder()
    pid = first.split(":")[1]
    lives.pop(pid).kill()
    wait_until(lambda: holder() not in ("", first), "the other takes over", 20)
    (second,) = lives.values()
    assert holder().split(":")[1] == str(second.pid)
    os.kill(second.pid, signal.SIGTERM)
    assert second.wait("it stops") == 0
    assert holder() == ""  # given back: another need not wait for the lease to run out
