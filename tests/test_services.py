"""The servers that tests start are real, private and gone afterwards."""

import socket
from pathlib import Path

import psycopg
import pytest
import redis
from playwright.sync_api import Browser

from tests.services.haproxy import HAProxies
from tests.services.network import is_loopback
from tests.services.ports import Ports, listens
from tests.services.postgres import Postgres
from tests.services.programs import find_program

HAPROXY = """
defaults
  mode http
  timeout client 2s
frontend front
  bind 127.0.0.1:{port}
  http-request return status 200 content-type text/plain string "hello"
"""


def test_a_free_port_can_be_bound_and_is_never_given_twice(free_port: Ports) -> None:
    ports = [free_port() for _ in range(20)]
    assert len(set(ports)) == 20
    with socket.create_server(("127.0.0.1", ports[0])):
        assert listens(ports[0])
    assert not listens(ports[0])


def test_two_runs_never_share_a_port() -> None:
    one, other = Ports(), Ports()  # of one process, so both begin at the same number
    assert {one() for _ in range(5)}.isdisjoint({other() for _ in range(5)})
    one.release()
    other.release()


def test_redis_answers_and_starts_empty(empty_redis: str) -> None:
    with redis.Redis.from_url(empty_redis) as client:
        assert client.dbsize() == 0
        client.set("seen", "yes")
        assert client.get("seen") == b"yes"


def test_postgres_gives_each_caller_a_database_of_its_own(postgres_server: Postgres) -> None:
    first, second = postgres_server.new_database(), postgres_server.new_database()
    assert first != second
    url = first.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(url) as connection:
        row = connection.execute("SHOW server_encoding").fetchone()
    assert row == ("UTF8",)


def test_haproxy_serves(haproxy: HAProxies, free_port: Ports) -> None:
    port = free_port()
    haproxy(HAPROXY.format(port=port), port=port)
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        client.sendall(b"GET / HTTP/1.0\r\n\r\n")
        answer = client.makefile("rb").read()
    assert answer.endswith(b"hello")


def test_a_wrong_haproxy_configuration_says_what_is_wrong(haproxy: HAProxies) -> None:
    with pytest.raises(pytest.fail.Exception, match="unknown keyword 'nonsense'"):
        haproxy("nonsense\n", port=1)


def test_the_browser_runs_scripts(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<p id=a></p><script>a.textContent = 6 * 7</script>")
    assert page.inner_text("#a") == "42"
    page.close()


@pytest.mark.parametrize("reach", ["192.0.2.1", "2001:db8::1", "example.com"])
def test_the_outside_is_out_of_reach(reach: str) -> None:
    with pytest.raises(pytest.fail.Exception, match="only the loopback address"):
        socket.create_connection((reach, 9), timeout=1)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost", "", None])
def test_this_machine_is_in_reach(host: str | None) -> None:
    assert is_loopback(host)


def test_a_missing_program_is_a_skip_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(
        pytest.skip.Exception, match=r"no such-a-thing .* install the package thing"
    ):
        find_program("such-a-thing", package="thing")


def test_a_missing_program_is_a_failure_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="install the package thing"):
        find_program("such-a-thing", package="thing")


def test_a_program_beside_the_path_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    for version in ("14", "15"):
        (tmp_path / version).mkdir()
        (tmp_path / version / "a-server").touch()
    found = find_program("a-server", package="x", elsewhere=f"{tmp_path}/*/a-server")
    assert found == str(tmp_path / "15" / "a-server")
