"""What is special about the vendors' switches: what a wrong account or a foreign change is told."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from onboarding import clock
from onboarding.errors import BadInput, PermanentFault
from onboarding.switches.registry import switch
from onboarding.switches.selectors import selector
from tests.contracts.fastly_stand import FastlyStand
from tests.contracts.http_api_stand import HTTPAPIStand
from tests.contracts.vendor_stands import CloudflareStand, Route53Stand
from tests.services.ports import Ports

Open = Callable[[Any], Any]


@pytest.fixture
def opened(free_port: Ports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    with ExitStack() as stack:
        yield lambda kind: stack.enter_context(kind.running(free_port, tmp_path, monkeypatch))


def test_a_share_on_fastly_is_in_effect_when_every_edge_has_it(opened: Open) -> None:
    stand = opened(FastlyStand)
    one = switch("fastly", {**stand.config(), "delay": 30}, key="cutover:1")
    assert one.read().in_effect_at is None
    one.set(25, "first")
    at = switch("fastly", {**stand.config(), "delay": 30}, key="cutover:1").read().in_effect_at
    assert at
    assert at - clock.now() <= timedelta(seconds=30)
    assert one.ability.delay_s == 30


@pytest.mark.parametrize("kind", [CloudflareStand, HTTPAPIStand])
def test_a_delay_makes_a_share_in_effect_only_later(
    opened: Open, kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand = opened(kind)
    name = "cloudflare" if kind is CloudflareStand else "http_api"
    one = switch(name, {**stand.config(), "delay": 30}, key="cutover:1")
    assert one.read().in_effect_at is None
    one.set(25, "first")
    at = one.read().in_effect_at
    assert at is not None
    assert timedelta(seconds=20) < at - clock.now() <= timedelta(seconds=30)
    monkeypatch.setattr(clock, "now", lambda: at)
    assert one.read().in_effect_at is None


def test_fastly_without_the_item_and_with_a_value_that_is_no_share(opened: Open) -> None:
    stand = opened(FastlyStand)
    missing = switch("fastly", {**stand.config(), "item": "shrae"}, key="cutover:1")
    for act in (missing.check, lambda: missing.set(5, "first")):
        with pytest.raises(PermanentFault):
            act()
    assert stand.state["turnup_share"] == "0"
    for value in ("half", "10001", "-1", ""):
        stand.state["turnup_share"] = value
        with pytest.raises(PermanentFault, match="turnup_share is") as fault:
            stand.switch().check()
        assert "hundredths" in fault.value.hint


def test_an_acl_that_somebody_else_fills_is_named_and_left_as_it_is(opened: Open) -> None:
    stand, other = opened(FastlyStand), {"id": "x", "ip": "198.51.100.7", "subnet": None}
    stand.state["acl"] = {"x": {**other, "negated": "0", "comment": ""}}
    assert stand.switch().read().selector == selector("network", ["198.51.100.7"])
    stand.state["acl"]["x"]["negated"] = "1"
    with pytest.raises(PermanentFault, match=r"leaves 198\.51\.100\.7 out"):
        stand.switch().set(5, "first", selector("network", ["192.0.2.0/24"]))
    assert list(stand.state["acl"]) == ["x"]
    with pytest.raises(BadInput, match="not what a network holds") as refused:
        switch("fastly", {**stand.config(), "dictionaries": {"network": "n"}}, key="cutover:1")
    assert refused.value.hint.endswith("as switch.acl")


def test_networks_are_spelt_alike_and_cover_what_lies_within() -> None:
    wide = selector("network", ["2001:DB8:0::/32", "192.0.2.0/24", " 192.0.2.0/24 "])
    assert wide.values == ("192.0.2.0/24", "2001:db8::/32")
    assert wide.covers(selector("network", ["192.0.2.128/25", "2001:db8:1::1"]))
    assert not selector("network", ["192.0.2.128/25"]).covers(wide)
    for wrong in ("192.0.2.1/24", "192.0.2.0/33", "300.1.1.1", "example.com"):
        with pytest.raises(BadInput, match="is no network to pick by"):
            selector("network", [wrong])


def test_cloudflare_keeps_all_else_of_the_origins(opened: Open) -> None:
    stand = opened(CloudflareStand)
    stand.state[0]["header"] = {"Host": ["www.example.com"]}
    stand.switch().set(25, "first")
    assert stand.state[0] == {
        "name": "new",
        "address": "203.0.113.1",
        "enabled": True,
        "weight": 0.33,
        "header": {"Host": ["www.example.com"]},
    }
    assert [one["weight"] for one in stand.state] == [0.33, 0.99, 0]


def test_cloudflare_origins_beside_the_arms_or_switched_off_are_named(opened: Open) -> None:
    stand = opened(CloudflareStand)
    stand.state[2]["weight"] = 0.5
    with pytest.raises(PermanentFault, match="neither arm: spare"):
        stand.switch().check()
    stand.state[2]["weight"], stand.state[0]["enabled"] = 0, False
    with pytest.raises(PermanentFault, match="not enabled: new"):
        stand.switch().check()
    lost = switch("cloudflare", {**stand.config(), "moved": ["nwe"]}, key="cutover:1")
    with pytest.raises(PermanentFault, match="no origin nwe"):
        lost.set(5, "first")


def test_route53_changes_weights_only_and_knows_a_key_after_a_restart(opened: Open) -> None:
    stand = opened(Route53Stand)
    stand.switch().set(25, "first")
    stand.switch().set(50, "second")
    again = stand.switch()
    again.set(50, "second")
    position = again.read()
    assert position.share == 50
    assert position.in_effect_at
    assert position.in_effect_at - clock.now() <= timedelta(seconds=120)
    new = stand.state["www.example.com.", "A", "new"]
    assert [one.text for one in new.iter() if one.text][3:] == ["255", "60", "203.0.113.1"]


def test_route53_without_the_record_set_or_with_a_wrong_key_moves_nothing(opened: Open) -> None:
    stand = opened(Route53Stand)
    lost = switch("route53", {**stand.config(), "moved": ["nwe"]}, key="cutover:1")
    with pytest.raises(PermanentFault, match="no weighted A record set nwe"):
        lost.set(5, "first")
    wrong = switch("route53", {**stand.config(), "key_id": "AKIDOTHER"}, key="cutover:1")
    with pytest.raises(PermanentFault, match="SignatureDoesNotMatch"):
        wrong.check()
    assert stand.effect() == 0


@pytest.mark.parametrize("stand", [CloudflareStand, Route53Stand])
def test_one_name_in_both_arms_is_refused(opened: Open, stand: Any) -> None:
    made = opened(stand)
    with pytest.raises(BadInput) as refused:
        switch(made.kind, {**made.config(), "control": ["new"]}, key="cutover:1")
    assert refused.value.place == "switch.control"
