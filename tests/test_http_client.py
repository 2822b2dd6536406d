"""The way out over HTTP: what it refuses, what it waits for, what its errors say."""

import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from onboarding import clock
from onboarding.errors import PassingFault, PermanentFault
from onboarding.http_client import LARGEST, Answer, call
from tests.services.ports import Ports
from tests.services.web import Reply, Request, WebServer, web_server

HERE = (ip_network("127.0.0.0/8"),)


@pytest.fixture
def site(free_port: Ports) -> Iterator[WebServer]:
    with web_server(free_port()) as made:
        yield made


def ask(site: WebServer, path: str = "/", method: str = "GET", **more: Any) -> Answer:
    return call(method, site.url + path, allowed=HERE, **more)


def test_json_goes_out_and_comes_back(site: WebServer) -> None:
    site.answer = lambda request: Reply(201, {"got": request.json})
    answer = ask(site, "/x", "POST", data={"a": [1]}, headers={"X-Key": "k"})
    assert (answer.status, answer.json()) == (201, {"got": {"a": [1]}})
    assert site.asked[0].headers["x-key"] == "k"


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (500, PassingFault),
        (503, PassingFault),
        (429, PassingFault),
        (400, PermanentFault),
        (401, PermanentFault),
        (404, PermanentFault),
        (304, PermanentFault),
    ],
)
def test_a_status_becomes_the_error_it_means(
    site: WebServer, status: int, error: type[Exception]
) -> None:
    site.answer = lambda request: Reply(status, b"" if status == 304 else b"the reason\n")
    with pytest.raises(error, match=str(status)) as fault:
        ask(site, "/secret?token=abc")
    assert "abc" not in fault.value.line()  # type: ignore[attr-defined]
    assert fault.value.hint  # type: ignore[attr-defined]
    assert ask(site, accept=(status,)).status == status


def test_how_long_to_wait_is_passed_on(site: WebServer) -> None:
    site.answer = lambda request: Reply(429, b"", {"Retry-After": "7"})
    with pytest.raises(PassingFault) as fault:
        ask(site)
    assert "7 s" in fault.value.hint
    assert fault.value.wait_s == 7


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("Fri, 31 Dec 9999 23:59:59 GMT", 3600, 3600),
        (format_datetime(clock.now() + timedelta(seconds=3000)), 1, 3000),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0, 0),
        ("9" * 5000, 3600, 3600),
        ("-5", 0, 0),
        ("soon", 0, 0),
    ],
    ids=["far", "date", "past", "long", "negative", "words"],  # the same in every worker
)
def test_any_retry_after_is_a_bounded_wait(
    site: WebServer, header: str, least: float, most: float
) -> None:
    site.answer = lambda request: Reply(503, b"", {"Retry-After": header})
    with pytest.raises(PassingFault) as fault:
        ask(site)
    assert least <= fault.value.wait_s <= most


def test_silence_ends_at_the_time_out(site: WebServer) -> None:
    enough = threading.Event()

    def silent(request: Request) -> Reply:
        enough.wait(60)
        return Reply()

    site.answer = silent
    began = time.monotonic()
    with pytest.raises(PassingFault, match=r"did not answer within 0\.2 s"):
        ask(site, timeout=0.2)
    enough.set()
    assert time.monotonic() - began < 30


def test_a_drip_ends_at_the_time_out(free_port: Ports) -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", port)) as listener:

        def drip() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
                try:
                    for _ in range(1200):
                        connection.sendall(b"x")
                        time.sleep(0.05)
                except OSError:
                    pass  # they had enough

        thread = threading.Thread(target=drip)
        thread.start()
        began = time.monotonic()
        with pytest.raises(PassingFault, match="did not answer"):
            call("GET", f"http://127.0.0.1:{port}/", timeout=0.3, allowed=HERE)
        assert time.monotonic() - began < 30, "the drip goes on for a minute"
        thread.join()


def test_an_answer_without_end_is_cut(site: WebServer) -> None:
    site.answer = lambda request: Reply(200, b"x" * (LARGEST + 1))
    with pytest.raises(PermanentFault, match="more than"):
        ask(site)


def test_nobody_there_and_a_hang_up_pass(site: WebServer, free_port: Ports) -> None:
    with pytest.raises(PassingFault, match="cannot be reached"):
        call("GET", f"http://127.0.0.1:{free_port()}/", allowed=HERE)
    site.answer = lambda request: None
    with pytest.raises(PassingFault, match="cannot be reached"):
        ask(site)


def test_no_json_is_said(site: WebServer) -> None:
    site.answer = lambda request: Reply(200, b"<html>")
    with pytest.raises(PermanentFault, match="no JSON: <html>"):
        ask(site).json()


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "127.0.0.1",
        "http://",
        "http://[::1",
        "http://127.0.0.1:99999/",
        "",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(PermanentFault) as fault:
        call("GET", url, allowed=HERE)
    assert fault.value.hint


def test_a_header_with_a_line_break_is_refused(site: WebServer) -> None:
    with pytest.raises(PermanentFault):
        ask(site, headers={"X-Key": "a\r\nEvil: b"})
    assert site.asked == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0"])
def test_this_machine_is_out_of_reach_unless_the_operator_opens_it(
    site: WebServer, host: str
) -> None:
    port = site.url.rpartition(":")[2]
    with pytest.raises(PermanentFault, match="may not connect") as fault:
        call("GET", f"http://{host}:{port}/", allowed=())
    assert "TURNUP_API_ALLOW" in fault.value.hint
    assert site.asked == []


def test_a_connection_made_for_one_allow_list_serves_no_other(site: WebServer) -> None:
    assert ask(site).status == 200
    with pytest.raises(PermanentFault, match="may not connect"):
        call("GET", site.url, allowed=())


def test_a_name_is_looked_up_once_and_that_address_is_used(
    free_port: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    port, real = free_port(), socket.getaddrinfo
    answers = iter(["127.0.0.2", "127.0.0.1"])  # first what may be, then what may not

    def rebinding(host: Any, *rest: Any, **more: Any) -> Any:
        return real(next(answers) if host == "rebind.example" else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    only = (ip_network("127.0.0.2/32"),)
    with web_server(port) as forbidden, web_server(port, host="127.0.0.2") as permitted:
        assert call("GET", f"http://rebind.example:{port}/", allowed=only).status == 200
        with pytest.raises(PermanentFault, match="may not connect"):
            # a fresh connection, as the pool's is closed by the server
            call(
                "GET", f"http://rebind.example:{port}/", headers={"Connection": "close"}, allowed=()
            )
    assert (len(permitted.asked), len(forbidden.asked)) == (1, 0)


def test_a_redirect_into_a_private_network_is_refused(site: WebServer, free_port: Ports) -> None:
    port = free_port()
    with web_server(port, host="127.0.0.2") as inside:
        site.answer = lambda request: Reply(302, b"", {"Location": inside.url + "/admin"})
        with pytest.raises(PermanentFault, match="may not connect"):
            call("GET", site.url, allowed=(ip_network("127.0.0.1/32"),))
    assert inside.asked == []


def test_a_redirect_takes_no_secret_to_another_host(site: WebServer, free_port: Ports) -> None:
    with web_server(free_port()) as other:
        site.answer = lambda request: Reply(302, b"", {"Location": other.url + "/there"})
        ask(site, headers={"X-Key": "secret"}, auth=("user", "secret"))
    assert site.asked[0].headers["x-key"] == "secret"
    assert "secret" not in str(other.asked[0].headers)
    assert "authorization" not in other.asked[0].headers


def test_a_redirect_on_the_same_host_is_followed_with_everything(site: WebServer) -> None:
    site.answer = lambda request: (
        Reply(307, b"", {"Location": "/b"}) if request.path == "/a" else Reply(200, b"b")
    )
    assert ask(site, "/a", headers={"X-Key": "k"}).body == b"b"
    assert site.asked[1].headers["x-key"] == "k"


def test_what_changes_something_is_not_redirected(site: WebServer) -> None:
    site.answer = lambda request: Reply(307, b"", {"Location": "/b"})
    with pytest.raises(PermanentFault, match="may not be sent twice"):
        ask(site, "/a", "POST", data={})
    assert len(site.asked) == 1


def test_circles_end(site: WebServer) -> None:
    site.answer = lambda request: Reply(302, b"", {"Location": "/"})
    with pytest.raises(PermanentFault, match="circles"):
        ask(site)
    assert len(site.asked) == 4


def test_cookies_are_not_kept(site: WebServer) -> None:
    site.answer = lambda request: Reply(200, b"", {"Set-Cookie": "a=b"})
    ask(site)
    ask(site)
    assert "cookie" not in site.asked[1].headers


def test_a_certificate_that_nobody_vouches_for_is_refused(free_port: Ports, tmp_path: Path) -> None:
    pem = tmp_path / "server.pem"
    pem.write_bytes(self_signed())
    with (
        web_server(free_port(), tls=str(pem)) as site,
        pytest.raises(PermanentFault, match="no certificate that can be trusted"),
    ):
        ask(site)
    assert site.asked == []


def self_signed() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime(2026, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=36500))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(pem, form, plain) + made.public_bytes(pem)
