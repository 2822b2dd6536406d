"""Which addresses may be reached on a stranger's word."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.addresses import literal, networks, why_forbidden
from onboarding.config import settings
from onboarding.errors import BadInput

PRIVATE = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.8.8.8",
    "168.63.129.16",
    "169.254.169.254",
    "172.31.255.255",
    "192.0.0.192",
    "192.168.1.1",
    "198.19.0.1",
    "224.0.0.251",
    "255.255.255.255",
]
PRIVATE_6 = [
    "::",
    "::1",
    "::127.0.0.1",
    "64:ff9b:1::7f00:1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::1",
    "3fff::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
]
PUBLIC = ["8.8.8.8", "100.63.255.255", "172.32.0.1", "192.0.1.1", "2606:4700::1111", "2a00::1"]


@pytest.mark.parametrize("text", PRIVATE + PRIVATE_6)
def test_what_is_not_public_is_refused(text: str) -> None:
    assert why_forbidden(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", PUBLIC)
def test_what_is_public_may_be_reached(text: str) -> None:
    assert why_forbidden(ipaddress.ip_address(text)) == ""


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_in_ipv6_clothes_is_judged_as_itself(
    address: ipaddress.IPv4Address,
) -> None:
    plain = why_forbidden(address)
    assert why_forbidden(ipaddress.ip_address(f"::ffff:{address}")) == plain
    assert why_forbidden(ipaddress.ip_address(f"64:ff9b::{address}")) == plain


@given(st.ip_addresses())
def test_nothing_that_python_calls_private_gets_through(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if address.is_private or address.is_multicast or address.is_link_local or address.is_reserved:
        nat64 = address.version == 6 and address in ipaddress.ip_network("64:ff9b::/96")
        mapped = getattr(address, "ipv4_mapped", None)
        if not nat64 and mapped is None:
            assert why_forbidden(address)


def test_the_operator_opens_networks_also_for_mapped_addresses() -> None:
    allowed = networks("10.2.0.0/16, ::1/128", "TURNUP_PROBE_ALLOW")
    for text in ("10.2.3.4", "::ffff:10.2.3.4", "::1"):
        assert why_forbidden(ipaddress.ip_address(text), allowed) == ""
    assert why_forbidden(ipaddress.ip_address("10.3.0.1"), allowed) == "private"


@pytest.mark.parametrize("text", ["10.0.0.1/8", "everything", "10.0.0.0/40"])
def test_a_network_that_is_none_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        networks(text, "TURNUP_PROBE_ALLOW")
    assert refused.value.place == "TURNUP_PROBE_ALLOW"
    assert text in refused.value.message


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "0177.0.0.1", "a.example"])
def test_odd_spellings_are_names_and_not_addresses(host: str) -> None:
    assert literal(host) is None


def test_literals_of_urls_are_read() -> None:
    assert str(literal("[::1]")) == "::1"
    assert str(literal("169.254.169.254")) == "169.254.169.254"


@pytest.mark.parametrize(
    ("variable", "value"),
    [("TURNUP_PROBE_ALLOW", "10.0.0.1/8"), ("TURNUP_PROBE_RESOLVERS", "dns.example")],
)
def test_a_wrong_setting_is_named_at_start(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(BadInput) as refused:
        settings.__wrapped__()
    assert refused.value.place == variable
    assert value in refused.value.message
