"""Probes of TLS against servers with real faults."""

import ssl
from dataclasses import replace

import pytest

from onboarding.checklists.probing.tls_probes import covers
from tests.checklists.probing.conftest import EDGE, World


def test_a_good_certificate_passes_all_three(world: World) -> None:
    world.site("www")
    assert world.look("certificate_names").passes is True
    days = world.look("certificate_days_left", days=30)
    assert days.passes is True
    assert days.details["not_after"] > days.details["not_before"]
    versions = world.look("tls_version")
    assert versions.passes is True
    assert "nothing below 1.2" in versions.saw


def test_an_expired_certificate_is_told_with_its_day(world: World) -> None:
    world.site("www", context=world.authority.context("www.example.test", begins=-90, ends=-1))
    seen = world.look("certificate_days_left", days=30)
    assert seen.passes is False
    assert "ended on 20" in seen.saw
    assert "renew" in seen.fix
    assert world.look("certificate_names").passes is True
    page = world.look("http_status")
    assert page.passes is False
    assert "has expired" in page.saw


def test_a_certificate_about_to_end_fails_and_one_not_valid_yet_too(world: World) -> None:
    world.site("www", context=world.authority.context("www.example.test", ends=20))
    assert world.look("certificate_days_left", days=21).passes is False
    assert world.look("certificate_days_left", days=19).passes is True
    world.site("api", "127.0.0.2", world.authority.context("api.example.test", begins=3))
    early = world.look("certificate_days_left", "api.example.test", days=1)
    assert early.passes is False
    assert "valid from" in early.saw


def test_a_certificate_for_another_name_is_told_with_the_names_it_has(world: World) -> None:
    world.site("www", context=world.authority.context("shop.example.test", "*.other.test"))
    seen = world.look("certificate_names")
    assert seen.passes is False
    assert "is for shop.example.test, *.other.test" in seen.saw
    assert seen.fix == "install a certificate that names www.example.test"


def test_a_certificate_that_signs_itself_is_not_trusted(world: World) -> None:
    world.site("www", context=world.authority.context("www.example.test", self_signed=True))
    seen = world.look("certificate_names")
    assert seen.passes is False
    assert "browsers do not trust" in seen.saw


def test_weak_versions_are_found_though_the_machine_forbids_them(world: World) -> None:
    context = world.authority.context("www.example.test", oldest=ssl.TLSVersion.TLSv1)
    world.site("www", context=context)
    seen = world.look("tls_version")
    assert seen.passes is False
    assert seen.saw == "www.example.test still takes TLS 1.0, 1.1"
    assert seen.fix == "set the lowest TLS version to 1.2"


def test_a_server_without_tls_1_3_fails_where_that_is_asked(world: World) -> None:
    context = world.authority.context("www.example.test", newest=ssl.TLSVersion.TLSv1_2)
    world.site("www", context=context)
    assert world.look("tls_version").passes is True
    seen = world.look("tls_version", at_least="1.3")
    assert seen.passes is False
    assert "TLS 1.2 at best" in seen.saw


def test_the_edge_is_looked_at_while_the_public_name_points_elsewhere(world: World) -> None:
    world.site("www", context=world.authority.context("www.example.test", begins=-90, ends=-1))
    edge = world.site("edge", "127.0.0.2", world.authority.context("www.example.test", EDGE))
    assert world.look("certificate_days_left", days=1, at="public").passes is False
    assert world.look("certificate_days_left", days=1, at="edge").passes is True
    assert world.look("http_status", at="edge").passes is True
    assert edge.seen[-1].host == edge.seen[-1].sni == "www.example.test"


def test_a_server_that_speaks_no_tls_is_told_as_such(world: World) -> None:
    world.site("www")
    world.network = replace(world.network, https=world.network.http)
    for kind in ("certificate_names", "tls_version", "http_status"):
        seen = world.look(kind)
        assert seen.passes is False
        assert "no TLS with www.example.test" in seen.saw


@pytest.mark.parametrize(
    ("pattern", "hostname", "good"),
    [
        ("www.a.example", "WWW.a.example.", True),
        ("*.a.example", "www.a.example", True),
        ("*.a.example", "a.example", False),
        ("*.a.example", "x.www.a.example", False),
        ("*.a.example", "*.a.example", True),
        ("www.a.example", "*.a.example", False),
        ("*.example", "a.example", False),
        ("w*.a.example", "www.a.example", False),
    ],
)
def test_a_wildcard_covers_one_label(pattern: str, hostname: str, good: bool) -> None:
    assert covers(pattern, hostname) is good
