"""A PostgreSQL server of the tests' own."""

import os
import pwd
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.services.programs import find_program, stop, wait_until

DEBIAN = "/usr/lib/postgresql/*/bin/"  # not on PATH there
INITDB = ["-D", "data", "-U", "turnup", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "autovacuum": "off",
    "jit": "off",
}


class Postgres:
    """A running server. Whoever reaches its socket, in `folder`, may connect as `turnup`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._databases = 0

    def connect(self, database: str = "postgres") -> "psycopg.Connection[Any]":
        """A connection of its own, in autocommit."""
        return psycopg.connect(
            host=str(self.folder), user="turnup", dbname=database, autocommit=True
        )

    def new_database(self) -> str:
        """Create an empty database; its SQLAlchemy URL."""
        self._databases += 1
        name = f"turnup_{self._databases}"
        with self.connect() as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return f"postgresql+psycopg://turnup@/{name}?host={self.folder}"

    def answers(self) -> bool:
        """Whether it accepts connections yet."""
        try:
            self.connect().close()
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Start a server in a temporary folder, without TCP and without fsync; stop it at the end.

    PostgreSQL refuses to run as root: there it runs as `postgres`, or as `nobody` where that user
    does not exist, in a folder outside pytest's own, which only root may enter.
    """
    initdb = find_program("initdb", package="postgresql", elsewhere=DEBIAN + "initdb")
    program = find_program("postgres", package="postgresql", elsewhere=DEBIAN + "postgres")
    with tempfile.TemporaryDirectory(prefix="turnup-") as name:
        folder = Path(name)
        identity = _identity(folder)
        created = subprocess.run([initdb, *INITDB], capture_output=True, text=True, **identity)
        assert created.returncode == 0, created.stderr
        settings = SETTINGS | {"unix_socket_directories": str(folder)}
        options = [f"-c{key}={value}" for key, value in settings.items()]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [program, "-D", "data", *options], stdout=log, stderr=log, **identity
            )
        server = Postgres(folder)

        def ready() -> bool:
            if process.poll() is not None:
                pytest.fail(f"PostgreSQL ended at once:\n{(folder / 'log').read_text()}")
            return server.answers()

        try:
            wait_until(ready, "PostgreSQL accepts connections")
            yield server
        finally:
            stop(process, signal.SIGINT)  # PostgreSQL's "fast" shutdown


def _identity(folder: Path) -> dict[str, Any]:
    """Whom to run as, and where; gives `folder` to that user."""
    if os.geteuid() != 0:
        return {"cwd": folder}
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        user = pwd.getpwnam("nobody")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"cwd": folder, "user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
