"""HAProxy's runtime API: one line of commands, one answer, one short connection.

Commands and answers are in HAProxy's management guide, "Unix Socket commands".
"""

import re
import socket
import time
from dataclasses import dataclass

from onboarding.errors import PassingFault, PermanentFault
from onboarding.fields import Fields

TIMEOUT_S = 3.0  # for the whole of connect, ask and answer
LONGEST = 32 * 1024 * 1024  # bytes of an answer
NAME = re.compile(r"[A-Za-z0-9_.:\-]+")  # what HAProxy takes for a name of a backend or server
STAYS = "the traffic stays as it is"


@dataclass(frozen=True)
class Arms:
    """Where an HAProxy listens, how many seconds it has to answer, and which servers of which
    backend are the arms."""

    address: str
    timeout: float
    backend: str
    moved: tuple[str, ...]
    control: tuple[str, ...]

    def ask(self, *commands: str) -> str:
        """The answer of this HAProxy; see the function `ask`."""
        return ask(self.address, *commands, timeout=self.timeout)


def read_arms(fields: Fields) -> Arms:
    """The keys `address`, `timeout`, `backend`, `moved` and `control`; raises BadInput."""
    hint = "a socket's path such as /run/haproxy/admin.sock, or host:port"
    address = fields.text("address", hint)
    if not address.startswith("/") and not re.fullmatch(r".+:\d{1,5}", address):
        raise fields.wrong("address", f"{address!r} is neither a path nor host:port", hint)
    timeout = fields.number(
        "timeout", "seconds to wait for an answer", least=0.1, most=30, default=TIMEOUT_S
    )
    backend = _name(fields, "backend", fields.text("backend", "the backend's name in haproxy.cfg"))
    moved, control = (
        tuple(_name(fields, arm, one) for one in fields.texts(arm, f"servers of the {path} path"))
        for arm, path in (("moved", "new"), ("control", "old"))
    )
    if both := set(moved) & set(control):
        raise fields.wrong("control", f"{min(both)} is in both arms", "a server has one path")
    return Arms(address, timeout, backend, moved, control)


def _name(fields: Fields, key: str, name: str) -> str:
    if not NAME.fullmatch(name):
        raise fields.wrong(key, f"{name!r} is no name in HAProxy", "letters, digits, - _ . :")
    return name


def ask(address: str, *commands: str, timeout: float = TIMEOUT_S) -> str:
    """The answer to all of the commands, sent as one line. Raises PassingFault or PermanentFault;
    after a time-out or a broken connection the commands may have been carried out."""
    deadline = time.monotonic() + timeout
    try:
        with _connect(address, timeout) as connection:
            connection.sendall(";".join(commands).encode() + b"\n")
            answer = _until_closed(connection, address, deadline)
    except FileNotFoundError as missing:
        raise PassingFault(
            f"there is no socket {address}", hint=f"start HAProxy or correct the address; {STAYS}"
        ) from missing
    except PermissionError as denied:
        raise PermanentFault(
            f"the socket {address} may not be opened",
            hint=f"let this user read and write it (`stats socket … user`); {STAYS}",
        ) from denied
    except TimeoutError as late:
        raise PassingFault(
            f"HAProxy at {address} did not answer within {timeout:g} s",
            hint="whether it did what it was told shows when it is read",
        ) from late
    except OSError as away:
        raise PassingFault(
            f"HAProxy at {address} cannot be reached: {away.strerror or away}",
            hint="see that it runs and that the address is right",
        ) from away
    if not answer:
        raise PassingFault(
            f"HAProxy at {address} closed the connection without an answer",
            hint="whether it did what it was told shows when it is read",
        )
    if "Permission denied" in answer:
        raise PermanentFault(
            f"HAProxy at {address} does not permit this",
            hint=f"give the socket `level admin` in haproxy.cfg; {STAYS}",
        )
    return answer


def _connect(address: str, timeout: float) -> socket.socket:
    if not address.startswith("/"):
        host, _, port = address.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout)
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.settimeout(timeout)
        connection.connect(address)
    except BaseException:
        connection.close()
        raise
    return connection


def _until_closed(connection: socket.socket, address: str, deadline: float) -> str:
    received = bytearray()
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        connection.settimeout(left)
        piece = connection.recv(65536)
        if not piece:
            return received.decode("utf-8", "replace")
        received += piece
        if len(received) > LONGEST:
            raise PermanentFault(
                f"{address} answers without end", hint="is this HAProxy's runtime API?"
            )
