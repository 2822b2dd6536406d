"""Probes of HTTP against a server that answers whatever it is told to."""

import gzip
from itertools import count

import pytest

from tests.checklists.probing.conftest import World
from tests.services.pages import reply


def test_a_status_is_told_with_where_a_redirect_leads(world: World) -> None:
    site = world.site("www")
    assert world.look("http_status").passes is True
    site.pages["/"] = reply("302 Found", location="https://www.example.test/home")
    seen = world.look("http_status")
    assert seen.passes is False
    assert seen.saw == (
        "https://www.example.test/ answers 302 to https://www.example.test/home, not 200"
    )
    assert world.look("http_status", status=302).passes is True


def test_the_path_comes_from_the_customers_answer(world: World) -> None:
    site = world.site("www")
    site.pages["/health?deep=1"] = reply()
    facts: dict[str, object] = {"test_path": "/health?deep=1"}
    assert world.look("http_status", facts=facts).passes is True
    wrong = world.look("http_status", facts={"test_path": "health"})
    assert wrong.passes is None
    assert "begins with /" in wrong.fix
    smuggled = world.look("http_status", facts={"test_path": "/ HTTP/1.1\r\nHost: x\r\n\r\n"})
    assert smuggled.passes is None


def test_nothing_listening_is_told_as_that(world: World) -> None:
    world.names.publish("www", "A", "127.0.0.77")
    seen = world.look("http_status")
    assert seen.passes is False
    assert "nothing listens at www.example.test (127.0.0.77)" in seen.saw
    gone = world.look("http_status", "gone.example.test")
    assert "gone.example.test has no address in DNS" in gone.saw


def test_a_chain_of_redirects_is_followed_and_counted(world: World) -> None:
    site = world.site("www")
    site.pages["/old"] = reply("301 Moved", location="https://www.example.test/older")
    site.pages["/older"] = reply("308 Moved", location="new?a=\xc3\xa9")
    site.pages["/new?a=%C3%A9"] = reply()
    seen = world.look("redirect_chain", path="/old")
    assert seen.passes is True, seen
    assert seen.details["chain"][-1] == "https://www.example.test/new?a=%C3%A9"
    assert world.look("redirect_chain", path="/old", at_most=1).passes is False
    assert world.look("redirect_chain", path="/old", to="https://www.example.test/n").passes is True
    elsewhere = world.look("redirect_chain", path="/old", to="https://shop.example.test")
    assert elsewhere.passes is False
    assert elsewhere.fix == "redirect it to https://shop.example.test"
    assert world.look("redirect_chain").passes is False  # http:// stays http://


def test_a_redirect_loop_is_named(world: World) -> None:
    site = world.site("www")
    site.pages["/a"] = reply("301 Moved", location="/b")
    site.pages["/b"] = reply("301 Moved", location="http://www.example.test/a")
    seen = world.look("redirect_chain", path="/a")
    assert seen.passes is False
    assert "http://www.example.test/a → http://www.example.test/b → http://www.example.test/a" in (
        seen.saw
    )


def test_redirects_without_end_are_given_up(world: World) -> None:
    site, numbers = world.site("www"), count()
    for number in range(40):
        site.pages[f"/{number}"] = lambda _: reply("302 Found", location=f"/{next(numbers)}")
    seen = world.look("redirect_chain", path="/39")
    assert seen.passes is False
    assert "more than 20 redirects" in seen.saw
    assert len(site.seen) == 21


def test_a_header_is_held_against_what_it_must_contain(world: World) -> None:
    site = world.site("www")
    site.pages["/"] = reply(alt_svc='H3=":443"; ma=60')
    assert world.look("http_header", name="Alt-Svc", contains="h3").passes is True
    assert world.look("http_header", name="alt-svc").passes is True
    seen = world.look("http_header", name="alt-svc", contains="h4")
    assert seen.passes is False
    assert 'H3=":443"' in seen.saw
    assert world.look("http_header", name="x-none").fix == "send the header x-none"


@pytest.mark.parametrize(
    ("value", "passes"),
    [
        ("max-age=86400", True),
        ('includeSubDomains; MAX-AGE="31536000"', True),
        ("max-age=300", False),
        ("includeSubDomains", False),
        ("max-age=0", False),
        ("max-age=-1", False),
        ("max-age=300, max-age=86400", False),
    ],
)
def test_hsts_lasts_long_enough(world: World, value: str, passes: bool) -> None:
    world.site("www").pages["/"] = reply(strict_transport_security=value)
    assert world.look("hsts", max_age=86400).passes is passes


def test_hsts_missing_is_told_with_what_to_send(world: World) -> None:
    world.site("www")
    assert world.look("hsts").fix == "send Strict-Transport-Security: max-age=86400"


def test_compression_is_asked_for_and_unpacked(world: World) -> None:
    site = world.site("www")
    assert world.look("compression").passes is False
    site.pages["/"] = reply(body=gzip.compress(b"text" * 500), content_encoding="gzip")
    seen = world.look("compression")
    assert seen.passes is True
    assert seen.details["unpacked_at_least"] == 2000
    assert "gzip" in site.seen[-1].head
    site.pages["/"] = reply(body=b"no gzip at all", content_encoding="gzip")
    assert world.look("compression").passes is False


@pytest.mark.parametrize(
    ("first", "second", "passes"),
    [
        ("MISS", "HIT", True),
        ("HIT", "HIT", True),
        ("MISS, MISS", "MISS, HIT", True),
        ("MISS", "TCP_MEM_HIT from a.example", True),
        ("MISS", "Hit from cloud", True),
        ("MISS", "MISS", False),
        ("HIT", "MISS", False),
        ("MISS", "HIT, MISS", False),
        ("MISS", "white", False),
    ],
)
def test_the_second_answer_comes_from_cache(
    world: World, first: str, second: str, passes: bool
) -> None:
    values = iter([first, second])
    world.site("www").pages["/"] = lambda _: reply(x_cache=next(values))
    seen = world.look("cache_hit_on_second")
    assert seen.passes is passes
    assert f"tells {first}, then {second}" in seen.saw


def test_the_origin_is_asked_for_the_hostname(world: World) -> None:
    origin = world.site("origin", "127.0.0.3", world.authority.context("anything.test"))
    origin.pages["/"] = lambda asked: reply(
        "200 OK" if asked.host == "www.example.test" else "421 Misdirected"
    )
    facts: dict[str, object] = {"origin_hostname": "origin.example.test"}
    assert world.look("origin_answers", facts=facts).passes is True
    assert origin.seen[-1].scheme == "https"
    origin.pages["/"] = reply("403 Forbidden")
    seen = world.look("origin_answers", facts=facts)
    assert seen.passes is False
    assert "answers 403" in seen.saw
    assert "for the Host www.example.test" in seen.fix


def test_an_origin_with_http_only_is_asked_over_that(world: World) -> None:
    world.site("origin", "127.0.0.3", tls=False)
    seen = world.look("origin_answers", origin="origin.example.test")
    assert seen.passes is True, seen
    assert "http://www.example.test/" in seen.saw
