"""The one place where probes open connections: the address rule, the deadline, the byte bound."""

import errno
import socket
import ssl
from collections.abc import Sequence
from functools import cache
from typing import Any

from onboarding.addresses import Address, Network, why_forbidden
from onboarding.checklists.probing.limits import Budget
from onboarding.checklists.probing.seen import NotSeen
from onboarding.errors import marked, nested

_NO_ROUTE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}


class _Bounded:
    """What both kinds of socket below do before and after each read and write.

    A time-out for each read would let a server that sends a byte a second hold us for ever; so
    every read gets what is left of the whole.
    """

    budget: Budget

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(self.budget.deadline.left())  # type: ignore[attr-defined]
        count: int = super().recv_into(*args, **kwargs)  # type: ignore[misc]
        self.budget.spend(count)
        return count

    def sendall(self, *args: Any, **kwargs: Any) -> None:
        self.settimeout(self.budget.deadline.left())  # type: ignore[attr-defined]
        super().sendall(*args, **kwargs)  # type: ignore[misc]


class PlainSocket(_Bounded, socket.socket):
    """A TCP connection within a budget, to `address`."""

    address: Address


class TlsSocket(_Bounded, ssl.SSLSocket):
    """A TLS connection within a budget."""


class Dialer:
    """Connects to addresses that may be reached; `allowed` are networks the operator opened."""

    def __init__(self, allowed: Sequence[Network] = ()) -> None:
        self.allowed = tuple(allowed)

    def check(self, address: Address, name: str) -> None:
        """Raises NotSeen where `name` leads to an address that probes may not reach."""
        why = why_forbidden(address, self.allowed)
        if why:
            raise NotSeen(
                marked(
                    "{name} leads to {address} ({why}), which we do not connect to",
                    name=name,
                    address=str(address),
                    why=nested(why),
                ),
                hint=marked(
                    "publish a public address; private networks are opened by the operator only"
                ),
            )

    def connect(self, address: Address, port: int, name: str, budget: Budget) -> PlainSocket:
        """A TCP connection to exactly this address. Raises NotSeen."""
        self.check(address, name)
        family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
        try:
            connection = PlainSocket(family, socket.SOCK_STREAM)
        except OSError as wrong:
            raise _no_connection(wrong, address, port, name) from wrong
        connection.budget, connection.address = budget, address
        try:
            connection.settimeout(budget.deadline.left())
            connection.connect((str(address), port))
        except BaseException as wrong:
            connection.close()
            if isinstance(wrong, OSError):
                raise _no_connection(wrong, address, port, name) from wrong
            raise
        return connection

    def secure(self, plain: PlainSocket, name: str, context: ssl.SSLContext) -> TlsSocket:
        """TLS on top, asking for `name`. Raises ssl.SSLError and OSError as the handshake does;
        `plain` is closed then."""
        budget = plain.budget
        context.sslsocket_class = TlsSocket
        try:
            plain.settimeout(budget.deadline.left())
            secure = context.wrap_socket(plain, server_hostname=name)
        except BaseException:
            plain.close()
            raise
        assert isinstance(secure, TlsSocket)
        secure.budget = budget
        return secure


def _no_connection(wrong: OSError, address: Address, port: int, name: str) -> NotSeen:
    where = marked("{name} ({address}), port {port}", name=name, address=str(address), port=port)
    if isinstance(wrong, TimeoutError):
        fix = marked("see whether the server runs and the firewall lets us in")
        return NotSeen(marked("no connection to {where} in time", where=where), hint=fix)
    if wrong.errno in _NO_ROUTE:
        kind = "IPv6" if address.version == 6 else "IPv4"
        fix = marked("the vendor sees whether the machine that runs probes has {kind}", kind=kind)
        said = marked("no way from our network to {where}", where=where)
        return NotSeen(said, hint=fix, ours=True)
    fix = marked("see whether the server runs there")
    if isinstance(wrong, ConnectionRefusedError):
        return NotSeen(marked("nothing listens at {where}", where=where), hint=fix)
    reason = wrong.strerror or type(wrong).__name__
    return NotSeen(
        marked("no connection to {where}: {reason}", where=where, reason=reason), hint=fix
    )


@cache
def trusting(extra: str = "", *, any_name: bool = False) -> ssl.SSLContext:
    """A context that verifies as browsers do; `extra` are further CAs as PEM, `any_name` leaves
    out whether the certificate is for the name. The system's CAs are read once a process."""
    context = ssl.create_default_context()
    context.check_hostname = not any_name
    if extra:
        context.load_verify_locations(cadata=extra)
    return context


def unverified(version: ssl.TLSVersion | None = None) -> ssl.SSLContext:
    """A context that takes any certificate, to look at it; with `version`, offering exactly that
    one, also where it is too weak for any other use. Nothing is sent over it but requests that
    hold no secret."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if version is not None:
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.minimum_version = version
        context.maximum_version = version
    return context
