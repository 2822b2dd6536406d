"""A man in the middle of IRC: he tags messages with accounts as newer servers do, and can go deaf."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class TaggingRelay:
    """Listens on `port` for the server at `behind`; what the nicks of `accounts` say carries their
    account, and the capability is granted. While it is `deaf`, what comes for the server is taken
    and goes nowhere but into `swallowed`."""

    def __init__(self, behind: int, port: int, accounts: dict[str, str]) -> None:
        self.behind, self.accounts = behind, accounts
        self.listener = socket.create_server(("127.0.0.1", port))
        self.ends: list[socket.socket] = []
        self.deaf = False
        self.swallowed: list[bytes] = []
        self.threads = [threading.Thread(target=self._accept)]
        self.threads[0].start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                far = socket.create_connection(("127.0.0.1", self.behind))
                self.ends += [near, far]
                for source, target, tags in ((near, far, False), (far, near, True)):
                    pump = threading.Thread(target=self._pump, args=(source, target, tags))
                    pump.start()
                    self.threads.append(pump)

    def _pump(self, source: socket.socket, target: socket.socket, tags: bool) -> None:
        with suppress(OSError), source.makefile("rb") as lines:
            for line in lines:
                if tags:
                    target.sendall(self._tagged(line))
                elif self.deaf:
                    self.swallowed.append(line)
                else:
                    target.sendall(line)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    def _tagged(self, line: bytes) -> bytes:
        if b" NAK :account-tag" in line:
            return line.replace(b" NAK ", b" ACK ")
        for nick, account in self.accounts.items():
            if line.startswith(f":{nick}!".encode()):
                return f"@account={account} ".encode() + line
        return line

    def cut(self) -> None:
        """End every connection."""
        for end in self.ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self.ends.clear()

    def close(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.cut()
        for thread in self.threads:
            thread.join()


@contextmanager
def tagging_relay(behind: int, port: int, accounts: dict[str, str]) -> Iterator[TaggingRelay]:
    """One until the block ends."""
    relay = TaggingRelay(behind, port, accounts)
    try:
        yield relay
    finally:
        relay.close()
