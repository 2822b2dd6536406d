"""A traffic manager with an HTTP API, made up, that keeps its state like a real one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from onboarding.switches.base import Switch
from onboarding.switches.registry import switch
from onboarding.switches.selectors import Selector
from tests.contracts.dns_stands import open_loopback
from tests.services.ports import Ports
from tests.services.relay import Relay, http_relay
from tests.services.web import Reply, Request, web_server


class HTTPAPIStand:
    """It calls 100 percent 1.0, wants a token, and refuses what is out of range."""

    kind = "http_api"
    faults = ("gone", "deny", "lie", "swallow", "slow", "babble")
    shares = (1, 5, 25, 33.3, 50, 99, 100, 0)
    weight = 0.0
    only: dict[str, Any] | None = None
    picks = (Selector("host", ("img.example.com",)), Selector("path", ("/static/",)))

    def __init__(self) -> None:
        self.relay: Relay

    @classmethod
    @contextmanager
    def running(
        cls, free_port: Ports, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> "Iterator[HTTPAPIStand]":
        monkeypatch.setenv("TURNUP_SECRET_EDGE", "a token")
        open_loopback(monkeypatch)
        stand = cls()
        with web_server(free_port()) as site, http_relay(site.url, free_port()) as relay:
            stand.relay, site.answer = relay, stand.answer
            yield stand

    def answer(self, request: Request) -> Reply:
        if request.headers.get("authorization") != "Bearer a token":
            return Reply(401, b"who are you?")
        if request.method == "PATCH":
            wanted = request.json["pools"][0]["weight"]
            if not 0 <= wanted <= 1 or not request.headers.get("idempotency-key"):
                return Reply(422, b"out of range")
            self.weight, self.only = wanted, request.json["only"]
        return Reply(200, {"pools": [{"name": "new", "weight": self.weight}], "only": self.only})

    def config(self) -> dict[str, Any]:
        url = self.relay.address + "/services/7"
        return {
            "read": {"url": url, "path": "pools.0.weight", "selector": "only"},
            "selectors": ["host", "path"],
            "set": {
                "url": url,
                "method": "PATCH",
                "body": {
                    "pools": [{"name": "new", "weight": "{share}"}],
                    "only": "{selector}",
                    "change": "{key}",
                },
            },
            "scale": 0.01,
            "secret": "edge",
            "timeout": 2.4,
        }

    def switch(self) -> Switch:
        return switch("http_api", self.config(), key="cutover:1")

    @contextmanager
    def fault(self, name: str) -> Iterator[None]:
        self.relay.spoil(name)
        yield
        self.relay.spoil("")

    def settle(self) -> None:
        """It obeys at once."""

    def effect(self) -> float:
        return self.weight * 100

    def picked(self) -> tuple[str, ...]:
        return tuple(self.only["values"]) if self.only else ()
