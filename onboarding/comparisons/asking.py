"""Ask one URL on one path, through the dialer and the address rule of the probes."""

import hashlib
import time
from urllib.parse import urlsplit

from onboarding.checklists.probing.fetch import Answer, fetch
from onboarding.checklists.probing.network import Network
from onboarding.checklists.probing.seen import NotSeen, shown
from onboarding.checklists.probing.target import Target, page
from onboarding.comparisons.answers import Seen


def ask(url: str, at: str, network: Network) -> Seen:
    """The answer to `url` from the host `at` ("": where DNS leads), which is asked for the URL's
    own hostname (SNI and Host). No redirect is followed. Raises nothing that a server causes."""
    parts = urlsplit(url)
    target = Target((parts.hostname or "").rstrip("."), at)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    started = time.monotonic()
    try:
        answer = fetch(network, target, page(target, path, parts.scheme), network.deadline())
    except NotSeen as fault:
        return Seen(fault=fault.message)
    return _seen(answer, round((time.monotonic() - started) * 1000))


def _seen(answer: Answer, ms: int) -> Seen:
    headers: dict[str, str] = {}
    for name, value in answer.headers:
        apart = "\n" if name == "set-cookie" else ", "
        headers[name] = f"{headers[name]}{apart}{value}" if name in headers else value
    return Seen(
        status=answer.status,
        headers={n: "\n".join(shown(v, 400) for v in h.split("\n")) for n, h in headers.items()},
        sha256=hashlib.sha256(answer.body).hexdigest(),
        size=len(answer.body),
        cut=answer.cut,
        ms=ms,
    )
