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
from onboarding.errors import marked, nested

NOTHING = marked("nothing")
_REDIRECTS = {301, 302, 303, 307, 308}
_HIT = re.compile(r"(?<![a-z])hit(?![a-z])", re.IGNORECASE)
_MAX_AGE = re.compile(r'(?:^|;)\s*max-age\s*=\s*"?(\d+)"?\s*(?:;|$)', re.IGNORECASE)
_HSTS = "Strict-Transport-Security"
_ENCODINGS = "gzip, br, zstd"


def _once(target: Target, path: str, network: Network, **headers: str) -> Answer:
    return fetch(network, target, page(target, path), network.deadline(), headers=headers)


def http_status(target: Target, wanted: Status, network: Network) -> Seen:
    """The page answers with exactly this status; no redirect is followed."""
    return _status(_once(target, wanted.path, network), wanted.status)


def _status(answer: Answer, wanted: int, where: str = "") -> Seen:
    said = {"where": where or str(answer.url), "status": answer.status}
    details = {"status": answer.status, "address": str(answer.address)}
    if answer.status == wanted:
        return passed(marked("{where} answers {status}", **said), **details)
    location = answer.header("location")
    if location is not None and answer.status in _REDIRECTS:
        to = shown(location)
        saw = marked("{where} answers {status} to {to}, not {wanted}", to=to, wanted=wanted, **said)
    else:
        saw = marked("{where} answers {status}, not {wanted}", wanted=wanted, **said)
    fix = marked(
        "make it answer {wanted}, or give a path that does; redirects are not followed here",
        wanted=wanted,
    )
    return failed(saw, fix, **details)


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
            fix = marked(
                "a redirect at the edge and one at the origin often contradict: remove one"
            )
            return failed(marked("the redirects go round: {loop}", loop=loop), fix, chain=chain)
        if len(seen) > network.limits.redirects:
            most, first = network.limits.redirects, str(seen[0])
            saw = marked("more than {n} redirects from {url}", n=most, url=first)
            return failed(saw, marked("redirect straight to the end"), chain=chain[:5])


def _ended(seen: list[Url], wanted: Redirects, status: int) -> Seen:
    chain, hops = [str(one) for one in seen], len(seen) - 1
    saw = marked(
        "{url} leads to {to} by {n} redirects, where it answers {status}",
        url=chain[0],
        to=shown(chain[-1]),
        n=hops,
        status=status,
    )
    details = {"chain": [shown(one) for one in chain], "status": status}
    if not chain[-1].startswith(wanted.to):
        fix = marked("redirect it to {wanted}", wanted=wanted.to)
        saw = marked("{saw}, not to {wanted}", saw=saw, wanted=wanted.to)
        return failed(saw, fix, **details)
    if hops > wanted.at_most:
        fix = marked("redirect straight to the end; at most {n} are wanted", n=wanted.at_most)
        return failed(saw, fix, **details)
    return passed(saw, **details)


def http_header(target: Target, wanted: Header, network: Network) -> Seen:
    """The page is sent with this header, its value holding the text wanted (in any case)."""
    answer = _once(target, wanted.path, network)
    value = answer.header(wanted.name)
    if value is None:
        fix = marked("send the header {header}", header=wanted.name)
        if wanted.contains:
            fix = marked(
                "send the header {header} holding {text}",
                header=wanted.name,
                text=wanted.contains,
            )
        saw = marked(
            "{url} sends no {header} (status {status})",
            url=str(answer.url),
            header=wanted.name,
            status=answer.status,
        )
        return failed(saw, fix)
    saw = _sends(answer, wanted.name, value)
    if wanted.contains.lower() not in value.lower():
        fix = marked("let {header} hold {text}", header=wanted.name, text=wanted.contains)
        return failed(saw, fix, value=shown(value))
    return passed(saw, value=shown(value))


def _sends(answer: Answer, header: str, value: str) -> str:
    url = str(answer.url)
    return marked("{url} sends {header}: {value}", url=url, header=header, value=shown(value))


def hsts(target: Target, wanted: Hsts, network: Network) -> Seen:
    """The page is sent with Strict-Transport-Security of at least this max-age (RFC 6797)."""
    answer = _once(target, wanted.path, network)
    value = answer.header("strict-transport-security")
    if value is None:
        return failed(
            marked("{url} sends no {header}", url=str(answer.url), header=_HSTS),
            marked("send {header}", header=f"{_HSTS}: max-age={wanted.max_age}"),
        )
    saw = _sends(answer, _HSTS, value)
    found = _MAX_AGE.search(value.partition(",")[0])  # the first of several counts
    age = int(found[1][:12]) if found else 0
    if found is None or age < wanted.max_age:
        fix = marked("send {header} or more", header=f"{_HSTS}: max-age={wanted.max_age}")
        return failed(saw, fix, max_age=age)
    return passed(saw, max_age=age)


def compression(target: Target, wanted: Page, network: Network) -> Seen:
    """The page comes compressed when asked to, and a gzip one unpacks."""
    answer = _once(target, wanted.path, network, **{"Accept-Encoding": _ENCODINGS})
    encoding = (answer.header("content-encoding") or "").strip().lower()
    fix = marked("compress text (gzip or br) at the edge or at the origin, not at both")
    url, size = str(answer.url), len(answer.body)
    if encoding not in ("gzip", "br", "zstd"):
        saw = marked("{url} comes uncompressed, {n} bytes", url=url, n=size)
        if encoding:
            how = shown(encoding)
            saw = marked("{url} comes as {encoding}, {n} bytes", url=url, encoding=how, n=size)
        return failed(saw, fix)
    details: dict[str, object] = {
        "encoding": encoding,
        "bytes": size,
        "cut": answer.cut,
    }
    if encoding == "gzip":
        details["unpacked_at_least"] = unpacked_size(answer.body, network.limits.body_bytes)
    return passed(marked("{url} comes as {encoding}", url=url, encoding=encoding), **details)


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
    first, second = (shown(value, 60) if value is not None else nested(NOTHING) for value in values)
    saw = marked(
        "{url}: {header} tells {first}, then {second}",
        url=str(url),
        header=wanted.header,
        first=first,
        second=second,
    )
    if values[1] is None:
        fix = marked(
            "send the header {header}, or name the one your cache sends", header=wanted.header
        )
        return failed(saw, fix)
    if not _HIT.search(values[1].rpartition(",")[2]):
        control = shown(answer.header("cache-control") or "no Cache-Control")
        fix = marked(
            "let it be cached: see Cache-Control ({value}), cookies and Vary", value=control
        )
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
    where = marked("the origin {origin}, asked for {url},", origin=origin, url=str(url))
    seen = _status(answer, wanted.status, where)
    if seen.passes is False:
        fix = marked(
            "let the origin answer {status} for the Host {name}; see its log",
            status=wanted.status,
            name=target.name,
        )
        return failed(seen.saw, fix, **seen.details)
    return seen
