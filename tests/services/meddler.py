"""A man in the middle of HAProxy's runtime API: it passes commands on, or spoils them."""

import socket
import threading
import time
from types import TracebackType


class Meddler:
    """Listens at `address` and talks to the runtime API behind `socket_path`, as `mode` says:

    ``""`` passes everything on; `gone` hangs up; `deny` answers that this is not permitted;
    `lie` takes sets with thanks and does nothing; `swallow` does them and never answers;
    `half` does the first half of the sets and hangs up; `slow` takes its time; `babble` answers
    nonsense. All but `gone`, `babble`, `slow` leave the reading of states alone.
    """

    def __init__(self, socket_path: str, port: int) -> None:
        self.socket_path = socket_path
        self.address = f"127.0.0.1:{port}"
        self.mode = ""
        self._port = port
        self._held: list[socket.socket] = []

    def __enter__(self) -> "Meddler":
        self._listener = socket.create_server(("127.0.0.1", self._port))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        for connection in self._held:
            connection.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            try:
                self._answer(connection)
            except OSError:
                pass  # who asked has gone, or HAProxy is not there: they see a closed connection
            if self.mode == "swallow":
                self._held.append(connection)  # open, and silent now that it has been done
            else:
                connection.close()

    def _answer(self, connection: socket.socket) -> None:
        mode = self.mode
        if mode == "gone":
            return
        line = connection.makefile("rb").readline()
        setting = line.startswith(b"set ")
        if mode == "babble":
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        elif mode == "deny" and setting:
            connection.sendall(b"Permission denied\n\n")
        elif mode == "lie" and setting:
            connection.sendall(b"\n")
        elif mode == "half" and setting:
            commands = line.rstrip(b"\n").split(b";")
            self._pass_on(b";".join(commands[: len(commands) // 2]) + b"\n")
        else:
            if mode == "slow":
                time.sleep(0.2)
            answer = self._pass_on(line)
            if not (mode == "swallow" and setting):
                connection.sendall(answer)
                connection.shutdown(socket.SHUT_WR)

    def _pass_on(self, line: bytes) -> bytes:
        with socket.socket(socket.AF_UNIX) as behind:
            behind.connect(self.socket_path)
            behind.sendall(line)
            return behind.makefile("rb").read()
