"""Vendors' peers that keep state like the real ones, answering in the published shapes."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest

from onboarding import clock
from onboarding.switches.base import Switch
from onboarding.switches.registry import switch
from onboarding.switches.sigv4 import signed
from tests.contracts.dns_stands import open_loopback
from tests.services.ports import Ports
from tests.services.relay import Relay, http_relay
from tests.services.web import Reply, Request, web_server

SPACE = "https://route53.amazonaws.com/doc/2013-04-01/"
NS = f"{{{SPACE}}}"


class VendorStand:
    """A peer behind a relay that can be spoilt."""

    kind: str
    relay: Relay
    state: Any
    lying = halving = False
    faults = ("gone", "deny", "lie", "swallow", "slow", "babble")

    @classmethod
    @contextmanager
    def running(
        cls, free_port: Ports, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[Self]:
        monkeypatch.setenv("TURNUP_SECRET_VENDOR", "a-token")
        open_loopback(monkeypatch)
        stand = cls()
        with web_server(free_port()) as site, http_relay(site.url, free_port()) as relay:
            stand.relay, site.answer = relay, stand.handle
            yield stand

    def handle(self, request: Request) -> Reply | None:
        """The peer's answer; one that lies answers as ever, and then has not done it."""
        before = copy.deepcopy(self.state)
        answer = self.answer(request)
        if self.lying:
            self.state = before
        if self.halving and request.method != "GET":
            self.state = self.half(before, self.state)
            return None
        return answer

    @staticmethod
    def half(before: Any, after: Any) -> Any:
        """What is between two states, where that can be."""
        raise NotImplementedError

    def answer(self, request: Request) -> Reply:
        raise NotImplementedError

    def config(self) -> dict[str, Any]:
        return {"url": self.relay.address, "secret": "vendor", "timeout": 2.4}

    def switch(self) -> Switch:
        return switch(self.kind, self.config(), key="cutover:1")

    @contextmanager
    def fault(self, name: str) -> Iterator[None]:
        self.lying = name == "lie"
        self.halving = name == "half"
        self.relay.spoil("" if self.lying or self.halving else name)
        yield
        self.lying = self.halving = False
        self.relay.spoil("")

    def settle(self) -> None:
        """What is told to the API is what the edge is told."""


class CloudflareStand(VendorStand):
    """One pool; weights are hundredths, and a change gives all origins."""

    kind = "cloudflare"
    faults = (*VendorStand.faults, "half")
    shares = (1, 5, 25, 33, 50, 99, 100, 0)

    @staticmethod
    def half(before: Any, after: Any) -> Any:
        return [*after[:1], *before[1:]]

    def __init__(self) -> None:
        self.state = [
            {"name": name, "address": address, "enabled": True, "weight": weight}
            for name, address, weight in (
                ("new", "203.0.113.1", 0),
                ("old", "192.0.2.1", 1),
                ("spare", "192.0.2.9", 0),
            )
        ]

    def config(self) -> dict[str, Any]:
        arms = {"moved": ["new"], "control": ["old"]}
        return {**super().config(), "account": "a1", "pool": "p1", **arms}

    def answer(self, request: Request) -> Reply:
        if request.headers.get("authorization") != "Bearer a-token":
            return Reply(403, self._said(None, "Authentication error"))
        if request.path != "/accounts/a1/load_balancers/pools/p1":
            return Reply(404, self._said(None, "resource not found"))
        if request.method == "PATCH":
            origins = request.json["origins"]
            for origin in origins:
                hundredths = origin["weight"] * 100
                if not 0 <= origin["weight"] <= 1 or abs(hundredths - round(hundredths)) > 1e-9:
                    return Reply(400, self._said(None, "origin weight is out of range"))
            self.state = origins
        pool = {
            "id": "p1",
            "name": "www",
            "enabled": True,
            "minimum_origins": 1,
            "origins": copy.deepcopy(self.state),
            "origin_steering": {"policy": "random"},
        }
        return Reply(200, self._said(pool))

    @staticmethod
    def _said(result: Any, wrong: str = "") -> dict[str, Any]:
        errors = [{"code": 1002, "message": wrong}] if wrong else []
        return {"success": not wrong, "errors": errors, "messages": [], "result": result}

    def effect(self) -> float:
        by_name = {one["name"]: float(str(one["weight"])) for one in self.state}
        return 100 * by_name["new"] / sum(by_name.values())


class Route53Stand(VendorStand):
    """A hosted zone; it checks every signature, and does a batch whole or not at all."""

    kind = "route53"
    shares = (1, 5, 25, 33, 50, 99, 100, 0)

    def __init__(self) -> None:
        self.state = {
            ("www.example.com.", "A", name): self._set(name, address, weight)
            for name, address, weight in (("new", "203.0.113.1", 0), ("old", "192.0.2.1", 255))
        }

    @staticmethod
    def _set(name: str, address: str, weight: int) -> ElementTree.Element:
        return ElementTree.fromstring(
            f'<ResourceRecordSet xmlns="{SPACE}"><Name>www.example.com.</Name><Type>A</Type>'
            f"<SetIdentifier>{name}</SetIdentifier><Weight>{weight}</Weight><TTL>60</TTL>"
            f"<ResourceRecords><ResourceRecord><Value>{address}</Value></ResourceRecord>"
            "</ResourceRecords></ResourceRecordSet>"
        )

    def config(self) -> dict[str, Any]:
        mine = {"zone": "Z1PA", "name": "www.example.com", "moved": ["new"], "control": ["old"]}
        return {**super().config(), **mine, "key_id": "AKIDEXAMPLE"}

    def answer(self, request: Request) -> Reply:
        if not self._is_signed(request):
            return Reply(403, b"<ErrorResponse>SignatureDoesNotMatch</ErrorResponse>")
        parts = urlsplit(request.path)
        if parts.path != "/2013-04-01/hostedzone/Z1PA/rrset":
            return Reply(404, b"<ErrorResponse>NoSuchHostedZone</ErrorResponse>")
        if request.method == "POST":
            return self._change(ElementTree.fromstring(request.body))
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        first = (asked["name"], asked["type"])
        listed = [one for key, one in sorted(self.state.items()) if key[:2] >= first]
        root = ElementTree.Element(f"{NS}ListResourceRecordSetsResponse")
        ElementTree.SubElement(root, f"{NS}ResourceRecordSets").extend(listed)
        return Reply(200, ElementTree.tostring(root, default_namespace=SPACE))

    def _change(self, root: ElementTree.Element) -> Reply:
        changed = dict(self.state)
        for one in root.iter(f"{NS}ResourceRecordSet"):
            key = tuple(
                one.findtext(f"{NS}{tag}") or "" for tag in ("Name", "Type", "SetIdentifier")
            )
            weight = one.findtext(f"{NS}Weight")
            if weight is not None and not 0 <= int(weight) <= 255:
                return Reply(400, b"<ErrorResponse>InvalidInput</ErrorResponse>")
            changed[key[0], key[1], key[2]] = one
        self.state = changed
        return Reply(
            200,
            f'<ChangeResourceRecordSetsResponse xmlns="{SPACE}"><ChangeInfo><Id>/change/C1</Id>'
            "<Status>PENDING</Status></ChangeInfo></ChangeResourceRecordSetsResponse>".encode(),
        )

    def _is_signed(self, request: Request) -> bool:
        given = {"Content-Type": "application/xml"} if request.body else {}
        stamp = clock.parse(request.headers.get("x-amz-date", "19700101T000000Z"))
        ours = signed(
            request.method,
            self.relay.address + request.path,
            request.body,
            headers=given,
            key_id="AKIDEXAMPLE",
            secret="a-token",
            scope=("us-east-1", "route53"),
            at=stamp,
        )
        return request.headers.get("authorization") == ours["Authorization"]

    def effect(self) -> float:
        weights = {
            key[2]: int(one.findtext(f"{NS}Weight") or 0)
            for key, one in self.state.items()
            if key[2]
        }
        return 100 * weights["new"] / sum(weights.values())
