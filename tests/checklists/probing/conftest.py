"""A small world on the loopback address: a name server, an authority, web servers."""

import shutil
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from onboarding import config
from onboarding.addresses import networks
from onboarding.checklists.facts import complete
from onboarding.checklists.probe_kinds import KINDS
from onboarding.checklists.probing.dialer import Dialer
from onboarding.checklists.probing.limits import Limits
from onboarding.checklists.probing.look import look
from onboarding.checklists.probing.network import Network
from onboarding.checklists.probing.resolver import Resolver
from onboarding.checklists.probing.seen import Seen
from onboarding.checklists.template import Probe
from onboarding.errors import Marked
from onboarding.kept_words import pack, unpack
from tests.cast import Cast
from tests.customers.signing import SignedUp, signed_up
from tests.services.authority import Authority
from tests.services.names import ADDRESS, Names, running_names
from tests.services.pages import Pages
from tests.services.ports import Ports
from tests.sharing import words

EDGE = "edge.example.test"


@cache
def messages() -> frozenset[words.Message]:
    return frozenset(words.messages())


@dataclass
class World:
    """What probes look at in a test, and the network they look through."""

    names: Names
    authority: Authority
    network: Network
    sites: list[Pages]

    def site(
        self,
        label: str,
        address: str = "127.0.0.1",
        context: ssl.SSLContext | None = None,
        *,
        tls: bool = True,
    ) -> Pages:
        """A web server for `label`.example.test with a good certificate, or the given one."""
        kind = "AAAA" if ":" in address else "A"
        name = self.names.publish(label, kind, address)
        chosen = context or self.authority.context(name, EDGE)
        site = Pages(address, self.network.http, self.network.https if tls else 0, chosen)
        self.sites.append(site)
        return site

    def look(
        self, kind: str, *hostnames: str, facts: dict[str, object] | None = None, **settings: Any
    ) -> Seen:
        """Run a probe as a checklist would, with the defaults of its kind."""
        defaults = {
            knob.name: knob.default for knob in KINDS[kind] if knob.default not in (None, "")
        }
        probe = Probe(kind, tuple({**defaults, **settings}.items()))
        known = complete({"edge_hostname": EDGE, "issuing_ca": "ca.example", **(facts or {})})
        seen = look(probe, hostnames or ("www.example.test",), known, self.network)
        for said in (seen.saw, seen.fix):  # all of it can be said in any language
            assert isinstance(said, Marked) or said in messages() or "→" in said or not said
            assert unpack(pack(said)) == said
        return seen

    def within(self, seconds: float) -> None:
        """From here on a look may take this long."""
        self.network = replace(self.network, limits=replace(self.network.limits, seconds=seconds))


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def world(authority: Authority, free_port: Ports) -> Iterator[World]:
    """Loopback is opened, as an operator would open a private network; nothing else is."""
    with running_names(free_port()) as names:
        dialer = Dialer(networks("127.0.0.0/8 ::1/128", "TURNUP_PROBE_ALLOW"))
        resolver = Resolver(dialer, [ADDRESS], names.port)
        limits = Limits(seconds=5)
        http, https = free_port(), free_port()
        network = Network(resolver, dialer, limits, http, https, authority.pem)
        made = World(names, authority, network, [])
        yield made
        for site in made.sites:
            site.stop()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of templates with a small one in it, in which probes tick."""
    shutil.copy(Path(__file__).with_name("probed.yaml"), tmp_path / "cdn-turn-up.yaml")
    with monkeypatch.context() as patch:
        patch.setenv("TURNUP_CHECKLISTS", str(tmp_path))
        config.settings.cache_clear()
        yield tmp_path
    config.settings.cache_clear()


@pytest.fixture
def cora(app: Flask, folder: Path, cast: Cast) -> SignedUp:
    return signed_up(app, hostnames="www.example.test")
