"""What all the servers share: finding a program, waiting for it, ending it.

Nothing here talks to a service that was there before. A program that is missing is one skip with
its reason; where CI=true it is a failure, so that a run there has tested everything.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest


def unavailable(reason: str) -> NoReturn:
    """Skip the test that asked, with `reason`; fail it where CI=true."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def find_program(*names: str, package: str, elsewhere: str = "") -> str:
    """The first of `names` on PATH or in the system's own folders, else a match of a glob."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"])
    for name in names:
        if found := shutil.which(name, path=path):
            return found
    matches = sorted(Path("/").glob(elsewhere.lstrip("/"))) if elsewhere else []
    if matches:
        return str(matches[-1])
    unavailable(f"no {names[0]} on this machine: install the package {package}")


def wait_until(ready: Callable[[], object], what: str, seconds: float = 20.0) -> None:
    """Return once `ready()` is true; fail the test when it is not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            pytest.fail(f"{what}: not within {seconds:g} s")
        time.sleep(0.02)


def stop(process: "subprocess.Popen[Any]", how: signal.Signals = signal.SIGTERM) -> None:
    """End a process with `how`, and by force when it has not gone after ten seconds."""
    if process.poll() is None:
        process.send_signal(how)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
