"""What strangers' servers try on a probe: leading it inside, holding it, filling it."""

import gzip
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, repeat

import pytest

from onboarding.addresses import networks
from onboarding.checklists.probing.dialer import Dialer
from onboarding.checklists.probing.resolver import Resolver
from tests.checklists.probing.conftest import World
from tests.services.names import ADDRESS
from tests.services.pages import reply

METADATA = "169.254.169.254"
EVERY_KIND = {
    "http_status": {},
    "redirect_chain": {},
    "http_header": {"name": "server"},
    "cache_hit_on_second": {},
    "compression": {},
    "hsts": {},
    "certificate_names": {},
    "certificate_days_left": {"days": 1},
    "tls_version": {},
    "origin_answers": {"origin": "www.example.test"},
}


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_no_kind_follows_a_name_that_leads_inside(world: World, kind: str) -> None:
    world.names.publish("www", "A", METADATA)
    seen = world.look(kind, **EVERY_KIND[kind])
    assert seen.passes is False
    assert "which we do not connect to" in seen.saw


def test_an_address_inside_is_refused_in_every_dress(world: World) -> None:
    dressed = [
        "fd00:ec2::254",
        "::ffff:a9fe:a9fe",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::",
        "ff02::1",
    ]
    records = [("AAAA", address) for address in dressed]
    for kind, address in [("A", "10.0.0.1"), ("A", "100.64.0.1"), *records]:
        name = world.names.publish(f"www{len(world.names.records)}", kind, address)
        seen = world.look("http_status", name)
        assert seen.passes is False
        assert "which we do not connect to" in seen.saw, address


def test_ipv6_and_the_edge_are_held_against_the_rule_too(world: World) -> None:
    world.names.publish("www", "AAAA", "fe80::1")
    assert "link-local" in world.look("ipv6").saw
    world.site("api")
    seen = world.look(
        "http_status", "api.example.test", at="edge", facts={"edge_hostname": METADATA}
    )
    assert "which we do not connect to" in seen.saw


def test_one_address_inside_among_good_ones_is_enough_to_refuse(world: World) -> None:
    world.site("www")
    world.names.publish("www", "A", "127.0.0.1", "10.0.0.1")
    assert "10.0.0.1 (private)" in world.look("http_status").saw


def test_loopback_is_refused_where_the_operator_did_not_open_it(world: World) -> None:
    site = world.site("www")
    closed = Dialer(networks("10.0.0.0/8", "TURNUP_PROBE_ALLOW"))
    resolver = Resolver(closed, [ADDRESS], world.names.port)
    world.network = replace(world.network, dialer=closed, resolver=resolver)
    assert "127.0.0.1 (loopback)" in world.look("http_status").saw
    assert site.seen == []


@pytest.mark.parametrize(
    "location",
    [
        f"http://{METADATA}/latest/meta-data/",
        "https://[::ffff:10.0.0.1]/",
        "http://[fd00:ec2::254]/",
        "http://inside.example.test/",
        "//inside.example.test/",
        "http://2852039166/",
        "http://0xa9fea9fe/",
        "http://localhost/",
    ],
)
def test_a_redirect_inside_is_not_followed(world: World, location: str) -> None:
    world.names.publish("inside", "A", METADATA)
    world.site("www").pages["/"] = reply("302 Found", location=location)
    seen = world.look("redirect_chain")
    assert seen.passes is False
    assert "which we do not connect to" in seen.saw or "has no address in DNS" in seen.saw


@pytest.mark.parametrize(
    "location",
    [
        "https://www.example.test:22/",
        "file:///etc/passwd",
        "gopher://x/",
        "http://a:b@c.test/",
        "http://[::1",
        "https://www.example.test:0x50/",
    ],
)
def test_a_redirect_to_no_web_page_is_not_followed(world: World, location: str) -> None:
    site = world.site("www")
    site.pages["/"] = reply("302 Found", location=location)
    seen = world.look("redirect_chain")
    assert seen.passes is False
    assert "the redirect of http://www.example.test/" in seen.saw
    assert len(site.seen) == 1


def test_a_name_is_looked_up_once_and_that_address_is_kept(world: World) -> None:
    """DNS rebinding: the first answer is harmless, every later one leads inside."""
    site = world.site("www")
    answers = chain([["127.0.0.1"]], repeat([METADATA]))
    name = world.names.publish_changing("www", "A", lambda: next(answers))
    assert world.look("http_status").passes is True
    assert world.names.asked.count((name, "A")) == 1
    assert site.seen[-1].host == site.seen[-1].sni == name

    answers = chain([["127.0.0.1"]], repeat([METADATA]))
    site.pages["/"] = reply(x_cache="HIT")
    assert world.look("cache_hit_on_second").passes is True


def test_a_redirect_to_the_same_name_is_looked_up_and_judged_anew(world: World) -> None:
    site = world.site("www")
    site.pages["/"] = reply("302 Found", location="/next")
    answers = chain([["127.0.0.1"]], repeat([METADATA]))
    world.names.publish_changing("www", "A", lambda: next(answers))
    assert METADATA in world.look("redirect_chain").saw
    assert len(site.seen) == 1


def _drip(parts: bytes, leave: threading.Event) -> Iterator[bytes]:
    for byte in parts:
        yield bytes([byte])
        if leave.wait(0.05):
            return


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\nx-slow: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_server_that_drips_bytes_is_left_in_time(world: World, head: bytes) -> None:
    site, leave = world.site("www"), threading.Event()
    site.pages["/"] = lambda _: chain([head], _drip(b"x" * 10_000, leave))
    world.within(0.4)
    begun = time.monotonic()
    seen = world.look("http_status")
    leave.set()
    assert time.monotonic() - begun < 60, "the drip goes on for eight minutes"
    assert seen.passes is False
    assert seen.saw == "no complete answer within 0.4 seconds"


def test_a_server_that_takes_the_connection_and_says_nothing_is_left(world: World) -> None:
    site, leave = world.site("www"), threading.Event()
    site.pages["/"] = lambda _: (b"" for _ in [leave.wait(5)])
    world.within(0.3)
    for kind in ("http_status", "hsts"):
        assert "within 0.3 seconds" in world.look(kind).saw
    leave.set()


def test_of_a_body_of_ten_gigabytes_little_is_read(world: World) -> None:
    site, size = world.site("www"), 10 * 1024**3
    head = f"HTTP/1.1 200 OK\r\ncontent-length: {size}\r\n\r\n".encode()
    site.pages["/"] = lambda _: chain([head], repeat(b"x" * 65536, size // 65536))
    assert world.look("http_status").passes is True
    assert site.closed.wait(10)
    assert site.sent < 16 * 1024**2


def test_a_chunked_body_without_end_is_cut(world: World) -> None:
    site = world.site("www")
    head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    for chunk in (b"10000\r\n" + b"x" * 65536 + b"\r\n", b"1\r\nx\r\n" * 5000):
        site.pages["/"] = lambda _, chunk=chunk: chain([head], repeat(chunk))
        assert world.look("http_status").passes is True


def test_a_gzip_bomb_is_unpacked_up_to_the_limit_only(world: World) -> None:
    bomb = gzip.compress(bytes(32 * 1024**2), compresslevel=1)
    world.site("www").pages["/"] = reply(body=bomb, content_encoding="gzip")
    seen = world.look("compression")
    assert seen.passes is True
    assert seen.details["unpacked_at_least"] == world.network.limits.body_bytes


@pytest.mark.parametrize(
    "endless",
    [
        [b"HTTP/1.1 200 OK\r\n", b"x-long: " + b"x" * 60_000 + b"\r\n"],
        [b"", b"HTTP/1.1 100 Continue\r\n\r\n"],
        [b"HTTP/1.1 200 OK\r\nx: ", b"x" * 65536],
    ],
)
def test_headers_without_end_are_refused(world: World, endless: list[bytes]) -> None:
    site = world.site("www")
    site.pages["/"] = lambda _: chain([endless[0]], repeat(endless[1]))
    seen = world.look("http_status")
    assert seen.passes is False
    assert "headers" in seen.saw or "no HTTP" in seen.saw


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 abc\r\n\r\n"])
def test_what_is_no_http_is_told_as_such(world: World, answer: bytes) -> None:
    world.site("www").pages["/"] = answer
    seen = world.look("http_status")
    assert seen.passes is False
    assert "no HTTP" in seen.saw or "broke" in seen.saw


def test_what_a_server_sends_is_shown_as_one_line_of_bounded_length(world: World) -> None:
    site = world.site("www")
    site.pages["/"] = reply(server="a\x1b[31m\x07" + "b" * 5000)
    seen = world.look("http_header", name="server")
    assert seen.passes is True
    assert seen.saw.isprintable()
    assert len(seen.saw) < 300
