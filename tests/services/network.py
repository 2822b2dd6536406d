"""The guard that keeps the tests on this machine."""

import socket
import sys
from ipaddress import ip_address
from typing import Any

import pytest

THIS_MACHINE = {"", "localhost", socket.gethostname()}


def forbid_the_outside() -> None:
    """From here on, and for good, this process may resolve and reach the loopback address only.

    An audit hook rather than a patched socket: it also sees gevent's sockets and other threads.
    """
    sys.addaudithook(_refuse_outside)


def _refuse_outside(event: str, arguments: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None  # a path: a Unix socket
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    else:
        return
    if not is_loopback(host):
        pytest.fail(f"a test tried to reach {host}: only the loopback address is allowed")


def is_loopback(host: str | bytes | None) -> bool:
    """Whether `host`, a name or an address, stays on this machine."""
    name = host.decode() if isinstance(host, bytes) else host or ""
    if name in THIS_MACHINE:
        return True
    try:
        address = ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
