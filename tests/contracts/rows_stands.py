"""Peers that give counts by the second: any JSON API, Fastly's real-time analytics, access logs."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import pytest

from onboarding import clock, config
from onboarding.metrics.base import MetricsSource
from onboarding.metrics.registry import source
from tests.contracts.dns_stands import open_loopback
from tests.services.ports import Ports
from tests.services.programs import wait_until
from tests.services.relay import Relay, http_relay
from tests.services.web import Reply, Request, web_server


class _BySecond:
    """`seconds` holds (moved, control, errors) by the second; `traffic` returns when it is over."""

    kind: str
    exact = True
    faults = ("gone", "slow", "babble")
    relay: Relay

    def __init__(self) -> None:
        self.seconds: dict[int, tuple[int, int, int]] = {}

    @classmethod
    @contextmanager
    def running(
        cls, free_port: Ports, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[Self]:
        monkeypatch.setenv("TURNUP_SECRET_VENDOR", "a-token")
        open_loopback(monkeypatch)
        stand = cls()
        with web_server(free_port()) as site, http_relay(site.url, free_port()) as relay:
            stand.relay, site.answer = relay, stand.answer
            yield stand

    def answer(self, request: Request) -> Reply:
        raise NotImplementedError

    def config(self) -> dict[str, Any]:
        raise NotImplementedError

    def source(self) -> MetricsSource:
        return source(self.kind, self.config(), feed="cutover:1")

    @contextmanager
    def fault(self, name: str) -> Iterator[None]:
        self.relay.mode = name
        yield
        self.relay.mode = ""

    def traffic(self, moved: int, control: int, errors: int = 0) -> None:
        second = max(int(clock.now().timestamp()), max(self.seconds, default=0) + 1)
        self.seconds[second] = (moved, control, errors)
        wait_until(lambda: clock.now().timestamp() > second + 1, "the second is over")


class HTTPJSONStand(_BySecond):
    """A made-up API: `{"data": {"points": [{"end": …, "new": {…}, "old": {…}}]}}`."""

    kind = "http_json"

    def config(self) -> dict[str, Any]:
        return {
            "url": self.relay.address + "/counts?from={since}&to={until}",
            "rows": "data.points",
            "at": "end",
            "moved": {
                "requests": "new.all",
                "errors": "new.5xx",
                "misses": "new.miss",
                "bytes": "new.sent",
            },
            "control": {"requests": "old.all", "errors": "old.5xx", "bytes": "old.sent"},
            "secret": "vendor",
            "late": 0,
        }

    def answer(self, request: Request) -> Reply:
        if request.headers.get("authorization") != "Bearer a-token":
            return Reply(401, b"who are you?")
        points = [
            {
                "end": second + 1,
                "new": {"all": moved, "5xx": errors, "miss": 0, "sent": 500 * moved},
                "old": {"all": control, "5xx": 0, "sent": 500 * control},
            }
            for second, (moved, control, errors) in self.seconds.items()
        ]
        return Reply(200, {"data": {"points": points}})


class FastlyStatsStand(_BySecond):
    """Two services; fields that are 0 are left out, as Fastly does."""

    kind = "fastly"

    def config(self) -> dict[str, Any]:
        mine = {"moved": "SUnew", "control": "SUold", "secret": "vendor", "late": 0}
        return {"url": self.relay.address, **mine}

    def answer(self, request: Request) -> Reply:
        if request.headers.get("fastly-key") != "a-token":
            return Reply(403, {"msg": "Invalid or missing token"})
        _, _, channel, service, _, since = request.path.split("/")
        assert channel == "channel"
        data = []
        for second, (moved, control, errors) in self.seconds.items():
            counts = {"SUnew": (moved, errors), "SUold": (control, 0)}[service]
            counts = (*counts, 500 * counts[0])
            named = zip(("requests", "status_5xx", "resp_body_bytes"), counts, strict=True)
            if second > int(since):
                measured = {name: count for name, count in named if count}
                data.append({"recorded": second, "aggregated": measured, "datacenter": {}})
        return Reply(
            200, {"Data": data, "Timestamp": int(clock.now().timestamp()), "AggregateDelay": 5}
        )


class AccessLogStand:
    """Two access logs in JSON lines, one of each path, that something writes to."""

    kind = "access_log"
    exact = True
    faults = ("gone", "babble")

    def __init__(self, folder: Path) -> None:
        self.logs = {"moved": folder / "new.log", "control": folder / "old.log"}
        for log in self.logs.values():
            log.touch()

    @classmethod
    @contextmanager
    def running(
        cls, free_port: Ports, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[Self]:
        monkeypatch.setenv("TURNUP_ACCESS_LOGS", str(folder))
        config.settings.cache_clear()
        yield cls(folder)
        config.settings.cache_clear()

    def config(self) -> dict[str, Any]:
        arms = {arm: {"path": str(path)} for arm, path in self.logs.items()}
        return {"format": "json", "late": 0, **arms}

    def source(self) -> MetricsSource:
        return source(self.kind, self.config(), feed="cutover:1")

    @contextmanager
    def fault(self, name: str) -> Iterator[None]:
        log = self.logs["moved"]
        aside = log.with_suffix(".aside")
        if name == "babble":
            log.write_text("what is this\n" * 20)
            yield
        else:
            log.rename(aside)
            self.logs["moved"] = aside
            yield
            aside.rename(log)
            self.logs["moved"] = log

    def traffic(self, moved: int, control: int, errors: int = 0) -> None:
        at = clock.now().timestamp()
        for arm, requests, bad in (("moved", moved, errors), ("control", control, 0)):
            with self.logs[arm].open("a") as log:
                for number in range(requests):
                    status = 503 if number < bad else 200
                    log.write(json.dumps({"time": at, "status": status}) + "\n")
        wait_until(lambda: clock.now().timestamp() > int(at) + 1, "the second is over")
