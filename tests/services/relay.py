"""Men in the middle: they pass on what adapters say to a server, or spoil it.

Modes, as in `tests.services.meddler`: ``""`` passes everything on; `gone` hangs up; `deny` refuses
every change; `lie` takes a change with thanks and does nothing; `swallow` does it and never
answers; `half` does half of it and hangs up; `cut` hangs up after the first change; `slow` takes
its time; `babble` answers nonsense.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from http.client import HTTPConnection
from urllib.parse import urlsplit

from tests.services.web import Reply, Request, web_server


class Relay:
    """Where to turn to instead of the server, and how it is spoilt. `changed`: how many changes
    were passed on under this mode."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.spoil("")
        self.closing = threading.Event()

    def spoil(self, mode: str) -> None:
        """Do so from now on."""
        self.mode, self.changed = mode, 0


INSTEAD = {"deny": Reply(403, b"Forbidden"), "lie": Reply(200, {})}  # of a change
Halve = Callable[[bytes], bytes]  # what half of a change would be; empty where it can't be told


@contextmanager
def http_relay(target: str, port: int, halve: Halve = bytes) -> Iterator[Relay]:
    """A relay of HTTP to the server at `target` (URL). Reads (GET) are passed on under `deny`,
    `lie`, `swallow`, `half` and `cut`."""
    where = urlsplit(target)

    def forward(request: Request) -> Reply:
        assert where.hostname
        connection = HTTPConnection(where.hostname, where.port, timeout=10)
        try:
            connection.request(request.method, request.path, request.body, request.headers)
            answer = connection.getresponse()
            told = ("content-type", "content-encoding")
            kept = {n: v for n, v in answer.getheaders() if n.lower() in told}
            return Reply(answer.status, answer.read(), kept)
        finally:
            connection.close()

    def handle(request: Request) -> Reply | None:
        changes = request.method != "GET"
        if relay.mode == "gone" or (relay.mode == "cut" and changes and relay.changed):
            return None
        if relay.mode == "babble":
            return Reply(200, b"<html>It works!</html>")
        if changes and relay.mode in INSTEAD:
            return INSTEAD[relay.mode]
        if relay.mode == "slow":
            time.sleep(0.15)
        if not changes:
            return forward(request)
        relay.changed += 1
        if relay.mode == "half":
            forward(replace(request, body=halve(request.body), headers=_sized(request.headers)))
            return None
        answer = forward(request)
        if relay.mode == "swallow":
            relay.closing.wait(5)
        return answer

    with web_server(port) as site:
        site.answer = handle
        relay = Relay(site.url)
        try:
            yield relay
        finally:
            relay.closing.set()


def _sized(headers: Mapping[str, str]) -> dict[str, str]:
    """Without the length, which is another now."""
    return {name: value for name, value in headers.items() if name != "content-length"}


@contextmanager
def dns_relay(
    target: int, port: int, changes: Callable[[bytes], bool], thanks: Halve, halve: Halve
) -> Iterator[Relay]:
    """A relay of DNS over TCP to a loopback port. `changes` tells messages that change something
    from those that ask; `thanks` is the signed answer to a change that was made, `halve` half of
    such a change, signed: both need the key."""
    relay = Relay(f"127.0.0.1:{port}")
    spoilt = {"lie": thanks, "half": halve}
    listener = socket.create_server(("127.0.0.1", port))
    threads: list[threading.Thread] = []

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threads.append(
                threading.Thread(target=_serve, args=(relay, target, changes, spoilt, connection))
            )
            threads[-1].start()

    acceptor = threading.Thread(target=accept)
    acceptor.start()
    try:
        yield relay
    finally:
        relay.closing.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for thread in [acceptor, *threads]:
            thread.join()


def _serve(
    relay: Relay,
    target: int,
    changes: Callable[[bytes], bool],
    spoilt: Mapping[str, Halve],
    connection: socket.socket,
) -> None:
    with connection:
        connection.settimeout(10)
        try:
            message = _framed(connection)
            if message and relay.mode != "gone":
                changing = changes(message)
                if changing and relay.mode == "half":
                    _answer(relay, target, spoilt["half"](message), changing)
                    return
                lying = changing and relay.mode == "lie"
                answer = (
                    spoilt["lie"](message) if lying else _answer(relay, target, message, changing)
                )
                connection.sendall(len(answer).to_bytes(2, "big") + answer)
        except OSError:
            pass  # who asked has gone


def _answer(relay: Relay, target: int, message: bytes, changing: bool) -> bytes:
    if relay.mode == "babble":
        return b"hello"
    if relay.mode == "deny" and changing:
        return message[:2] + b"\xa8\x05" + b"\x00" * 8  # an update refused, unsigned
    if relay.mode == "slow":
        time.sleep(0.15)
    with socket.create_connection(("127.0.0.1", target), 10) as behind:
        behind.sendall(len(message).to_bytes(2, "big") + message)
        answer = _framed(behind)
    if relay.mode == "swallow" and changing:
        relay.closing.wait(5)
    return answer


def _framed(connection: socket.socket) -> bytes:
    """One message after its length (RFC 1035, 4.2.2); empty where the other side hung up."""
    stream = connection.makefile("rb")
    with stream:
        size = stream.read(2)
        return stream.read(int.from_bytes(size, "big")) if len(size) == 2 else b""
