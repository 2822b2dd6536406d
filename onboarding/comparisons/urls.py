"""The list of URLs that somebody typed in. Pure."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from onboarding.errors import BadInput

MOST = 50
_CROOKED = re.compile(r"[\s\x00-\x1f\x7f]")


def read(text: str, hostnames: Sequence[str]) -> list[str]:
    """One URL a line, on a hostname of the turn-up; a line that begins with / is meant for each of
    them (wildcards aside). Raises BadInput naming the line."""
    plain = [name for name in hostnames if not name.startswith("*")]
    found: dict[str, None] = {}
    for number, line in enumerate(text.splitlines(), 1):
        word = line.strip()
        if not word or word.startswith("#"):
            continue
        lines = [f"https://{name}{word}" for name in plain] if word.startswith("/") else [word]
        if not lines:
            raise _wrong(number, f"{word[:60]!r} needs a hostname", "write the whole URL")
        for url in lines:
            _check(url, number, hostnames)
            found[url] = None
    if not found:
        raise BadInput("there is no URL", place="urls", hint="one a line, such as /")
    if len(found) > MOST:
        raise BadInput(f"these are {len(found)} URLs", place="urls", hint=f"at most {MOST}")
    return list(found)


def _check(url: str, number: int, hostnames: Sequence[str]) -> None:
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    if _CROOKED.search(url) or len(url) > 1000 or not usual or not host or "@" in parts.netloc:
        raise _wrong(number, f"{url[:60]!r} is no URL of a page", "as in https://www.example.com/")
    if port not in (None, usual):
        raise _wrong(number, f"the port {port} is not asked", "use the usual port")
    if not any(_covers(name, host) for name in hostnames):
        hint = f"one of {', '.join(hostnames[:5])}" if hostnames else "list the hostnames first"
        raise _wrong(number, f"{host[:60]} is no hostname of this turn-up", hint)


def _covers(name: str, host: str) -> bool:
    if name.startswith("*."):
        return host.partition(".")[2] == name[2:].lower()
    return host == name.lower()


def _wrong(number: int, message: str, hint: str) -> BadInput:
    return BadInput(f"line {number}: {message}", place="urls", hint=hint)
