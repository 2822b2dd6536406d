"""A customer's site on its way: a real HAProxy before an old and a new backend, and real requests.

The requests come in the shape of the World Cup trace where it is there, else of a made-up day.
"""

import asyncio
import csv
import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.services.haproxy import HAProxies
from tests.services.ports import Ports
from tests.services.programs import wait_until

TRACE = Path(__file__).parents[3] / "shared" / "data" / "forecast" / "wc98.csv"
HOUR_S = 0.5  # an hour of the trace takes half a second here
CONNECTIONS = 24
CONFIGURATION = """
global
  stats socket {socket} mode 600 level admin
defaults
  mode http
  timeout client 10s
  timeout connect 2s
  timeout server 5s
  retries 0
frontend front
  bind 127.0.0.1:{front}
  default_backend site
backend site
  balance roundrobin
  server old 127.0.0.1:{old} weight 100
  server new 127.0.0.1:{new} weight 0
"""


class Backend:
    """Answers and counts. `failing` is the part of its answers that are 500."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.requests = 0
        self.errors = 0
        self.failing = 0.0
        self.open: set[asyncio.StreamWriter] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, as many requests as come on it."""
        self.open.add(writer)
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                self.requests += 1
                bad = math.floor(self.requests * self.failing) > math.floor(
                    (self.requests - 1) * self.failing
                )
                self.errors += bad
                status = b"500 Internal Server Error" if bad else b"200 OK"
                writer.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 2\r\n\r\nok")
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the far side has hung up, as it may
        finally:
            self.open.discard(writer)
            await _hang_up(writer)


class Edge:
    """HAProxy's backend `site` with the servers `old` and `new`, under steady requests."""

    def __init__(self, haproxy: HAProxies, free_port: Ports, folder: Path, rate: float) -> None:
        self.front, self.socket = free_port(), str(folder / "edge.sock")
        self.old, self.new = Backend(free_port()), Backend(free_port())
        self.rates = _shape(rate)
        text = CONFIGURATION.format(
            socket=self.socket, front=self.front, old=self.old.port, new=self.new.port
        )
        haproxy(text, port=self.front)
        wait_until(Path(self.socket).exists, "HAProxy's socket is there")
        self.done = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self._live()))
        self.thread.start()
        wait_until(lambda: sum(self.counts()), "requests flow")

    @property
    def config(self) -> dict[str, Any]:
        """The wiring of both the switch and the metrics."""
        return {"address": self.socket, "backend": "site", "moved": ["new"], "control": ["old"]}

    def counts(self) -> tuple[int, int]:
        """Requests that the old and the new backend have answered so far."""
        return self.old.requests, self.new.requests

    def share(self, requests: int = 400) -> float:
        """The percent that the new backend answers of the next `requests`."""
        old, new = self.counts()
        wait_until(lambda: sum(self.counts()) >= old + new + requests, f"{requests} requests", 60)
        moved, kept = self.new.requests - new, self.old.requests - old
        return 100 * moved / (moved + kept)

    async def _live(self) -> None:
        """Serve and ask until `done`; what is still open then is cancelled."""
        servers = [
            await asyncio.start_server(one.serve, "127.0.0.1", one.port)
            for one in (self.old, self.new)
        ]
        lines: asyncio.Queue[None] = asyncio.Queue()
        askers = [asyncio.create_task(self._asker(lines)) for _ in range(CONNECTIONS)]
        loop, sent = asyncio.get_running_loop(), 0.0
        started = loop.time()
        while not self.done.is_set():
            await asyncio.sleep(0.02)
            hour = int((loop.time() - started) / HOUR_S) % len(self.rates)
            sent += self.rates[hour] * 0.02
            for _ in range(int(sent)):
                lines.put_nowait(None)
            sent -= int(sent)
        for task in askers:
            task.cancel()
        await asyncio.gather(*askers, return_exceptions=True)
        for server in servers:
            server.close()
        for one in (self.old, self.new):
            for writer in list(one.open):
                writer.close()  # its handler then reads the end, and ends itself
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*others, return_exceptions=True)

    async def _asker(self, lines: "asyncio.Queue[None]") -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.front)
        try:
            while True:
                await lines.get()
                writer.write(b"GET / HTTP/1.1\r\nHost: www.site.example\r\n\r\n")
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                await reader.readexactly(length)
        finally:
            await _hang_up(writer)

    def close(self) -> None:
        """Ask nothing any more, and hang up."""
        self.done.set()
        self.thread.join(10)


async def _hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()


def _shape(rate: float) -> list[float]:
    """Requests a second for each hour of four days, with the mean `rate`."""
    if TRACE.exists():
        with TRACE.open() as trace:
            hours = [float(row["y"]) for row in csv.DictReader(trace)][24 * 40 : 24 * 44]
    else:
        hours = [1.5 + math.sin(hour / 24 * 2 * math.pi) for hour in range(96)]
    mean = sum(hours) / len(hours)
    return [max(rate / 4, rate * hour / mean) for hour in hours]


@contextmanager
def running_edge(
    haproxy: HAProxies, free_port: Ports, folder: Path, rate: float = 200.0
) -> Iterator[Edge]:
    """An edge under `rate` requests a second on average."""
    edge = Edge(haproxy, free_port, folder, rate)
    try:
        yield edge
    finally:
        edge.close()
