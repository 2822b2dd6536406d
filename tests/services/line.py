"""A line between a browser and the server that can be cut, or go dead without a word."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

CHUNK = 65536


class Line:
    """`address` leads to the server while the line is up. `cut()` hangs up on everybody and takes
    nobody in; `freeze()` keeps connections open and passes nothing on; `mend()` ends both."""

    def __init__(self, server: str) -> None:
        where = urlsplit(server)
        self._target = (where.hostname, where.port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._is_up = True
        self._flows = threading.Event()
        self._flows.set()
        self._open: set[socket.socket] = set()
        threading.Thread(target=self._take_in, daemon=True).start()

    def cut(self) -> None:
        self._is_up = False
        for one in list(self._open):
            _hang_up(one)

    def freeze(self) -> None:
        self._flows.clear()

    def mend(self) -> None:
        self._is_up = True
        self._flows.set()

    def close(self) -> None:
        self.cut()
        self._flows.set()
        _hang_up(self._listener)

    def _take_in(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                if not self._is_up:
                    _hang_up(near)
                    continue
                far = socket.create_connection(self._target)
                self._open |= {near, far}
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=self._pump, args=pair, daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK):
                self._flows.wait()
                sink.sendall(data)
        for one in (source, sink):
            _hang_up(one)
            self._open.discard(one)


def _hang_up(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


@contextmanager
def line_to(server: str) -> Iterator[Line]:
    """A line to `server` (URL) until the block ends."""
    line = Line(server)
    try:
        yield line
    finally:
        line.close()
