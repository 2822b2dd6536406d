"""Alertmanager, which sends what it is told to a webhook."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.services.ports import Ports
from tests.services.programs import find_program, stop, wait_until

CONFIGURATION = """
route:
  receiver: turnup
  group_by: [alertname]
  group_wait: 100ms
  group_interval: 300ms
  repeat_interval: 1s
receivers:
  - name: turnup
    webhook_configs:
      - url: "{url}"
        send_resolved: true
        http_config:
          authorization: {{credentials: "{token}"}}
"""


@contextmanager
def running_alertmanager(free_port: Ports, folder: Path, url: str, token: str) -> Iterator[str]:
    """One that tells `url` of its alerts with a bearer token; yields its own URL."""
    program = find_program(
        "prometheus-alertmanager", "alertmanager", package="prometheus-alertmanager"
    )
    port = free_port()
    configuration = folder / "alertmanager.yml"
    configuration.write_text(CONFIGURATION.format(url=url, token=token))
    log_path = folder / "alertmanager.log"
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            [
                program,
                f"--config.file={configuration}",
                f"--storage.path={folder / 'alertmanager'}",
                f"--web.listen-address=127.0.0.1:{port}",
                "--cluster.listen-address=",
            ],
            stdout=log,
            stderr=log,
        )
    base = f"http://127.0.0.1:{port}"

    def ready() -> bool:
        if process.poll() is not None:
            pytest.fail(f"Alertmanager ended at once:\n{log_path.read_text()[-2000:]}")
        try:
            return requests.Session().get(f"{base}/-/ready", timeout=5).ok
        except requests.ConnectionError:
            return False

    try:
        wait_until(ready, "Alertmanager answers")
        yield base
    finally:
        stop(process)
