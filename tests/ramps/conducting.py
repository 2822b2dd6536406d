"""Conductors as processes of their own, for tests that kill them.

One process imports the program and forks a conductor whenever it is told to, so that a life costs
milliseconds and not seconds: it reads `start {environment}` and `wait PID` and answers with a line.
"""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType

from sqlalchemy import Engine, event

from onboarding import conductor, gateway
from onboarding.factory import create_core
from onboarding.ramps import actions, leases, ledger
from tests.dying import WRITE, before_a_commit, before_a_statement
from tests.ramps.lab import always
from tests.services.programs import wait_until

ROOT = Path(__file__).parents[2]


class Life:
    """One conductor process, or a gateway."""

    def __init__(self, nursery: "Nursery", fault: str, part: str, lease_s: float) -> None:
        self.nursery = nursery
        names = [name for name in os.environ if name.startswith("TURNUP_")]
        names += ["DATABASE_URL", "REDIS_URL"]
        environment = {name: os.environ[name] for name in names} | {"TURNUP_FAULT": fault}
        environment["LEASE_S"] = str(lease_s)
        environment |= {"PART": part, "TURNUP_BRIDGES": os.environ.get("TURNUP_BRIDGES", "")}
        self.pid = int(nursery.say(f"start {json.dumps(environment)}"))
        nursery.living.add(self)

    def wait(self, what: str, seconds: float = 40.0) -> int:
        """Its exit code, or minus the number of the signal that ended it; the end must come."""
        wait_until(lambda: self._state() == "Z", what, seconds)
        return self._buried()

    def stopped(self) -> bool:
        """Whether it stands still."""
        return self._state() == "T"

    def kill(self) -> None:
        """End it as a power cut would."""
        os.kill(self.pid, signal.SIGKILL)
        self._buried()

    def _state(self) -> str:
        """As ps(1) has it: R, S, T, Z and so on."""
        return Path(f"/proc/{self.pid}/stat").read_text().split(") ")[1][0]

    def _buried(self) -> int:
        self.nursery.living.discard(self)
        return int(self.nursery.say(f"wait {self.pid}"))


class Nursery:
    """Makes conductors on the database and Redis that this process's environment names then."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.living: set[Life] = set()

    def __enter__(self) -> "Nursery":
        self.sink = self.log.open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.ramps.conducting"],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.sink,
            text=True,
        )
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None
    ) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(20)
        self.process.stdout.close()
        self.sink.close()

    def say(self, line: str) -> str:
        """One line to the process that forks, one line back."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline()

    def clear(self) -> None:
        """Kill those that live, as at the end of a test."""
        for life in list(self.living):
            life.kill()

    def start(
        self, fault: str = "", part: str = "conductor", lease_s: float = leases.LEASE_S
    ) -> Life:
        """A conductor that is killed at `fault`, with leases of `lease_s` seconds: it watches the
        origins of live customers too where `part` is "watching"; or a gateway."""
        return Life(self, fault, part, lease_s)


def _fork(environment: dict[str, str]) -> int:
    pid = os.fork()
    if pid:
        return pid
    os.dup2(2, 1)
    os.environ.update(environment)
    for module in (leases, ledger, actions):
        module.LEASE_S = float(environment["LEASE_S"])  # type: ignore[attr-defined]
    if environment["TURNUP_FAULT"].startswith(WRITE):
        event.listen(Engine, "before_cursor_execute", before_a_statement)
        event.listen(Engine, "commit", before_a_commit)
    if environment["PART"] == "gateway":
        gateway.run(create_core())
    else:
        conductor.run(create_core(), always, origins=environment["PART"] == "watching")
    os._exit(0)


def alone() -> None:
    """Be one conductor that may start anything, until told to stop."""
    conductor.run(create_core(), always)


def main() -> None:
    """Serve until stdin ends; conductors that still live are killed."""
    living: set[int] = set()
    for line in sys.stdin:
        verb, _, argument = line.strip().partition(" ")
        if verb == "start":
            pid = _fork(json.loads(argument))
            living.add(pid)
            answer = pid
        else:
            living.discard(int(argument))
            answer = os.waitstatus_to_exitcode(os.waitpid(int(argument), 0)[1])
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()
    for pid in living:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


if __name__ == "__main__":
    main()
