"""A real HAProxy with two servers on the new path and one on the old, for the contract suites."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from onboarding.errors import PassingFault
from onboarding.haproxy_runtime import ask
from onboarding.metrics.base import MetricsSource
from onboarding.metrics.registry import source
from onboarding.switches.base import Switch
from onboarding.switches.registry import switch
from onboarding.switches.selectors import Selector
from onboarding.switches.weights import share_of
from tests.services.haproxy import HAProxies, heeds
from tests.services.meddler import Meddler
from tests.services.ports import Ports
from tests.services.programs import wait_until

NEW, OLD = ("new1", "new2"), ("old1",)
MAPS = ("path.map", "host.map", "beta.map")
# the servers are frontends of the same HAProxy; /bad is answered with 500, /cut by none of them
CONFIGURATION = """
global
  stats socket {socket} mode 600 level admin
  {extra}
defaults
  mode http
  timeout client 5s
  timeout connect 1s
  timeout server 5s
  retries 0
  {defaults}
frontend front
  bind 127.0.0.1:{front}
  default_backend be
frontend answers
  bind 127.0.0.1:{answers}
  http-request reject if {{ path /cut }}
  http-request return status 500 if {{ path /bad }}
  http-request return status 200
backend be
  balance {balance}
  acl picked path,map_beg({maps}/path.map) -m found
  acl picked req.hdr(host),host_only,lower,map({maps}/host.map) -m found
  acl picked req.hdr(x-beta),map({maps}/beta.map) -m found
  use-server new1 if picked {{ rand(2) eq 0 }}
  use-server new2 if picked
  server old1 127.0.0.1:{answers} weight 100
  server new1 127.0.0.1:{answers} weight {new}
  server new2 127.0.0.1:{answers} weight {new}
backend other
  server lonely 127.0.0.1:{answers}
"""


class HAProxyStand:
    """Starts it, meddles with it, and looks at it behind the meddler's back."""

    kind = "haproxy"
    shares: tuple[float, ...] = (1, 5, 25, 33.3, 50, 99, 100, 0)
    exact = True
    picks = (Selector("path", ("/img/", "/static/")), Selector("header", ("yes",), "x-beta"))
    faults: tuple[str, ...] = ("gone", "deny", "lie", "swallow", "half", "slow", "babble")

    def __init__(self, haproxy: HAProxies, free_port: Ports, folder: Path) -> None:
        self.haproxy, self.folder = haproxy, folder
        self.front, self.answers = free_port(), free_port()
        self.socket = str(folder / "admin.sock")
        self.process: Any = None
        self.meddler = Meddler(self.socket, free_port())

    @classmethod
    @contextmanager
    def running(
        cls, haproxy: HAProxies, free_port: Ports, folder: Path
    ) -> "Iterator[HAProxyStand]":
        """One at share 0 with both parts up."""
        stand = cls(haproxy, free_port, folder)
        stand.start()
        with stand.meddler:
            yield stand

    def start(
        self,
        new: int = 0,
        balance: str = "roundrobin",
        extra: str = "",
        defaults: str = "",
        *,
        master: bool = False,
    ) -> None:
        """Start HAProxy, the new servers at weight `new`."""
        for name in MAPS:
            (self.folder / name).touch()
        text = CONFIGURATION.format(
            maps=self.folder,
            socket=self.socket,
            front=self.front,
            answers=self.answers,
            new=new,
            balance=balance,
            extra=extra,
            defaults=defaults,
        )
        Path(self.socket).unlink(missing_ok=True)
        self.process = self.haproxy(text, port=self.front, master=master)
        wait_until(Path(self.socket).exists, "HAProxy's socket is there")  # the last to come

    def reload(self) -> None:
        """As `systemctl reload haproxy`: the master starts another worker, the one before ends."""
        before = self._worker()
        wait_until(lambda: heeds(self.process.pid, signal.SIGUSR2), "the master is ready")
        self.process.send_signal(signal.SIGUSR2)
        wait_until(lambda: self._worker() not in ("", before), "another worker answers")

    def _worker(self) -> str:
        """The process that answers at the socket; empty where just none does."""
        with suppress(PassingFault):
            lines = ask(self.socket, "show info").splitlines()
            return next((line for line in lines if line.startswith("Pid:")), "")
        return ""

    def stop(self) -> None:
        """End HAProxy; `start` may begin another."""
        self.process.terminate()
        self.process.wait(10)

    def config(self, **other: Any) -> dict[str, Any]:
        """A config that goes through the meddler."""
        return {
            "address": self.meddler.address,
            "backend": "be",
            "moved": list(NEW),
            "control": list(OLD),
            "timeout": 2.4,
            **other,
        }

    def maps(self) -> dict[str, Any]:
        """The switch's `maps`, as haproxy.cfg has them."""
        path, host, beta = (str(self.folder / name) for name in MAPS)
        return {"path": path, "host": host, "header": {"X-Beta": beta}}

    def switch(self) -> Switch:
        """A fresh switch, as after a restart of the conductor."""
        return switch("haproxy", self.config(maps=self.maps()), key="cutover:1")

    def source(self) -> MetricsSource:
        """A fresh source."""
        return source("haproxy", self.config(), feed="cutover:1")

    @contextmanager
    def fault(self, name: str) -> Iterator[None]:
        """Spoil what is said to HAProxy."""
        self.meddler.mode = name
        try:
            yield
        finally:
            self.meddler.mode = ""

    def settle(self) -> None:
        """Nothing to wait for: weights count from the next request on."""

    def effect(self) -> float:
        """The share in force, as HAProxy itself says."""
        weights = {
            name: int(ask(self.socket, f"get weight be/{name}").split()[0]) for name in NEW + OLD
        }
        return share_of([weights[n] for n in NEW], [weights[n] for n in OLD])

    def picked(self) -> tuple[str, ...]:
        """What is moved whole, as HAProxy itself says."""
        rows = [ask(self.socket, f"show map {self.folder / name}").split("\n") for name in MAPS]
        return tuple(sorted(line.split()[1] for of in rows for line in of if line.strip()))

    def request(self, path: str = "/") -> int:
        """One request through HAProxy; its status."""
        connection = HTTPConnection("127.0.0.1", self.front, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()

    def traffic(self, moved: int, control: int, errors: int = 0) -> None:
        """So many requests to each arm; `errors` of the moved ones come out badly."""
        for count, bad, new, old in ((moved, errors, 10, 0), (control, 0, 0, 10)):
            ask(
                self.socket, *(f"set weight be/{n} {new}" for n in NEW), f"set weight be/old1 {old}"
            )
            for number in range(count):
                self.request("/bad" if number < bad else "/")
