"""Probes of HTTP: status, redirects, headers, HSTS, compression, cache, and the origin behind."""

import re

from onboarding.checklists.probing.dialer import unverified
from onboarding.checklists.probing.fetch import Answer, fetch, unpacked_size
from onboarding.checklists.probing.network import Network
from onboarding.checklists.probing.seen import NotSeen, Seen, failed, passed, shown
from onboarding.checklists.probing.target import Target, Url, page, redirected
from onboarding.checklists.probing.wanted import (
    CacheHeader,
    Header,
    Hsts,
    Origin,
    Page,
    Redirects,
    Status,
)

_REDIRECTS = {301, 302, 303, 307, 308}
_HIT = re.compile(r"(?<![a-z])hit(?![a-z])", re.IGNORECASE)
_MAX_AGE = re.compile(r'(?:^|;)\s*max-age\s*=\s*"?(\d+)"?\s*(?:;|$)', re.IGNORECASE)
_ENCODINGS = "gzip, br, zstd"


def _once(target: Target, path: str, network: Network, **headers: str) -> Answer:
    return fetch(network, target, page(target, path), network.deadline(), headers=headers)


def http_status(target: Target, wanted: Status, network: Network) -> Seen:
    """The page answers with exactly this status; no redirect is followed."""
    return _status(_once(target, wanted.path, network), wanted.status)


def _status(answer: Answer, wanted: int, where: str = "") -> Seen:
    saw = f"{where or answer.url} answers {answer.status}"
    details = {"status": answer.status, "address": str(answer.address)}
    if answer.status == wanted:
        return passed(saw, **details)
    location = answer.header("location")
    if location is not None and answer.status in _REDIRECTS:
        saw += f" to {shown(location)}"
    fix = f"make it answer {wanted}, or give a path that does; redirects are not followed here"
    return failed(f"{saw}, not {wanted}", fix, **details)


def redirect_chain(target: Target, wanted: Redirects, network: Network) -> Seen:
    """From http:// of the page, at most so many redirects lead to an address that begins with
    `to`. Every hop is looked up and held against the address rule anew."""
    deadline = network.deadline()
    url = page(target, wanted.path, "http")
    seen: list[Url] = []
    while True:
        answer = fetch(network, target, url, deadline)
        seen.append(url)
        location = answer.header("location")
        if answer.status not in _REDIRECTS or location is None:
            return _ended(seen, wanted, answer.status)
        url = redirected(url, location)
        chain = [str(one) for one in seen]
        if url in seen:
            loop = " → ".join(shown(str(one), 80) for one in [*seen[seen.index(url) :], url])
            fix = "a redirect at the edge and one at the origin often contradict: remove one"
            return failed(f"the redirects go round: {loop}", fix, chain=chain)
        if len(seen) > network.limits.redirects:
            saw = f"more than {network.limits.redirects} redirects from {seen[0]}"
            return failed(saw, "redirect straight to the end", chain=chain[:5])


def _ended(seen: list[Url], wanted: Redirects, status: int) -> Seen:
    chain, hops = [str(one) for one in seen], len(seen) - 1
    saw = f"{chain[0]} leads to {shown(chain[-1])} by {hops} redirects, where it answers {status}"
    details = {"chain": [shown(one) for one in chain], "status": status}
    if not chain[-1].startswith(wanted.to):
        return failed(f"{saw}, not to {wanted.to}", f"redirect it to {wanted.to}", **details)
    if hops > wanted.at_most:
        fix = f"redirect straight to the end; at most {wanted.at_most} are wanted"
        return failed(saw, fix, **details)
    return passed(saw, **details)


def http_header(target: Target, wanted: Header, network: Network) -> Seen:
    """The page is sent with this header, its value holding the text wanted (in any case)."""
    answer = _once(target, wanted.path, network)
    value = answer.header(wanted.name)
    if value is None:
        more = f" holding {wanted.contains}" if wanted.contains else ""
        return failed(
            f"{answer.url} sends no {wanted.name} (status {answer.status})",
            f"send the header {wanted.name}{more}",
        )
    saw = f"{answer.url} sends {wanted.name}: {shown(value)}"
    if wanted.contains.lower() not in value.lower():
        return failed(saw, f"let {wanted.name} hold {wanted.contains}", value=shown(value))
    return passed(saw, value=shown(value))


def hsts(target: Target, wanted: Hsts, network: Network) -> Seen:
    """The page is sent with Strict-Transport-Security of at least this max-age (RFC 6797)."""
    answer = _once(target, wanted.path, network)
    value = answer.header("strict-transport-security")
    fix = f"send Strict-Transport-Security: max-age={wanted.max_age}"
    if value is None:
        return failed(f"{answer.url} sends no Strict-Transport-Security", fix)
    saw = f"{answer.url} sends Strict-Transport-Security: {shown(value)}"
    found = _MAX_AGE.search(value.partition(",")[0])  # the first of several counts
    age = int(found[1][:12]) if found else 0
    if found is None or age < wanted.max_age:
        return failed(saw, f"{fix} or more", max_age=age)
    return passed(saw, max_age=age)


def compression(target: Target, wanted: Page, network: Network) -> Seen:
    """The page comes compressed when asked to, and a gzip one unpacks."""
    answer = _once(target, wanted.path, network, **{"Accept-Encoding": _ENCODINGS})
    encoding = (answer.header("content-encoding") or "").strip().lower()
    fix = "compress text (gzip or br) at the edge or at the origin, not at both"
    if encoding not in ("gzip", "br", "zstd"):
        how = f"as {shown(encoding)}" if encoding else "uncompressed"
        return failed(f"{answer.url} comes {how}, {len(answer.body)} bytes", fix)
    details: dict[str, object] = {
        "encoding": encoding,
        "bytes": len(answer.body),
        "cut": answer.cut,
    }
    if encoding == "gzip":
        details["unpacked_at_least"] = unpacked_size(answer.body, network.limits.body_bytes)
    return passed(f"{answer.url} comes as {encoding}", **details)


def cache_hit_on_second(target: Target, wanted: CacheHeader, network: Network) -> Seen:
    """Of two requests in a row, to the same address, the second is answered from cache: the last
    part of the header, which the nearest cache writes, says hit."""
    deadline = network.deadline()
    url = page(target, wanted.path)
    addresses = network.resolver.addresses(target.reached_at(url.host), deadline)
    values = []
    for _ in range(2):
        answer = fetch(network, target, url, deadline, addresses=addresses)
        addresses = (answer.address,)
        values.append(answer.header(wanted.header))
    first, second = (shown(value, 60) if value is not None else "nothing" for value in values)
    saw = f"{url}: {wanted.header} tells {first}, then {second}"
    if values[1] is None:
        return failed(saw, f"send the header {wanted.header}, or name the one your cache sends")
    if not _HIT.search(values[1].rpartition(",")[2]):
        control = shown(answer.header("cache-control") or "no Cache-Control")
        fix = f"let it be cached: see Cache-Control ({control}), cookies and Vary"
        return failed(saw, fix, values=[first, second])
    return passed(saw, values=[first, second])


def origin_answers(target: Target, wanted: Origin, network: Network) -> Seen:
    """The origin, by its own name, answers the hostname's page (Host, SNI) with this status: over
    HTTPS, and where nothing takes that, over HTTP. Its certificate is the edge's business."""
    origin = wanted.origin.rstrip(".").lower()
    at_origin = Target(target.hostname, edge=origin)
    deadline = network.deadline()
    addresses = network.resolver.addresses(origin, deadline)
    try:
        url = page(target, wanted.path)
        answer = fetch(network, at_origin, url, deadline, addresses=addresses, context=unverified())
    except NotSeen as no_https:
        url = page(target, wanted.path, "http")
        try:
            answer = fetch(network, at_origin, url, deadline, addresses=addresses)
        except NotSeen:
            raise no_https from None
    where = f"the origin {origin}, asked for {url},"
    seen = _status(answer, wanted.status, where)
    if seen.passes is False:
        fix = f"let the origin answer {wanted.status} for the Host {target.name}; see its log"
        return failed(seen.saw, fix, **seen.details)
    return seen
