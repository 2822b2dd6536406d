"""`turnup up --demo` as an operator runs it, and the `kill -9` of any of its parts."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import Engine, create_engine, text

from tests.services.programs import stop, wait_until

ROOT = Path(__file__).parents[2]
PARTS = {
    "web": b"-m\0gunicorn",
    "worker": b"main\0worker\0urgent",
    "heavy": b"main\0worker\0heavy",
    "conductor": b"main\0conductor",
}
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Running:
    """A whole Turnup with the practice vendor."""

    def __init__(self, home: Path, port: int, environment: dict[str, str]) -> None:
        self.home, self.base = home, f"http://127.0.0.1:{port}"
        self.environment = os.environ | {
            "DATABASE_URL": "",
            "REDIS_URL": "",
            "PYTHONPATH": str(ROOT),
            "TURNUP_HOME": str(home),
            **environment,
        }
        with (home / "up.log").open("wb") as log:
            self.process = subprocess.Popen(
                [*self._turnup(), "up", "--demo", "--port", str(port)],
                env=self.environment,
                stdout=log,
                stderr=log,
                cwd=ROOT,
            )
        wait_until(self.answers, "the web answers", 120)
        self.demo: dict[str, Any] = json.loads((home / "demo.json").read_text())
        self.password: str = self.demo["users"][0]["password"]
        address = self.environment["DATABASE_URL"] or f"sqlite:///{home / 'turnup.db'}"
        self.engine: Engine = create_engine(address)

    def _turnup(self) -> list[str]:
        return [sys.executable, "-m", "onboarding.cli.main"]

    def answers(self) -> bool:
        """Whether the web is up."""
        assert self.process.poll() is None, (self.home / "up.log").read_text()[-2000:]
        try:
            return requests.Session().get(f"{self.base}/healthz", timeout=2).ok
        except requests.RequestException:
            return False

    def command(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run `turnup WORDS` beside it."""
        return subprocess.run(
            [*self._turnup(), *words],
            env=self.environment,
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=False,
        )

    def kill(self, part: str) -> None:
        """`kill -9` every process of one part, and wait until it is up again."""
        before = self._pids(part)
        assert before, f"{part} is not running"
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: set(self._pids(part)) - set(before), f"{part} is started again", 60)
        if part == "web":
            wait_until(self.answers, "the web answers again", 60)

    def _pids(self, part: str) -> list[int]:
        found = []
        for path in Path("/proc").glob("[0-9]*"):
            try:
                mine = f"TURNUP_HOME={self.home}\0".encode() in (path / "environ").read_bytes()
                if mine and PARTS[part] in (path / "cmdline").read_bytes():
                    found.append(int(path.name))
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue  # it has ended meanwhile, or is not ours
        return found

    def rows(self, query: str, **values: Any) -> list[Any]:
        """What the database says."""
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query), values)]

    def sign_in(self, email: str) -> "Door":
        """A signed-in person at the HTTP door."""
        door = Door(self.base)
        door.post("/login", {"email": email, "password": self.password}, page="/login")
        return door

    def stop(self) -> None:
        """As Ctrl-C does."""
        stop(self.process, signal.SIGINT)
        self.engine.dispose()


class Door:
    """A browser without JavaScript: cookies, and form tokens read from pages."""

    def __init__(self, base: str) -> None:
        self.base, self.session = base, requests.Session()

    def get(self, path: str) -> str:
        """The page's text."""
        answer = self.session.get(self.base + path, timeout=30)
        assert answer.status_code < 400, f"{path}: {answer.status_code}\n{answer.text[-1500:]}"
        return answer.text

    def post(self, path: str, fields: dict[str, Any], page: str, **more: Any) -> requests.Response:
        """Send the form of `page` to `path`."""
        found = TOKEN.search(self.get(page))
        assert found, f"no form on {page}"
        fields = {"csrf_token": found[1], **fields}
        answer = self.session.post(self.base + path, data=fields, timeout=30, **more)
        assert answer.status_code < 400, f"{path}: {answer.status_code}\n{answer.text[-1500:]}"
        return answer

    def press(self, cutover: int, verb: str) -> bool:
        """Press a verb of the cockpit if it is there now, as a person sees it."""
        path = f"/cutovers/{cutover}/ramp/{verb}"
        page = self.get(f"/cutovers/{cutover}")
        form = re.search(rf'<form[^>]*action="{path}".*?</form>', page, re.DOTALL)
        if form is None:
            return False
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[0]))
        return self.session.post(self.base + path, data=fields, timeout=30).status_code < 400


@contextmanager
def running(home: Path, port: int, **environment: str) -> Iterator[Running]:
    """A running Turnup for the length of the block."""
    turnup = Running(home, port, environment)
    try:
        yield turnup
    finally:
        turnup.stop()
