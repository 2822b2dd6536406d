"""The switch on a real HAProxy: who gets the requests, what it refuses, what a reload keeps."""

from collections import Counter
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from onboarding.errors import BadInput, PassingFault, PermanentFault
from onboarding.haproxy_runtime import ask
from onboarding.switches.haproxy import HAProxySwitch
from onboarding.switches.selectors import selector
from tests.contracts.haproxy_stand import HAProxyStand
from tests.services.haproxy import HAProxies
from tests.services.ports import Ports

CONFIG = {"address": "/run/haproxy.sock", "backend": "be", "moved": ["a"], "control": ["b"]}


@pytest.fixture
def stand(haproxy: HAProxies, free_port: Ports, tmp_path: Path) -> Iterator[HAProxyStand]:
    with HAProxyStand.running(haproxy, free_port, tmp_path) as made:
        yield made


def direct(stand: HAProxyStand, **other: Any) -> HAProxySwitch:
    """A switch at the socket itself."""
    return HAProxySwitch(stand.config(address=stand.socket, **other), "cutover:1")


@pytest.mark.parametrize("share", [5, 25, 50])
def test_the_requests_go_where_the_share_says(stand: HAProxyStand, share: float) -> None:
    direct(stand).set(share, "first")
    connection = HTTPConnection("127.0.0.1", stand.front, timeout=5)
    for _ in range(800):
        connection.request("GET", "/")
        connection.getresponse().read()
    connection.close()
    hits: Counter[str] = Counter()
    for line in ask(stand.socket, "show stat").splitlines():
        columns = line.split(",")
        if columns[0] == "be" and columns[1] != "BACKEND":
            hits[columns[1]] = int(columns[7])
    moved = hits["new1"] + hits["new2"]
    assert 100 * moved / sum(hits.values()) == pytest.approx(share, abs=1)
    assert hits["new1"] == pytest.approx(hits["new2"], abs=8)


def ask_for(stand: HAProxyStand, path: str = "/", **headers: str) -> str:
    """Which arm answers one request: "new" or "old", by the servers' counts."""
    before = hits(stand)
    connection = HTTPConnection("127.0.0.1", stand.front, timeout=5)
    connection.request("GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()})
    connection.getresponse().read()
    connection.close()
    (server,) = (hits(stand) - before).elements()
    return server[:3]


def hits(stand: HAProxyStand) -> Counter[str]:
    rows = (line.split(",") for line in ask(stand.socket, "show stat").splitlines())
    return Counter({row[1]: int(row[7]) for row in rows if row[0] == "be" and row[1] != "BACKEND"})


def test_a_host_a_path_or_a_header_goes_to_the_new_path_whole_and_nothing_else_does(
    stand: HAProxyStand,
) -> None:
    one = direct(stand, maps=stand.maps())
    one.set(0, "first", selector("path", ["/static/", "/img/"]))
    assert [ask_for(stand, path) for path in ("/static/app.js", "/img/a", "/", "/statics")] == [
        "new",
        "new",
        "old",
        "old",
    ]
    one.set(0, "second", selector("host", ["Img.Example.com"]))
    assert ask_for(stand, "/static/app.js") == "old"
    assert ask_for(stand, Host="img.example.com:8080") == "new"
    assert ask_for(stand, Host="www.example.com") == "old"
    one.set(0, "third", selector("header", ["yes"], "X-Beta"))
    assert [ask_for(stand, X_Beta=value) for value in ("yes", "no")] == ["new", "old"]
    one.set(0, "fourth")
    assert ask_for(stand, X_Beta="yes") == "old"


def test_with_a_state_file_a_restart_keeps_what_is_picked(
    haproxy: HAProxies, free_port: Ports, tmp_path: Path
) -> None:
    stand = HAProxyStand(haproxy, free_port, tmp_path)
    kept = tmp_path / "state"
    where = {
        "extra": f"server-state-file {kept}",
        "defaults": "load-server-state-from-file global",
    }
    stand.start(**where)
    static = selector("path", ["/static/"])
    direct(stand, maps=stand.maps(), state_file=str(kept)).set(5, "first", static)
    stand.stop()
    stand.start(**where)
    again = direct(stand, maps=stand.maps(), state_file=str(kept))
    assert (again.read().share, again.read().selector) == (5, static)
    assert ask_for(stand, "/static/app.js") == "new"
    again.set(0, "second")
    stand.stop()
    stand.start(**where)
    assert direct(stand, maps=stand.maps()).read().selector is None


def test_a_map_that_haproxy_does_not_use_is_found_by_check(stand: HAProxyStand) -> None:
    one = direct(stand, maps={"country": "/etc/haproxy/nowhere.map"})
    with pytest.raises(PermanentFault, match="uses no map"):
        one.check()


def test_a_backend_that_cannot_change_weights_is_found_by_check_and_by_set(
    haproxy: HAProxies, free_port: Ports, tmp_path: Path
) -> None:
    stand = HAProxyStand(haproxy, free_port, tmp_path)
    stand.start(new=1, balance="static-rr")
    with pytest.raises(PermanentFault, match="static-rr") as fault:
        direct(stand).check()
    assert "roundrobin" in fault.value.hint
    with pytest.raises(PermanentFault, match="static LB algorithm"):
        direct(stand).set(25, "first")


def test_a_socket_without_the_right_is_found_by_check(
    haproxy: HAProxies, free_port: Ports, tmp_path: Path
) -> None:
    stand = HAProxyStand(haproxy, free_port, tmp_path)
    poor = str(tmp_path / "poor.sock")
    stand.start(extra=f"stats socket {poor} level user")
    switch = HAProxySwitch(stand.config(address=poor), "cutover:1")
    assert switch.read().share == 0
    with pytest.raises(PermanentFault, match="does not permit") as fault:
        switch.check()
    assert "level admin" in fault.value.hint


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"backend": "nowhere"}, "no backend nowhere"),
        ({"moved": ["new1", "new9"]}, "no server new9"),
        ({"moved": ["new1"]}, "servers in neither arm: new2"),
    ],
)
def test_names_that_do_not_fit_are_found_by_check(
    haproxy: HAProxies, free_port: Ports, tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    stand = HAProxyStand(haproxy, free_port, tmp_path)
    stand.start(new=1)
    with pytest.raises(PermanentFault, match=said):
        direct(stand, **change).check()


def test_a_server_that_is_down_is_told_and_fails_the_check(stand: HAProxyStand) -> None:
    ask(stand.socket, "disable server be/new2")
    switch = direct(stand)
    assert switch.read().told["down"] == ["new2"]
    with pytest.raises(PassingFault, match="new2"):
        switch.check()


def test_no_weight_at_all_is_said_and_the_next_set_mends_it(stand: HAProxyStand) -> None:
    ask(stand.socket, *(f"set weight be/{name} 0" for name in ("old1", "new1", "new2")))
    switch = direct(stand)
    with pytest.raises(PermanentFault, match="serves nobody"):
        switch.read()
    switch.set(25, "first")
    assert switch.read().share == 25


def test_a_hand_on_the_weights_shows(stand: HAProxyStand) -> None:
    switch = direct(stand)
    switch.set(25, "first")
    ask(stand.socket, "set weight be/old1 0")
    assert switch.read().share == 100


def test_with_a_state_file_a_restart_keeps_the_share(
    haproxy: HAProxies, free_port: Ports, tmp_path: Path
) -> None:
    stand = HAProxyStand(haproxy, free_port, tmp_path)
    kept = tmp_path / "state"
    where = {
        "extra": f"server-state-file {kept}",
        "defaults": "load-server-state-from-file global",
    }
    stand.start(**where)
    direct(stand, state_file=str(kept)).set(25, "first")
    stand.stop()
    stand.start(**where)
    assert direct(stand).read().share == 25


def test_a_reload_keeps_share_and_what_is_picked_by_the_state_file_and_not_without(
    haproxy: HAProxies, free_port: Ports, tmp_path: Path
) -> None:
    stand = HAProxyStand(haproxy, free_port, tmp_path)
    kept, static = tmp_path / "state", selector("path", ["/static/"])
    where = {
        "extra": f"server-state-file {kept}",
        "defaults": "load-server-state-from-file global",
    }
    stand.start(**where, master=True)
    one = direct(stand, maps=stand.maps(), state_file=str(kept))
    one.set(25, "first", static)
    stand.reload()
    assert (one.read().share, one.read().selector) == (25, static)
    assert ask_for(stand, "/static/app.js") == "new"
    kept.unlink()
    direct(stand).set(50, "second")
    stand.reload()
    assert one.read().share == 0, "what haproxy.cfg says: the ramp finds it turned"


def test_it_is_the_same_over_tcp_as_over_its_socket(stand: HAProxyStand) -> None:
    over_tcp = HAProxySwitch(stand.config(), "cutover:1")
    assert not over_tcp.arms.address.startswith("/")
    over_tcp.set(25, "first")
    assert direct(stand).read().share == over_tcp.read().share == 25
    direct(stand).set(5, "second")
    assert over_tcp.read().share == 5


def test_a_state_file_that_cannot_be_written_is_said(stand: HAProxyStand, tmp_path: Path) -> None:
    switch = direct(stand, state_file=str(tmp_path / "none" / "state"))
    with pytest.raises(PermanentFault, match="cannot be written"):
        switch.set(25, "first")
    assert switch.read().share == 25


def test_no_socket_and_nobody_at_the_port_are_told_apart(free_port: Ports, tmp_path: Path) -> None:
    missing = HAProxySwitch({**CONFIG, "address": str(tmp_path / "none.sock")}, "cutover:1")
    with pytest.raises(PassingFault, match="there is no socket"):
        missing.read()
    closed = HAProxySwitch({**CONFIG, "address": f"127.0.0.1:{free_port()}"}, "cutover:1")
    with pytest.raises(PassingFault, match="cannot be reached"):
        closed.read()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("address", ""),
        ("address", "localhost"),
        ("address", 5),
        ("backend", "be;shutdown sessions server be/a"),
        ("backend", None),
        ("moved", []),
        ("moved", "a"),
        ("moved", ["a", "a"]),
        ("moved", ["a b"]),
        ("control", ["a"]),
        ("timeout", 0),
        ("timeout", "soon"),
        ("maps", "/etc/haproxy/path.map"),
        ("maps", {"path": "path.map"}),
        ("maps", {"path": "/etc/x.map;shutdown"}),
        ("maps", {"path": "/etc/x.map", "host": "/etc/x.map"}),
    ],
)
def test_a_wrong_config_is_refused_by_key(key: str, value: object) -> None:
    with pytest.raises(BadInput) as refused:
        HAProxySwitch({**CONFIG, key: value}, "cutover:1")
    assert refused.value.place == f"switch.{key}"
    assert refused.value.hint
