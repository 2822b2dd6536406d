"""Men in the middle: they pass on what adapters say to a server, or spoil it.

Modes, as in `tests.services.meddler`: ``""`` passes everything on; `gone` hangs up; `deny` refuses
every change; `lie` takes a change with thanks and does nothing; `swallow` does it and never
answers; `slow` takes its time; `babble` answers nonsense.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from urllib.parse import urlsplit

from tests.services.web import Reply, Request, web_server


class Relay:
    """Where to turn to instead of the server, and how it is spoilt."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.mode = ""
        self.closing = threading.Event()


@contextmanager
def http_relay(target: str, port: int) -> Iterator[Relay]:
    """A relay of HTTP to the server at `target` (URL). Reads (GET) are passed on under `deny`,
    `lie` and `swallow`."""
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
        if relay.mode == "gone":
            return None
        if relay.mode == "babble":
            return Reply(200, b"<html>It works!</html>")
        if relay.mode == "deny" and changes:
            return Reply(403, b"Forbidden")
        if relay.mode == "lie" and changes:
            return Reply(200, {})
        if relay.mode == "slow":
            time.sleep(0.15)
        answer = forward(request)
        if relay.mode == "swallow" and changes:
            relay.closing.wait(5)
        return answer

    with web_server(port) as site:
        site.answer = handle
        relay = Relay(site.url)
        try:
            yield relay
        finally:
            relay.closing.set()


@contextmanager
def dns_relay(target: int, port: int, changes: Callable[[bytes], bool]) -> Iterator[Relay]:
    """A relay of DNS over TCP to a loopback port. `changes` tells messages that change something
    from those that ask. Nobody without the key can `lie`, as answers are signed."""
    relay = Relay(f"127.0.0.1:{port}")
    listener = socket.create_server(("127.0.0.1", port))
    threads: list[threading.Thread] = []

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threads.append(
                threading.Thread(target=_serve, args=(relay, target, changes, connection))
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
    connection: socket.socket,
) -> None:
    with connection:
        connection.settimeout(10)
        try:
            message = _framed(connection)
            if message and relay.mode != "gone":
                answer = _answer(relay, target, message, changes(message))
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
