"""DNS switches on real name servers: what resolvers get, from when on it holds, what is refused."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dns.message
import dns.name
import dns.query
import dns.update
import pytest

from onboarding import clock, vault
from onboarding.config import Settings
from onboarding.errors import BadInput, PermanentFault
from onboarding.switches.answers import Note, next_note
from onboarding.switches.powerdns import PowerDNSSwitch
from onboarding.switches.rfc2136 import DNSUpdateSwitch
from tests.contracts.dns_stands import BindStand, PowerDNSStand, open_loopback
from tests.services.pdns import API_KEY, running_pdns
from tests.services.ports import Ports


@pytest.fixture
def pdns(
    free_port: Ports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[PowerDNSStand]:
    with PowerDNSStand.running(free_port, tmp_path, monkeypatch) as stand:
        yield stand


@pytest.fixture
def bind(free_port: Ports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[BindStand]:
    with BindStand.running(free_port, tmp_path, monkeypatch) as stand:
        yield stand


def test_resolvers_get_the_share(pdns: PowerDNSStand) -> None:
    PowerDNSSwitch(pdns.config(), "cutover:1").set(25, "first")
    seen: Counter[str] = Counter()
    for _ in range(800):
        query = dns.message.make_query("www.example.com", "A")
        answer = dns.query.udp(query, "127.0.0.1", port=pdns.server.dns, timeout=5)
        [[record]] = answer.answer
        seen[record.to_text()] += 1
    assert set(seen) == {"192.0.2.1", "192.0.2.10", "192.0.2.11"}
    assert seen["192.0.2.1"] / 800 == pytest.approx(0.75, abs=0.07)


@pytest.mark.parametrize("kind", ["pdns", "bind"])
def test_a_share_is_in_effect_when_the_old_answers_are_forgotten(
    kind: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand = request.getfixturevalue(kind)
    now = datetime(2027, 3, 1, 12, tzinfo=UTC)
    if kind == "pdns":  # BIND's signatures carry the real time
        monkeypatch.setattr(clock, "now", lambda: now)
    else:
        now = clock.now()
    assert stand.switch().read().in_effect_at is None
    stand.switch().set(25, "first")
    effect = stand.switch().read().in_effect_at  # after a restart too
    assert abs(effect - now - timedelta(seconds=120)) < timedelta(seconds=3)  # the former TTL
    stand.switch().set(50, "second")  # the TTL is 30 now, but the first answers live on
    assert stand.switch().read().in_effect_at == pytest.approx(effect, abs=timedelta(seconds=3))
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(seconds=130))
    assert stand.switch().read().in_effect_at is None


def test_a_key_is_known_after_a_restart(pdns: PowerDNSStand, bind: BindStand) -> None:
    for stand in (pdns, bind):
        stand.switch().set(25, "first")
        before = stand.switch().read()
        stand.switch().set(50, "first")
        assert stand.switch().read() == before


def test_lua_records_switched_off_are_found_by_check(
    free_port: Ports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TURNUP_SECRET_PDNS", API_KEY)
    open_loopback(monkeypatch)
    with running_pdns(free_port, tmp_path, lua="no") as server:
        config = {
            "url": server.api,
            "secret": "pdns",
            "zone": "example.com",
            "name": "www.example.com",
            "moved": ["192.0.2.10"],
            "control": ["192.0.2.1"],
        }
        with pytest.raises(PermanentFault, match="LUA"):
            PowerDNSSwitch(config, "cutover:1").check()
        with pytest.raises(PermanentFault, match="404"):
            PowerDNSSwitch({**config, "zone": "com", "name": "a.com"}, "cutover:1").check()
        with pytest.raises(PermanentFault, match="no A and no LUA"):
            PowerDNSSwitch({**config, "name": "w.example.com"}, "cutover:1").check()
        with pytest.raises(PermanentFault, match="in neither arm"):
            PowerDNSSwitch({**config, "control": ["192.0.2.2"]}, "cutover:1").check()
        monkeypatch.setenv("TURNUP_SECRET_PDNS", "wrong")
        with pytest.raises(PermanentFault, match="401") as fault:
            PowerDNSSwitch(config, "cutover:1").check()
        assert "credentials" in fault.value.hint


def test_a_share_that_addresses_cannot_make_is_refused_with_those_they_can(
    bind: BindStand,
) -> None:
    switch = DNSUpdateSwitch({**bind.config(), "moved": ["192.0.2.101"]}, "cutover:1")
    with pytest.raises(PermanentFault, match="30 percent cannot be made") as fault:
        switch.set(30, "first")
    assert "33.3, 50, 100" in fault.value.hint
    assert switch.read().share == 0


def test_a_key_that_may_not_update_is_found_by_check(
    bind: BindStand, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch = DNSUpdateSwitch({**bind.config(), "key": "onlooker"}, "cutover:1")
    assert switch.read().share == 0
    with pytest.raises(PermanentFault, match="REFUSED") as fault:
        switch.check()
    assert "update-policy" in fault.value.hint
    monkeypatch.setenv("TURNUP_SECRET_TSIG", "d3Jvbmc=")
    with pytest.raises(PermanentFault, match="do not agree on the TSIG key"):
        DNSUpdateSwitch(bind.config(), "cutover:1").check()


def test_a_note_keeps_the_longest_memory_and_survives_writing() -> None:
    long = next_note("a", None, 3600)
    assert next_note("b", long, 30).until == long.until
    assert Note.read(long.text()) == long
    assert Note.read("v=spf1 -all") is None


CONFIGS: dict[str, dict[str, Any]] = {
    "powerdns": {"url": "http://192.0.2.53:8081", "secret": "dns"},
    "rfc2136": {"server": "192.0.2.53", "key": "turnup", "secret": "dns"},
}
ZONE = {
    "zone": "example.com",
    "name": "www.example.com",
    "moved": ["192.0.2.10"],
    "control": ["192.0.2.1"],
}


@pytest.mark.parametrize(
    ("kind", "key", "value"),
    [
        *((kind, "name", "www.example.net") for kind in CONFIGS),
        *((kind, "name", "a" * 64 + ".example.com") for kind in CONFIGS),
        *((kind, "type", "CNAME") for kind in CONFIGS),
        *((kind, "moved", ["2001:db8::1"]) for kind in CONFIGS),
        *((kind, "moved", ["here"]) for kind in CONFIGS),
        *((kind, "control", ["192.0.2.10"]) for kind in CONFIGS),
        *((kind, "ttl", 0) for kind in CONFIGS),
        *((kind, "secret", "none_of_that_name") for kind in CONFIGS),
        *((kind, "secret", "../keys") for kind in CONFIGS),
        *((kind, "secret", None) for kind in CONFIGS),
        ("powerdns", "url", ""),
        ("rfc2136", "server", "ns1:dns"),
        ("rfc2136", "algorithm", "hmac-md5"),
    ],
)
def test_a_wrong_config_is_refused_by_key(
    kind: str, key: str, value: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TURNUP_SECRET_DNS", "c2VjcmV0")
    made = {"powerdns": PowerDNSSwitch, "rfc2136": DNSUpdateSwitch}[kind]
    made({**ZONE, **CONFIGS[kind]}, "cutover:1")
    with pytest.raises(BadInput) as refused:
        made({**ZONE, **CONFIGS[kind], key: value}, "cutover:1")
    assert refused.value.place == f"switch.{key}"
    assert "c2VjcmV0" not in refused.value.line()


def test_a_secret_may_lie_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault, "settings", lambda: Settings(home=tmp_path))
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "dns").write_text("c2VjcmV0\n")
    assert vault.secret("dns", "switch.secret") == "c2VjcmV0"


def test_addresses_of_the_other_type_are_named_until_they_are_accepted(
    pdns: PowerDNSStand, bind: BindStand
) -> None:
    """Who asks for AAAA stays on the old path, whatever share of A is set."""
    by_update = DNSUpdateSwitch(bind.config(), "cutover:1")
    by_api = PowerDNSSwitch(pdns.config(), "cutover:1")
    by_update.check()
    by_api.check()
    update = dns.update.UpdateMessage("example.com")
    update.add(dns.name.from_text("www.example.com"), 60, "AAAA", "2001:db8::2")
    by_update._ask(update)
    new = {"name": "www.example.com.", "type": "AAAA", "ttl": 60, "changetype": "REPLACE"}
    new["records"] = [{"content": "2001:db8::2", "disabled": False}]  # type: ignore[assignment]
    by_api._call("PATCH", by_api.zone, {"rrsets": [new]})
    for switch in (by_update, by_api):
        with pytest.raises(PermanentFault, match="also has AAAA records") as fault:
            switch.check()
        assert '"other_type": "stays"' in fault.value.hint
    DNSUpdateSwitch({**bind.config(), "other_type": "stays"}, "cutover:1").check()
    PowerDNSSwitch({**pdns.config(), "other_type": "stays"}, "cutover:1").check()
