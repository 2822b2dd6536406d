"""Real name servers, for the contract suite: PowerDNS and BIND."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dns.message
import dns.opcode
import dns.query
import dns.rdatatype
import dns.tsigkeyring
import dns.update
import pytest

from onboarding.config import settings
from onboarding.switches.base import Switch
from onboarding.switches.registry import switch
from tests.services.bind import SECRET, running_bind
from tests.services.pdns import API_KEY, PowerDNS, running_pdns
from tests.services.ports import Ports
from tests.services.relay import Relay, dns_relay, http_relay

KEY = "cutover:1"


class _Stand:
    """What the two have in common."""

    kind: str
    relay: Relay

    def config(self) -> dict[str, Any]:
        raise NotImplementedError

    def switch(self) -> Switch:
        return switch(self.kind, self.config(), key=KEY)

    @contextmanager
    def fault(self, name: str) -> Iterator[None]:
        self.relay.spoil(name)
        yield
        self.relay.spoil("")

    def settle(self) -> None:
        """What a name server answers counts at once; who remembers an older answer, does not."""


class PowerDNSStand(_Stand):
    """One address in each arm."""

    kind = "powerdns"
    faults = ("gone", "deny", "lie", "swallow", "half", "slow", "babble")
    shares: tuple[float, ...] = (1, 5, 25, 33.3, 50, 99, 100, 0)

    def __init__(self, server: PowerDNS, relay: Relay, folder: Path) -> None:
        self.server, self.relay, self.folder = server, relay, folder

    @classmethod
    @contextmanager
    def running(
        cls, free_port: Ports, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> "Iterator[PowerDNSStand]":
        monkeypatch.setenv("TURNUP_SECRET_PDNS", API_KEY)
        open_loopback(monkeypatch)
        with (
            running_pdns(free_port, folder) as server,
            http_relay(server.api, free_port(), one_address_less) as relay,
        ):
            yield cls(server, relay, folder)

    def config(self) -> dict[str, Any]:
        return {
            "url": self.relay.address,
            "secret": "pdns",
            "zone": "example.com",
            "name": "www.example.com",
            "moved": ["192.0.2.10", "192.0.2.11"],
            "control": ["192.0.2.1"],
            "timeout": 2.4,
        }

    def effect(self) -> float:
        """From the zone itself."""
        with sqlite3.connect(self.folder / "zones.db") as connection:
            rows = connection.execute(
                "SELECT type, content FROM records WHERE name = 'www.example.com'"
            ).fetchall()
        connection.close()
        if [kind for kind, _ in rows] == ["A"]:
            return 0.0
        [(_, content)] = rows
        weights = [(address, int(w)) for w, address in re.findall(r"(\d+),'([\d.]+)'", content)]
        moved = sum(weight for address, weight in weights if address != "192.0.2.1")
        return 100 * moved / sum(weight for _, weight in weights)


class BindStand(_Stand):
    """Twenty addresses in each arm, so that 5 percent can be done."""

    kind = "rfc2136"
    faults = ("gone", "deny", "lie", "swallow", "half", "slow", "babble")
    shares = (5, 25, 33.3, 50, 95, 100, 0)
    moved = tuple(f"192.0.2.{n}" for n in range(101, 121))
    control = tuple(f"192.0.2.{n}" for n in range(1, 21))

    def __init__(self, port: int, relay: Relay) -> None:
        self.port, self.relay = port, relay

    @classmethod
    @contextmanager
    def running(
        cls, free_port: Ports, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> "Iterator[BindStand]":
        monkeypatch.setenv("TURNUP_SECRET_TSIG", SECRET)
        with (
            running_bind(free_port, folder, cls.control) as port,
            dns_relay(port, free_port(), is_update, thanks, half_of_it) as relay,
        ):
            yield cls(port, relay)

    def config(self) -> dict[str, Any]:
        return {
            "server": self.relay.address,
            "key": "turnup",
            "secret": "tsig",
            "zone": "example.com",
            "name": "www.example.com",
            "moved": list(self.moved),
            "control": list(self.control),
            "timeout": 2.4,
        }

    def effect(self) -> float:
        """From what BIND answers to anybody."""
        query = dns.message.make_query("www.example.com", "A")
        answer = dns.query.tcp(query, "127.0.0.1", port=self.port, timeout=5)
        addresses = [record.to_text() for rrset in answer.answer for record in rrset]
        return 100 * sum(a in self.moved for a in addresses) / len(addresses)


def is_update(message: bytes) -> bool:
    """Whether a DNS message has the opcode UPDATE."""
    return (message[2] >> 3) & 0xF == dns.opcode.UPDATE


KEYRING = dns.tsigkeyring.from_text({"turnup": SECRET})


def thanks(message: bytes) -> bytes:
    """The signed answer to an update that was made."""
    return dns.message.make_response(dns.message.from_wire(message, keyring=KEYRING)).to_wire()


def half_of_it(message: bytes) -> bytes:
    """An update with half of its addresses and without its note, signed anew."""
    update = dns.message.from_wire(message, keyring=KEYRING)
    assert isinstance(update, dns.update.UpdateMessage)
    given = [one for one in update.update if one.rdtype == dns.rdatatype.A and len(one)]
    half = [one[0].to_text() for one in given[: len(given) // 2]]
    again = dns.update.UpdateMessage("example.com")
    again.replace(given[0].name, given[0].ttl, "A", *half)
    again.use_tsig(KEYRING)
    return again.to_wire()


def one_address_less(body: bytes) -> bytes:
    """A change of the zone in which the second address of the new path is lost, and the note."""
    change = json.loads(body)
    for rrset in change["rrsets"]:
        rrset.pop("comments", None)
        for record in rrset.get("records", ()):
            record["content"] = re.sub(r"{\d+,'192.0.2.11'},?", "", record["content"])
    return json.dumps(change).encode()


def open_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the adapters reach this machine, as an operator would."""
    opened = settings().model_copy(update={"api_allow": "127.0.0.0/8"})
    monkeypatch.setattr("onboarding.http_client.settings", lambda: opened)
