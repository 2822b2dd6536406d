"""Connections that go only where they may: looked up once, checked, and that address connected to."""

import socket
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.connection import create_connection

from onboarding.addresses import Network, why_forbidden
from onboarding.errors import PermanentFault


def pools(allowed: tuple[Network, ...]) -> dict[str, Any]:
    """urllib3's pool classes by scheme, for connections that may go to public addresses and to
    `allowed`. Raising PermanentFault where a name leads elsewhere."""

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _connect(self, self._dns_host, allowed)

    class Tls(HTTPSConnection):  # the certificate is held against the name, not the address
        def _new_conn(self) -> socket.socket:
            return _connect(self, self._dns_host, allowed)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class TlsPool(HTTPSConnectionPool):
        ConnectionCls = Tls

    return {"http": PlainPool, "https": TlsPool}


def _connect(connection: HTTPConnection, host: str, allowed: Sequence[Network]) -> socket.socket:
    timeout = connection.timeout if isinstance(connection.timeout, int | float) else None
    last = OSError("no address")
    for address in _addresses(connection, host, allowed):
        try:
            return create_connection(
                (address, connection.port),
                timeout,
                connection.source_address,
                connection.socket_options,
            )
        except OSError as away:
            last = away
    if isinstance(last, TimeoutError):
        raise ConnectTimeoutError(connection, f"{host} timed out") from last
    raise NewConnectionError(connection, f"no connection: {last}") from last


def _addresses(connection: HTTPConnection, host: str, allowed: Sequence[Network]) -> list[str]:
    """Where `host` is, without the addresses that may not be connected to."""
    try:
        found = socket.getaddrinfo(host, connection.port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as unknown:
        reason = unknown if isinstance(unknown, socket.gaierror) else socket.gaierror(str(unknown))
        raise NameResolutionError(host, connection, reason) from unknown
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    why = {a: why_forbidden(ip_address(a.partition("%")[0]), allowed) for a in addresses}
    if all(why.values()):
        said = ", ".join(f"{address} ({kind})" for address, kind in why.items())
        raise PermanentFault(
            f"{host} is at {said}, where Turnup may not connect",
            hint="if it is a machine of yours, add its network to TURNUP_API_ALLOW",
        )
    return [address for address in addresses if not why[address]]
