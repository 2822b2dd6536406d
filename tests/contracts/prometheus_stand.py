"""A real Prometheus in front of an exporter whose counters the test moves."""

import math
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from onboarding import clock
from onboarding.http_client import call
from onboarding.metrics.base import MetricsSource
from onboarding.metrics.registry import source
from tests.contracts.dns_stands import open_loopback
from tests.services.ports import Ports
from tests.services.programs import wait_until
from tests.services.prometheus import running_prometheus
from tests.services.relay import Relay, http_relay
from tests.services.web import Reply, web_server

STEP = 0.5


class PrometheusStand:
    """`traffic` returns once Prometheus has scraped it and the step it fell in is over."""

    kind = "prometheus"
    exact = True
    faults = ("gone", "slow", "babble")

    def __init__(self, url: str, relay: Relay) -> None:
        self.url, self.relay = url, relay
        self.totals: Counter[str] = Counter()

    @classmethod
    @contextmanager
    def running(
        cls, free_port: Ports, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> "Iterator[PrometheusStand]":
        open_loopback(monkeypatch)
        with web_server(free_port()) as exporter:
            target = exporter.url.removeprefix("http://")
            with (
                running_prometheus(free_port, folder, target) as url,
                http_relay(url, free_port()) as relay,
            ):
                stand = cls(url, relay)
                exporter.answer = lambda request: Reply(200, stand.exposition().encode())
                stand.settle()
                yield stand

    def exposition(self) -> str:
        """The counters as Prometheus scrapes them; errors come into being with the first."""
        lines = [f'edge_requests{{path="{arm}"}} {self.totals[arm]}' for arm in ("new", "old")]
        if self.totals["errors"]:
            lines.append(f'edge_errors{{path="new"}} {self.totals["errors"]}')
        return "\n".join(lines) + "\n"

    def config(self) -> dict[str, Any]:
        return {
            "url": self.relay.address,
            "step": STEP,
            "timeout": 5,
            "moved": {
                "requests": 'sum(edge_requests{path="new"})',
                "errors": 'sum(edge_errors{path="new"})',
            },
            "control": {
                "requests": 'sum(edge_requests{path="old"})',
                "errors": 'sum(edge_errors{path="old"})',
            },
        }

    def source(self) -> MetricsSource:
        return source("prometheus", self.config(), feed="cutover:1")

    @contextmanager
    def fault(self, name: str) -> Iterator[None]:
        self.relay.mode = name
        yield
        self.relay.mode = ""

    def traffic(self, moved: int, control: int, errors: int = 0) -> None:
        self.totals.update({"new": moved, "old": control, "errors": errors})
        self.settle()

    def settle(self) -> None:
        """Wait until everything is in the past of what the source reads."""
        whole = sum(self.totals.values())
        wait_until(lambda: self.seen() == whole, "Prometheus has scraped the counters")
        now = clock.now().timestamp()
        over = clock.now() + timedelta(seconds=(math.floor(now / STEP) + 2) * STEP - now)
        wait_until(lambda: clock.now() > over, "the step is over")

    def seen(self) -> float:
        """What Prometheus has of the counters now."""
        asked = urlencode({"query": 'sum({__name__=~"edge_.*"})'})
        result = call("GET", f"{self.url}/api/v1/query?{asked}").json()["data"]["result"]
        return float(result[0]["value"][1]) if result else -1.0
