"""What a probe looks at: a hostname, where to connect for it, and addresses of pages."""

import re
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

from onboarding.addresses import literal
from onboarding.checklists.probing.seen import NotSeen, shown
from onboarding.errors import marked

SAMPLE = "turnup-check"  # stands for `*` where one name below a wildcard is needed
_KEPT = "/%:=&?~+!$,;'@()*[]-._"
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Target:
    """One hostname of a turn-up. With `edge`, connections for any of `names` go to that name's
    addresses instead, still asking for the hostname (SNI and Host)."""

    hostname: str
    edge: str = ""
    names: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The hostname, or for a wildcard one name below it."""
        return self.hostname.replace("*", SAMPLE, 1)

    def reached_at(self, host: str) -> str:
        """The name whose addresses are dialled for `host`."""
        return self.edge if self.edge and (host == self.name or host in self.names) else host


@dataclass(frozen=True)
class Url:
    """Where a page is: http or https on its usual port; `path` holds the query too."""

    scheme: str
    host: str
    path: str

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}{self.path}"


def page(target: Target, path: str, scheme: str = "https") -> Url:
    """The page at `path` of the target. Raises NotSeen where `path` is none."""
    if not path.startswith("/") or re.search(r"[\s\x00-\x1f\x7f]", path):
        raise NotSeen(
            marked("{path} is no path of a page", path=repr(shown(path))),
            hint=marked("answer with a path that begins with /, such as /health"),
            ours=True,
        )
    return Url(scheme, target.name, quote(path.partition("#")[0], safe=_KEPT))


def redirected(url: Url, location: str) -> Url:
    """Where `location`, as sent in the header, leads from `url`. Raises NotSeen for an address that
    is none, names credentials or another port, or is neither http nor https."""
    named = {"url": str(url), "to": repr(shown(location))}
    # http.client reads headers as Latin-1; what servers send today is ASCII or UTF-8.
    text = location.encode("latin-1", "replace").decode("utf-8", "replace").strip()
    try:
        parts = urlsplit(urljoin(str(url), text))
        host, port = parts.hostname or "", parts.port
        host = host if literal(host) else host.encode("idna").decode()
    except ValueError as wrong:
        raise NotSeen(
            marked("the redirect of {url} to {to} is no address", **named),
            hint=marked("correct the redirect"),
        ) from wrong
    if parts.scheme not in _PORTS or not host:
        raise NotSeen(
            marked("the redirect of {url} to {to} leads to no web page", **named),
            hint=marked("redirect to https://"),
        )
    if port not in (None, _PORTS[parts.scheme]):
        raise NotSeen(
            marked(
                "the redirect of {url} to {to} names the port {port}, which we do not follow",
                port=port,
                **named,
            ),
            hint=marked("redirect to the usual port, without a number"),
        )
    if "@" in parts.netloc:
        raise NotSeen(
            marked("the redirect of {url} to {to} holds a user name", **named),
            hint=marked("leave it out"),
        )
    path = quote(parts.path or "/", safe=_KEPT)
    query = f"?{quote(parts.query, safe=_KEPT)}" if parts.query else ""
    return Url(parts.scheme, host.rstrip(".").lower(), path + query)
