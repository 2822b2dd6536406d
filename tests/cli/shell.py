"""A shell of the tests' own: several commands in one process, as starting Python takes the longest."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import create_engine
from sqlalchemy.engine import Connection

DRIVER = """
import contextlib, io, json, os, sys
from onboarding import config, queues
from onboarding.cli.main import main

done = []
for call in json.load(sys.stdin):
    before = dict(os.environ)
    os.environ.update(call["changes"])
    config.settings.cache_clear()
    queues.redis_client.cache_clear()
    out, err, code = io.StringIO(), io.StringIO(), 0
    sys.argv, sys.stdin = ["turnup", *call["arguments"]], io.StringIO(call["given"])
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main()
        except SystemExit as ended:
            code = ended.code or 0
    os.environ.clear()
    os.environ.update(before)
    done.append({"code": code, "out": out.getvalue(), "err": err.getvalue()})
json.dump(done, sys.stdout)
"""


@dataclass(frozen=True)
class Call:
    """`turnup` with these arguments, that on standard input, and those environment variables."""

    arguments: Sequence[str]
    given: str = ""
    changes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Done:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Shell:
    """An environment: a data folder, a database (empty: SQLite in the folder), a Redis."""

    home: str
    database: str
    redis: str

    def run(self, *calls: Call) -> list[Done]:
        """One command after the other."""
        written = json.dumps([vars(call) for call in calls])
        return [Done(**one) for one in json.loads(self.python(DRIVER, written))]

    def python(self, code: str, given: str = "") -> str:
        """What `code` prints, run in this environment."""
        settings = {"TURNUP_HOME": self.home, "DATABASE_URL": self.database}
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, **settings, "REDIS_URL": self.redis},
            input=given,
            capture_output=True,
            text=True,
            timeout=110,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextmanager
    def tables(self) -> Iterator[Connection]:
        """The database, behind the program's back."""
        engine = create_engine(self.database or f"sqlite:///{self.home}/turnup.db")
        with engine.begin() as connection:
            yield connection
        engine.dispose()
