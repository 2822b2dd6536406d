"""Many browsers in one loop: each holds a stream open and notes when an event came."""

import re
import select
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

NEWS = re.compile(rb"id: (\d+)\nevent: (\w+)\n")


@dataclass
class Client:
    """One open stream: the last number it saw, and what it has read but not understood."""

    line: socket.socket
    seen: int = 0
    rest: bytes = b""
    came: dict[int, float] = field(default_factory=dict)


def _answered(clients: "list[Client]") -> bool:
    return all(client.rest for client in clients)


class Clients:
    """`count` streams of `path` on 127.0.0.1:port; `heard` counts bytes as they come."""

    def __init__(self, port: int, path: str, event: bytes) -> None:
        self.port, self.path, self.event = port, path, event
        self.heard = 0
        self.returned = 0
        self.open: dict[int, Client] = {}
        self.poll = select.epoll()

    def connect(self, count: int) -> None:
        """Open `count` more, each answered before the next fifty are asked."""
        for begun in range(0, count, 50):
            fresh = [self._ask(Client(self._line())) for _ in range(min(50, count - begun))]
            self.until(partial(_answered, fresh), 60)

    def _line(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def _ask(self, client: Client, last: str = "") -> Client:
        header = f"Last-Event-ID: {last}\r\n" if last else ""
        client.line.sendall(f"GET {self.path} HTTP/1.1\r\nHost: x\r\n{header}\r\n".encode())
        client.line.setblocking(False)
        self.open[client.line.fileno()] = client
        self.poll.register(client.line.fileno(), select.EPOLLIN)
        return client

    def until(self, done: Callable[[], bool], seconds: float) -> bool:
        """Read until `done()`; False where it was not within `seconds`."""
        end = time.monotonic() + seconds
        while not done():
            if time.monotonic() > end:
                return False
            for number, _ in self.poll.poll(0.05, 512):
                self._read(self.open[number])
        return True

    def _read(self, client: Client) -> None:
        try:
            data = client.line.recv(1 << 18)
        except BlockingIOError:
            return
        except ConnectionError:
            data = b""
        if not data:
            self._come_back(client)
            return
        self.heard += len(data)
        now, text = time.monotonic(), client.rest + data
        for found in NEWS.finditer(text):
            number = int(found[1])
            if found[2] == self.event and number > client.seen:
                client.came[number], client.seen = now, number
        client.rest = text[-64:]

    def _come_back(self, client: Client) -> None:
        """As a browser does: again, with the last number it saw."""
        self.poll.unregister(client.line.fileno())
        del self.open[client.line.fileno()]
        client.line.close()
        self.returned += 1
        while True:
            try:
                client.line = self._line()
                break
            except ConnectionError:
                time.sleep(0.05)
        client.rest = b""
        self._ask(client, str(client.seen))

    def close(self) -> None:
        """End them all."""
        for client in self.open.values():
            client.line.close()
        self.poll.close()
