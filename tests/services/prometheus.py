"""Prometheus, scraping an exporter of the test's own."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.services.ports import Ports, listens
from tests.services.programs import find_program, stop, wait_until

CONFIGURATION = """
global:
  scrape_interval: 250ms
  scrape_timeout: 250ms
scrape_configs:
  - job_name: edge
    static_configs:
      - targets: ["{target}"]
"""


@contextmanager
def running_prometheus(free_port: Ports, folder: Path, target: str) -> Iterator[str]:
    """One that scrapes `target` (host:port) four times a second; yields its URL."""
    program = find_program("prometheus", package="prometheus")
    port = free_port()
    configuration = folder / "prometheus.yml"
    configuration.write_text(CONFIGURATION.format(target=target))
    log_path = folder / "prometheus.log"
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            [
                program,
                f"--config.file={configuration}",
                f"--storage.tsdb.path={folder / 'series'}",
                f"--web.listen-address=127.0.0.1:{port}",
            ],
            stdout=log,
            stderr=log,
        )

    def ready() -> bool:
        if process.poll() is not None:
            pytest.fail(f"Prometheus ended at once:\n{log_path.read_text()[-2000:]}")
        return listens(port) and _is_ready(port)

    try:
        wait_until(ready, "Prometheus answers")
        yield f"http://127.0.0.1:{port}"
    finally:
        stop(process)


def _is_ready(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/-/ready")
        return connection.getresponse().status == 200
    finally:
        connection.close()
