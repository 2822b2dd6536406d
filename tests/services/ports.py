"""Free TCP ports of the loopback address."""

import os
import socket

import pytest

FIRST, LAST = 20_000, 32_000
UDP_FIRST, UDP_LAST = 14_000, 20_000  # not reserved by others while their server starts


class Ports:
    """Hands out TCP ports of the loopback address, each once.

    Taken from below the range that outgoing connections use, and reserved against other test runs
    on this machine by a UDP socket of the same number, which the system frees with this process.
    """

    def __init__(self) -> None:
        self._next = FIRST + os.getpid() * 61 % (LAST - FIRST)
        self._next_udp = UDP_FIRST + os.getpid() * 61 % (UDP_LAST - UDP_FIRST)
        self._reserved: list[socket.socket] = []

    def __call__(self) -> int:
        for _ in range(FIRST, LAST):
            port, self._next = self._next, self._next + 1
            if self._next == LAST:
                self._next = FIRST
            if self._reserve(port):
                return port
        pytest.fail("no free port on the loopback address")

    def with_udp(self) -> int:
        """A port for a server that also wants its UDP side: reserved until now only, from a range in
        which nobody else reserves any."""
        for _ in range(UDP_FIRST, UDP_LAST):
            port, self._next_udp = self._next_udp, self._next_udp + 1
            if self._next_udp == UDP_LAST:
                self._next_udp = UDP_FIRST
            if self._reserve(port):
                self._reserved.pop().close()
                return port
        pytest.fail("no free port with its UDP side on the loopback address")

    def _reserve(self, port: int) -> bool:
        reservation = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            reservation.bind(("127.0.0.1", port))
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(("127.0.0.1", port))
        except OSError:
            reservation.close()
            return False
        self._reserved.append(reservation)
        return True

    def release(self) -> None:
        """Give all reservations back."""
        for reservation in self._reserved:
            reservation.close()


def listens(port: int) -> bool:
    """Whether something accepts connections on this loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
