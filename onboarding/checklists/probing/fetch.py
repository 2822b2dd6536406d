"""One HTTP exchange within bounds.

http.client speaks HTTP over a connection that is ours: made to an address that was looked up once
and held against the rule, so that no second look-up can lead elsewhere (DNS rebinding), while SNI
and Host keep the name. A pooled session could promise neither that nor one deadline for the whole.
"""

import http.client
import ssl
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from onboarding.addresses import Address
from onboarding.checklists.probing.dialer import PlainSocket, TlsSocket
from onboarding.checklists.probing.limits import Budget, Deadline, TooMuch
from onboarding.checklists.probing.network import Network
from onboarding.checklists.probing.seen import NotSeen, shown
from onboarding.checklists.probing.target import Target, Url
from onboarding.errors import marked

AGENT = "turnup-probe/1 (checks a checklist item)"
_CHUNK = 64 * 1024


@dataclass(frozen=True)
class Answer:
    """What came back: `headers` in order with small letters, `body` cut at the byte limit."""

    url: Url
    address: Address
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    cut: bool

    def header(self, name: str) -> str | None:
        """The value of a header, several joined by commas; None where it was not sent."""
        values = [value for key, value in self.headers if key == name.lower()]
        return ", ".join(values) if values else None


def fetch(
    network: Network,
    target: Target,
    url: Url,
    deadline: Deadline,
    *,
    headers: Mapping[str, str] | None = None,
    addresses: tuple[Address, ...] = (),
    context: ssl.SSLContext | None = None,
) -> Answer:
    """GET `url`, following nothing. `addresses` saves the look-up where one was made; `context`
    replaces the verification of the certificate. Raises NotSeen with what went wrong."""
    at = target.reached_at(url.host)
    addresses = addresses or network.resolver.addresses(at, deadline)
    port = network.https if url.scheme == "https" else network.http
    budget = Budget(deadline, network.limits.header_bytes)
    plain = network.connect(addresses, port, at, budget)
    connection: PlainSocket | TlsSocket = plain
    try:
        if url.scheme == "https":
            connection = network.secure(plain, url.host, context)
        most = network.limits.body_bytes
        return _exchange(connection, url, plain.address, headers or {}, most)
    except TimeoutError as wrong:
        raise deadline.passed() from wrong
    except ssl.SSLError as wrong:
        raise tls_fault(wrong, url.host) from wrong
    except OSError as wrong:
        reason = wrong.strerror or type(wrong).__name__
        raise NotSeen(
            marked("the connection for {url} broke: {reason}", url=str(url), reason=reason),
            hint=marked("look into the server's log"),
        ) from wrong
    finally:
        connection.close()


def _exchange(
    connection: PlainSocket | TlsSocket,
    url: Url,
    peer: Address,
    headers: Mapping[str, str],
    most: int,
) -> Answer:
    client = http.client.HTTPConnection(url.host)
    client.sock = connection
    host = str(Url("", url.host, "")).removeprefix("://")
    wanted = {"Host": host, "User-Agent": AGENT, "Accept": "*/*", "Connection": "close", **headers}
    try:
        client.request("GET", url.path, headers=wanted)
        with client.getresponse() as response:
            sent = tuple((name.lower(), value) for name, value in response.getheaders())
            connection.budget.allow(most + _CHUNK)
            body = _read(response, most + 1)
            return Answer(url, peer, response.status, sent, body[:most], len(body) > most)
    except TooMuch as wrong:
        raise NotSeen(
            marked("the headers of {url} are longer than we read", url=str(url)),
            hint=marked("send fewer, shorter headers"),
        ) from wrong
    except (http.client.HTTPException, ValueError) as wrong:
        raise NotSeen(
            marked(
                "what {url} answers is no HTTP: {reason}",
                url=str(url),
                reason=shown(str(wrong)) or type(wrong).__name__,
            ),
            hint=marked("see what listens on that port"),
        ) from wrong


def _read(response: http.client.HTTPResponse, most: int) -> bytes:
    """Up to `most` bytes of the body as sent; a body that breaks off counts as far as it came."""
    parts: list[bytes] = []
    left = most
    try:
        while left > 0 and (part := response.read(min(left, _CHUNK))):
            parts.append(part)
            left -= len(part)
    except TooMuch:  # chunk headers without end: what came is enough
        return b"".join(parts).ljust(most)
    except http.client.IncompleteRead as broken:
        parts.append(broken.partial)
    return b"".join(parts)


def unpacked_size(body: bytes, most: int) -> int:
    """How many bytes a gzip body holds, counted up to `most` and never unpacked beyond. Raises
    NotSeen where it is no gzip."""
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        return len(unpacker.decompress(body, most))
    except zlib.error as wrong:
        raise NotSeen(
            marked("the body says gzip and is none"),
            hint=marked("compress once, at the edge or the origin"),
        ) from wrong


def tls_fault(wrong: ssl.SSLError, name: str) -> NotSeen:
    """A failed handshake in words."""
    if isinstance(wrong, ssl.SSLCertVerificationError):
        return NotSeen(
            marked(
                "the certificate for {name} is not valid: {why}",
                name=name,
                why=wrong.verify_message,
            ),
            hint=marked(
                "install a certificate for this name with its whole chain; see its own items"
            ),
        )
    why = (wrong.reason or "handshake failed").replace("_", " ").lower()
    return NotSeen(
        marked("no TLS with {name}: {why}", name=name, why=why),
        hint=marked(
            "see whether the server has a certificate for this name and speaks TLS 1.2 or 1.3"
        ),
    )
