"""The one way out over HTTP: time-outs, limits, no way into private networks, errors mapped.

`call` is all there is. Where a name leads is looked up once, checked, and that very address is
connected to, so that a name that changes its mind between check and use (DNS rebinding) gains
nothing; redirects are followed by `GET` alone and go through the same check. Private, loopback
and link-local addresses are refused unless `TURNUP_API_ALLOW` lists them.
"""

import json
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import cache
from http.cookiejar import DefaultCookiePolicy
from typing import Any, NoReturn
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from requests.exceptions import (
    InvalidHeader,
    InvalidJSONError,
    InvalidSchema,
    InvalidURL,
    MissingSchema,
    RequestException,
    SSLError,
    Timeout,
)
from urllib3.exceptions import HTTPError

from onboarding import clock
from onboarding.addresses import Network, networks
from onboarding.config import settings
from onboarding.connections import pools
from onboarding.errors import PassingFault, PermanentFault

TIMEOUT_S = 10.0
LARGEST = 8 * 1024 * 1024  # bytes of an answer
HOPS = 3
LONGEST_WAIT_S = 3600
PASSING = {408, 425, 429}  # of the 4xx, those that may go better later


@dataclass(frozen=True)
class Answer:
    """What the far side said: a status of 2xx, or one that the caller accepts."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    whom: str

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as JSON. Raises PermanentFault where it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as wrong:
            raise PermanentFault(
                f"{self.whom} answered something that is no JSON: {_words(self.body)}",
                hint="is this the right address?",
            ) from wrong


@dataclass(frozen=True)
class Ask:
    """One request. `auth` adds its credentials at the very end (requests' own contract)."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    data: Any = None
    body: bytes | str | None = None
    auth: AuthBase | tuple[str, str] | None = None


def call(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    data: Any = None,
    body: bytes | str | None = None,
    auth: AuthBase | tuple[str, str] | None = None,
    timeout: float = TIMEOUT_S,
    accept: Collection[int] = (),
    allowed: tuple[Network, ...] | None = None,
    largest: int = LARGEST,
) -> Answer:
    """The far side's answer within `timeout` seconds, all hops and the whole body included.
    `data` is sent as JSON, `body` as it is. `allowed` are the private networks that may be
    reached; those of `TURNUP_API_ALLOW` where it is None. An answer of more than `largest` bytes
    is refused.

    Raises PassingFault (time-out, no connection, 408, 425, 429, 5xx) and PermanentFault (an
    address that may not be reached, a bad certificate, other 3xx and 4xx); statuses in `accept`
    are returned. After a time-out what was asked for may have been done. Messages name host and
    path, never the query or credentials.
    """
    ask = Ask(method.upper(), url, headers or {}, data, body, auth)
    if allowed is None:
        allowed = networks(settings().api_allow, "TURNUP_API_ALLOW")
    session = _session(allowed)
    deadline = time.monotonic() + timeout
    for _ in range(HOPS + 1):
        answer = _one(session, ask, deadline, timeout, largest)
        target = answer.headers.get("location")
        if answer.status in accept or not (300 <= answer.status < 400 and target):
            return _judged(answer, accept)
        ask = _next_hop(ask, target, answer)
    raise PermanentFault(f"{_whom(url)} redirects in circles", hint="correct the address")


def _one(
    session: requests.Session, ask: Ask, deadline: float, timeout: float, largest: int
) -> Answer:
    whom = _whom(ask.url)
    left = max(0.05, deadline - time.monotonic())
    try:
        with session.request(
            ask.method,
            ask.url,
            headers=dict(ask.headers),
            json=ask.data,
            data=ask.body,
            auth=ask.auth or _no_auth,
            timeout=left,
            stream=True,
            allow_redirects=False,
        ) as response:
            body = _read(response, deadline, whom, largest)
            return Answer(response.status_code, response.headers, body, whom)
    except (RequestException, HTTPError, TimeoutError, UnicodeError) as error:
        _raise(error, whom, timeout)


def _read(response: requests.Response, deadline: float, whom: str, largest: int) -> bytes:
    """The body, as it comes, so that neither its length nor its slowness is the far side's choice."""
    received = bytearray()
    while piece := response.raw.read1(65536, decode_content=True):
        received += piece
        if len(received) > largest:
            raise PermanentFault(
                f"{whom} answered more than {largest} bytes", hint="is this the right address?"
            )
        if time.monotonic() > deadline:
            raise TimeoutError
    return bytes(received)


def _raise(error: Exception, whom: str, timeout: float) -> NoReturn:
    """The error as this program knows it."""
    if isinstance(error, Timeout | TimeoutError) or "timed out" in str(error):
        raise PassingFault(
            f"{whom} did not answer within {timeout:g} s",
            hint="what was asked for may have been done: look before asking again",
        ) from error
    if isinstance(error, SSLError):
        raise PermanentFault(
            f"{whom} has no certificate that can be trusted: {error}",
            hint="renew it, or correct the host's name",
        ) from error
    wrong = InvalidURL | InvalidSchema | MissingSchema | InvalidHeader | InvalidJSONError
    if isinstance(error, wrong | UnicodeError):
        raise PermanentFault(
            f"{whom} cannot be asked: {error}", hint="correct the address, header or body"
        ) from error
    why = "nothing answers there" if isinstance(error, requests.ConnectionError) else str(error)
    raise PassingFault(
        f"{whom} cannot be reached: {why}", hint="see that it runs and that the address is right"
    ) from error


def _wait_s(header: str) -> float:
    """Seconds to wait by a Retry-After header (RFC 9110, 10.2.3: seconds or a date), at most
    `LONGEST_WAIT_S`; 0 where there is none or none that can be read."""
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(min(int(text[:9]), LONGEST_WAIT_S))
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return min(max(0.0, (until - clock.now()).total_seconds()), float(LONGEST_WAIT_S))


def _judged(answer: Answer, accept: Collection[int]) -> Answer:
    status, whom = answer.status, answer.whom
    if 200 <= status < 300 or status in accept:
        return answer
    said = f"{whom} answered {status}: {_words(answer.body)}"
    if status >= 500 or status in PASSING:
        wait_s = _wait_s(answer.headers.get("retry-after", ""))
        hint = f"it asks to wait {wait_s:.0f} s" if wait_s else "try again later"
        raise PassingFault(said, hint=hint, wait_s=wait_s)
    if status in (401, 403):
        raise PermanentFault(said, hint="correct the credentials, or what they may do")
    raise PermanentFault(said, hint="correct the address or what is asked for")


def _next_hop(ask: Ask, target: str, answer: Answer) -> Ask:
    """Where a redirect leads. Another host gets nothing of what the caller sends with it."""
    url = urljoin(ask.url, target)
    here, there = urlsplit(ask.url), urlsplit(url)
    if ask.method not in ("GET", "HEAD"):
        raise PermanentFault(
            f"{answer.whom} redirects what may not be sent twice", hint=f"ask {_whom(url)} directly"
        )
    if here.scheme == "https" and there.scheme != "https":
        raise PermanentFault(f"{answer.whom} redirects to plain HTTP", hint="correct the address")
    if _origin(here) == _origin(there):
        return Ask(ask.method, url, ask.headers, auth=ask.auth)
    return Ask(ask.method, url)


def _origin(url: SplitResult) -> tuple[str, str | None, int | None]:
    return url.scheme, url.hostname, url.port


def _whom(url: str) -> str:
    """Host and path of `url`, without query and credentials."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.hostname or url.partition('?')[0]}{port}{parts.path}"
    except ValueError:
        return "the address"


def _words(body: bytes) -> str:
    """The beginning of an answer, as one printable line."""
    text = " ".join(body[:1000].decode("utf-8", "replace").split())
    return "".join(c for c in text if c.isprintable())[:200] or "nothing more"


def _no_auth(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """In place of None, for which requests would look into ~/.netrc."""
    return request


class _CheckedAdapter(HTTPAdapter):
    """Connects to public addresses and to `allowed` only."""

    def __init__(self, allowed: tuple[Network, ...]) -> None:
        self.allowed = allowed
        super().__init__(pool_maxsize=50)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = pools(self.allowed)


@cache
def _session(allowed: tuple[Network, ...]) -> requests.Session:
    """The session of those who may reach `allowed`; no connection is shared with others. No
    proxies or credentials from the environment, no cookies, no retries."""
    session = requests.Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers["User-Agent"] = "turnup"
    for scheme in ("http://", "https://"):
        session.mount(scheme, _CheckedAdapter(allowed))
    return session
