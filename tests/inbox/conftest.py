"""Mail from end to end: a gateway that listens, a worker process, and where mail goes out to."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from onboarding import queues
from tests.bridges.gateways import running
from tests.services.authority import Authority
from tests.services.mail import Sink, smtp_sink
from tests.services.ports import Ports, listens
from tests.services.programs import stop, wait_until

ROOT = Path(__file__).parents[2]
WORKER = "from onboarding.worker import run; run(['urgent', 'default'], periodic={periodic})"


@dataclass
class Post:
    """Where mail to us goes in (a port, whose certificate is of `authority`), and what came out."""

    port: int
    sink: Sink
    authority: Authority


@pytest.fixture
def post(
    app: Flask, settled: Callable[..., None], free_port: Ports, tmp_path: Path
) -> Iterator[Post]:
    """A gateway listens, a worker process works, and mail that goes out is kept."""
    port, authority = free_port(), Authority(tmp_path)
    authority.context("127.0.0.1")  # writes 1.pem
    with smtp_sink(free_port()) as sink:
        settled(
            mail_in="turnup@vendor.example",
            mail_from="Turnup <turnup@vendor.example>",
            mail_listen=f"127.0.0.1:{port}",
            mail_largest_mb="64",
            mail_connections="12",
            mail_tls_cert=str(tmp_path / "1.pem"),
            smtp_url=sink.url,
        )
        with a_worker(), running(app):
            wait_until(lambda: listens(port), "the gateway listens")
            yield Post(port, sink, authority)


@contextmanager
def a_worker(*, periodic: bool = True) -> Iterator[None]:
    """A worker process on the database and Redis of this test."""
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER.format(periodic=periodic)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(queues.beats, "the worker beats", 60)
        yield
    finally:
        stop(process)
