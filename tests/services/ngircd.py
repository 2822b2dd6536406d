"""A real ngIRCd, and people who talk on it by plain sockets."""

import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import pytest

from tests.services.ports import Ports, listens
from tests.services.programs import find_program, stop, wait_until

CONFIGURATION = """
[Global]
Name = irc.test.example
Listen = 127.0.0.1
Ports = {port}
MotdPhrase = hello
[Limits]
MaxConnectionsIP = 0
MaxNickLength = 30
MaxJoins = 50
MaxPenaltyTime = 0
[Options]
DNS = no
Ident = no
PAM = no
"""


class IrcServer:
    """Where it listens; `stop()` and `start()` it."""

    def __init__(self, program: str, folder: Path, port: int) -> None:
        self.port = port
        self.address = f"irc://turnup@127.0.0.1:{port}"
        self._command = [program, "-n", "-f", str(folder / "ngircd.conf")]
        self._log = (folder / "ngircd.log").open("ab")
        (folder / "ngircd.conf").write_text(CONFIGURATION.format(port=port))
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stdout=self._log, stderr=self._log)
        process = self._process

        def ready() -> bool:
            if process.poll() is not None:
                pytest.fail(f"ngIRCd ended at once: {Path(self._log.name).read_text()}")
            return listens(self.port)

        wait_until(ready, "ngIRCd listens")

    def stop(self) -> None:
        if self._process is not None:
            stop(self._process)
            self._process = None

    def close(self) -> None:
        self.stop()
        self._log.close()


@contextmanager
def running_ngircd(free_port: Ports, folder: Path) -> Iterator[IrcServer]:
    server = IrcServer(find_program("ngircd", package="ngircd"), folder, free_port())
    server.start()
    try:
        yield server
    finally:
        server.close()


class Chatter:
    """Somebody on IRC. `lines` is all that the server said to them."""

    def __init__(self, port: int, nick: str, user: str = "") -> None:
        self.nick = nick
        self.lines: list[str] = []
        self._rest = b""
        self._socket = socket.create_connection(("127.0.0.1", port), 10)
        self.say(f"NICK {nick}")
        self.say(f"USER {user or nick} 0 * :{nick}")
        self.wait(lambda line: " 376 " in line or " 422 " in line, "is welcome")

    def say(self, line: str) -> None:
        self._socket.sendall(line.encode() + b"\r\n")

    def pump(self) -> None:
        """Take in what is there."""
        self._socket.settimeout(0.05)
        try:
            self._rest += self._socket.recv(65536)
        except TimeoutError:
            return
        *whole, self._rest = self._rest.split(b"\r\n")
        for line in whole:
            if line.startswith(b"PING"):
                self._socket.sendall(line.replace(b"PING", b"PONG", 1) + b"\r\n")
            self.lines.append(line.decode())

    def wait(self, wanted: Callable[[str], object], what: str, seconds: float = 20) -> str:
        """The first line that is `wanted`, once it has come; it and those before are taken off."""
        found: list[str] = []

        def came() -> bool:
            self.pump()
            for number, line in enumerate(self.lines):
                if wanted(line):
                    found.append(line)
                    del self.lines[: number + 1]
                    return True
            return False

        deadline = time.monotonic() + seconds
        while not came():
            if time.monotonic() > deadline:
                pytest.fail(f"{self.nick} does not hear {what!r} but {self.lines[-8:]}")
        return found[0]

    def hears(self, text: str, seconds: float = 20) -> str:
        """The first line that holds `text`."""
        return self.wait(lambda line: text in line, text, seconds)

    def join(self, channel: str, key: str = "") -> None:
        self.say(f"JOIN {channel} {key}".strip())
        self.hears(" 366 ")

    def close(self) -> None:
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
