"""HAProxy in the foreground, with a configuration of the test's own."""

import re
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from tests.services.ports import listens
from tests.services.programs import stop, wait_until


def _accepts(path: str) -> bool:
    """Whether the socket there is listened on: its file comes first, or is left from before."""
    with socket.socket(socket.AF_UNIX) as one:
        return one.connect_ex(path) == 0


def heeds(pid: int, wanted: signal.Signals) -> bool:
    """Whether the process has a handler for that signal: a master begins by ignoring some."""
    status = Path(f"/proc/{pid}/status").read_text()
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt:"))
    return bool(int(caught.split()[1], 16) >> (wanted - 1) & 1)


class HAProxies:
    """Starts HAProxy as often as a test likes and stops all of them at its end."""

    def __init__(self, program: str, folder: Path) -> None:
        self.program = program
        self.folder = folder
        self._running: list[subprocess.Popen[bytes]] = []

    def __call__(
        self, configuration: str, *, port: int, master: bool = False
    ) -> "subprocess.Popen[bytes]":
        """Start one with the text `configuration`; return once it accepts on `port` and its sockets.
        Under a `master` SIGUSR2 reloads it, as `systemctl reload` does."""
        path = self.folder / f"haproxy-{len(self._running)}.cfg"
        path.write_text(configuration)
        log_path = path.with_suffix(".log")
        with log_path.open("wb") as log:
            process = subprocess.Popen(
                [self.program, "-W" if master else "-db", "-f", str(path)],
                stdout=log,
                stderr=log,
            )
        self._running.append(process)
        sockets = re.findall(r"stats socket (/\S+)", configuration)

        def ready() -> bool:
            if process.poll() is not None:
                pytest.fail(f"HAProxy ended at once:\n{log_path.read_text()}")
            return listens(port) and all(_accepts(one) for one in sockets)

        wait_until(ready, f"HAProxy accepts on port {port}")
        return process

    def stop(self) -> None:
        """End every HAProxy that was started."""
        for process in self._running:
            stop(process)
