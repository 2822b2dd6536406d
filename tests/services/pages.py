"""A web server that answers byte for byte what a test wants, however wrong that is."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

Reply = bytes | Iterable[bytes]


@dataclass(frozen=True)
class Asked:
    """One request as it came: `scheme`, Host, path with query, the whole head, and SNI."""

    scheme: str
    host: str
    path: str
    head: str
    sni: str = ""


def reply(status: str = "200 OK", body: bytes = b"hello", **headers: str) -> bytes:
    """A whole answer; `x_cache="HIT"` sends `x-cache: HIT`."""
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body


class Pages:
    """Listens on `address` for HTTP on one port and HTTPS on another (0: on none). `pages` maps a path to a
    reply, or to what makes one of the request; `seen` lists all requests."""

    def __init__(self, address: str, http: int, https: int, context: ssl.SSLContext) -> None:
        self.context = context
        self.pages: dict[str, Reply | Callable[[Asked], Reply]] = {"/": reply()}
        self.seen: list[Asked] = []
        self.sent = 0
        self.closed = threading.Event()
        self._sni = threading.local()
        context.sni_callback = lambda _socket, name, _context: setattr(self._sni, "name", name)
        self._listeners = [
            (socket.create_server((address, port), family=_family(address), backlog=32), scheme)
            for port, scheme in ((http, "http"), (https, "https"))
            if port
        ]
        for listener, scheme in self._listeners:
            threading.Thread(target=self._accept, args=(listener, scheme), daemon=True).start()

    def stop(self) -> None:
        """Take no more connections."""
        for listener, _ in self._listeners:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()

    def _accept(self, listener: socket.socket, scheme: str) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.settimeout(10)
            threading.Thread(target=self._serve, args=(connection, scheme), daemon=True).start()

    def _serve(self, connection: socket.socket, scheme: str) -> None:
        try:
            if scheme == "https":
                connection = self.context.wrap_socket(connection, server_side=True)
            with connection:
                self._answer(connection, scheme)
        except OSError:  # the client left, as bounded clients do
            connection.close()
        self.closed.set()

    def _answer(self, connection: socket.socket, scheme: str) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            part = connection.recv(65536)
            if not part:
                return
            head += part
            if not head[:1].isalpha():  # a handshake, where plain HTTP is spoken
                connection.sendall(reply("400 Bad Request"))
                return
        text = head.decode("latin-1")
        path = text.split(" ")[1]
        host = next(line[6:] for line in text.split("\r\n") if line.lower().startswith("host: "))
        asked = Asked(scheme, host, path, text, getattr(self._sni, "name", "") or "")
        self.seen.append(asked)
        page = self.pages.get(path, reply("404 Not Found"))
        made = page(asked) if callable(page) else page
        for part in [made] if isinstance(made, bytes) else made:
            connection.sendall(part)
            self.sent += len(part)


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET
