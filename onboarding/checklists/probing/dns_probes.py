"""Probes of DNS: TTL, CNAME, CAA, IPv6."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import dns.rdatatype
import dns.rdtypes.ANY.CAA
import dns.rrset

from onboarding.checklists.probing.limits import Budget, Deadline
from onboarding.checklists.probing.network import Network
from onboarding.checklists.probing.resolver import Told
from onboarding.checklists.probing.seen import NotSeen, Seen, failed, listed, passed, unknown
from onboarding.checklists.probing.target import Target
from onboarding.checklists.probing.views import texts, views
from onboarding.checklists.probing.wanted import At, CaaAllows, CnameTarget, TtlAtMost
from onboarding.errors import marked, nested

LONGEST_CHAIN = 10


def ttl_at_most(target: Target, wanted: TtlAtMost, network: Network) -> Seen:
    """Every record set of addresses or CNAME at the name has at most this TTL, at each of the
    zone's own name servers: what a cache tells has already counted down."""
    deadline = network.deadline()
    told = network.resolver.told_by_owners(target.name, ("A", "AAAA"), deadline)
    ttls = {one.server: max(found.ttl for found in one.records) for one in told if one.records}
    details: dict[str, Any] = {
        "authoritative": ttls,
        "silent": {one.server: one.fault for one in told if one.fault},
    }
    if not ttls:
        return _ttl_of_a_cache(target, wanted, network, deadline, told)
    details["resolver"] = _at_the_resolver(target.name, network, deadline)
    name, (server, highest) = target.name, max(ttls.items(), key=lambda pair: pair[1])
    if highest > wanted.seconds:
        return failed(
            marked(
                "{name} has a TTL of {ttl} s at {server}", name=name, ttl=highest, server=server
            ),
            marked(
                "set the TTL of its A, AAAA or CNAME records to {wanted} s or less; caches keep"
                " the old answer for up to {ttl} s after that",
                wanted=wanted.seconds,
                ttl=highest,
            ),
            **details,
        )
    servers = len(ttls)
    saw = marked(
        "{name} has a TTL of {ttl} s at {n} name servers", name=name, ttl=highest, n=servers
    )
    return passed(saw, **details)


def _at_the_resolver(name: str, network: Network, deadline: Deadline) -> int | str | None:
    """What a resolver on the way to visitors tells, to be shown beside its owners' word and never
    to decide: the seconds it still keeps the name's records, why it did not answer, or None."""
    try:
        found = (network.resolver.records(name, kind, deadline) for kind in ("CNAME", "A", "AAAA"))
        return next((one.ttl for one in found if one is not None), None)
    except NotSeen as fault:
        return fault.message


def _ttl_of_a_cache(
    target: Target, wanted: TtlAtMost, network: Network, deadline: Deadline, told: list[Told]
) -> Seen:
    """No name server of the zone told: a cache can still prove that the TTL is too high."""
    silent = {one.server: one.fault for one in told}
    for kind in ("CNAME", "A", "AAAA"):
        found = network.resolver.records(target.name, kind, deadline)
        if found is not None and found.ttl > wanted.seconds:
            return failed(
                marked(
                    "{name} still has a TTL of {ttl} s at a resolver",
                    name=target.name,
                    ttl=found.ttl,
                ),
                marked("set the TTL of its records to {wanted} s or less", wanted=wanted.seconds),
                silent=silent,
            )
        if found is not None:
            why = listed([f"{server}: {fault}" for server, fault in silent.items()], 3)
            return unknown(
                marked(
                    "no name server of {name} told us its TTL ({why})", name=target.name, why=why
                ),
                marked("see whether the name servers answer on UDP and TCP port 53"),
                silent=silent,
            )
    saw = marked("{name} has no record in DNS", name=target.name)
    return failed(saw, marked("publish its records"), silent=silent)


def cname_target(target: Target, wanted: CnameTarget, network: Network) -> Seen:
    """The name's chain of CNAMEs reaches the target, and no name server of its zone tells another
    CNAME; where the name is the top of a zone and can hold none, its addresses are all among the
    target's."""
    deadline = network.deadline()
    goal = wanted.target.rstrip(".").lower()
    first = network.resolver.records(target.name, "CNAME", deadline)
    chain = _chain(target.name, network, deadline)
    fix = marked("publish: {record}", record=f"{target.hostname}. CNAME {goal}.")
    if len(chain) == 1:
        return _by_addresses(target, goal, fix, network, deadline)
    both = views(target.name, ("CNAME",), (first,), network, deadline)
    details = {"chain": chain, **both.details}
    others = both.others()
    if goal in chain[1:]:
        if not others:
            return passed(f"{' → '.join(chain)}", **details)
        other = others[0]
        saw = marked(
            "{chain} at a resolver, but {server} tells {records}",
            chain=" → ".join(chain),
            server=other.server,
            records=listed([*texts(other.records)]),
        )
        return failed(saw, marked("{fix} At every name server of the zone", fix=fix), **details)
    if others and all(goal in " ".join(texts(one.records)).split() for one in others):
        fix = marked(
            "the name servers tell the new target already: wait until caches forget the old one"
        )
    saw = marked("{chain}, not {wanted}", chain=" → ".join(chain), wanted=goal)
    return failed(saw, fix, **details)


def _by_addresses(
    target: Target, goal: str, fix: str, network: Network, deadline: Deadline
) -> Seen:
    ours = {str(one) for one in network.resolver.addresses(target.name, deadline)}
    theirs = {str(one) for one in network.resolver.addresses(goal, deadline)}
    sets = [network.resolver.records(target.name, kind, deadline) for kind in ("A", "AAAA")]
    both = views(target.name, ("A", "AAAA"), sets, network, deadline)
    details = {"addresses": sorted(ours), **both.details}
    if ours <= theirs:
        saw = marked("{name} has addresses of {goal} (no CNAME)", name=target.name, goal=goal)
        return passed(saw, **details)
    return failed(
        marked(
            "{name} has no CNAME, and the address {addresses}",
            name=target.name,
            addresses=listed(sorted(ours - theirs)),
        ),
        marked(
            "{fix} At the top of a zone, where a CNAME cannot be, use your DNS host's ALIAS or ANAME",
            fix=fix,
        ),
        **details,
    )


def _chain(name: str, network: Network, deadline: Deadline) -> list[str]:
    """The name and where its CNAMEs lead, one by one. Raises NotSeen for a loop."""
    chain = [name]
    while found := network.resolver.records(chain[-1], "CNAME", deadline):
        following = found[0].target.to_text(omit_final_dot=True).lower()
        if following in chain or len(chain) > LONGEST_CHAIN:
            loop = " → ".join([*chain, following])
            raise NotSeen(
                marked("the CNAMEs of {name} never end: {loop}", name=name, loop=loop),
                hint=marked("correct one of them"),
            )
        chain.append(following)
    return chain


def caa_allows(target: Target, wanted: CaaAllows, network: Network) -> Seen:
    """The CAA records that hold for the name let the CA issue (RFC 8659, section 3): those of the
    nearest name upwards that has any; `issuewild` before `issue` for a wildcard. A CA may ask any
    name server of the zone: each has to allow it."""
    deadline = network.deadline()
    hostname = target.hostname.removeprefix("*.")
    owner, found = hostname, None
    while found is None and owner:
        found = network.resolver.records(owner, "CAA", deadline)
        owner = owner if found is not None else owner.partition(".")[2]
    at = owner or hostname
    seen = _caa_judged(at, target.hostname, wanted, (found,) if found is not None else ())
    both = views(at, ("CAA",), (found,), network, deadline)
    if seen.passes:
        for one in both.others():
            judged = _caa_judged(at, target.hostname, wanted, one.records)
            if not judged.passes:
                saw = marked("{saw}, at {server}", saw=judged.saw, server=one.server)
                return replace(judged, saw=saw, details=both.details)
    return replace(seen, details={**seen.details, **both.details})


def _caa_judged(
    owner: str, hostname: str, wanted: CaaAllows, sets: Sequence[dns.rrset.RRset]
) -> Seen:
    """Whether these records of `owner` let the CA issue for `hostname`."""
    ca = wanted.ca.rstrip(".").lower()
    kinds = [one for one in sets if one.rdtype == dns.rdatatype.CAA]
    if not kinds:
        return passed(marked("no CAA records for {name}: any CA may issue", name=hostname))
    records = [_caa(record) for record in kinds[0]]
    texts_of = [f'{flags} {tag} "{value}"' for flags, tag, value in records]
    critical = [tag for flags, tag, _ in records if flags & 128 and tag not in _KNOWN_TAGS]
    if critical:
        return failed(
            marked(
                "{name} has a critical CAA record of the unknown kind {kind}: nobody may issue",
                name=owner,
                kind=repr(critical[0]),
            ),
            marked("remove it, or clear its critical flag"),
            records=texts_of,
        )
    tags = {tag for _, tag, _ in records}
    tag = "issuewild" if hostname.startswith("*.") and "issuewild" in tags else "issue"
    allowed = [value.partition(";")[0].strip().lower() for _, kind, value in records if kind == tag]
    if not allowed:
        saw = marked("the CAA records of {name} name no CA: any may issue", name=owner)
        return passed(saw, records=texts_of)
    if ca in allowed:
        saw = marked("the CAA records of {name} allow {ca}", name=owner, ca=ca)
        return passed(saw, records=texts_of)
    named = listed([one for one in allowed if one]) if any(allowed) else nested(NOBODY)
    return failed(
        marked("the CAA records of {name} allow {named}, not {ca}", name=owner, named=named, ca=ca),
        marked("add: {record}", record=f'{owner}. CAA 0 {tag} "{ca}"'),
        records=texts_of,
    )


NOBODY = marked("nobody")
_KNOWN_TAGS = {
    "issue",
    "issuewild",
    "iodef",
    "issuemail",
    "issuevmc",
    "contactemail",
    "contactphone",
}


def _caa(record: object) -> tuple[int, str, str]:
    assert isinstance(record, dns.rdtypes.ANY.CAA.CAA)
    value = record.value.decode("ascii", "replace")
    return record.flags, record.tag.decode("ascii", "replace").lower(), value


def ipv6(target: Target, wanted: At, network: Network) -> Seen:
    """The name has an AAAA record, and takes connections there."""
    deadline = network.deadline()
    at = target.reached_at(target.name)
    found = network.resolver.records(at, "AAAA", deadline)
    if found is None:
        both = views(at, ("AAAA",), (), network, deadline)
        fix = marked("publish an AAAA record for {name}", name=at)
        if both.others():
            fix = marked(
                "the name servers tell one already: wait until caches forget that there was none"
            )
        return failed(marked("{name} has no AAAA record", name=at), fix, **both.details)
    addresses = network.resolver.addresses(at, deadline, ("AAAA",))
    budget = Budget(deadline, network.limits.header_bytes)
    network.connect(addresses, network.https, at, budget).close()
    both = views(at, ("AAAA",), (found,), network, deadline)
    answered = [str(one) for one in addresses]
    saw = marked("{name} answers over IPv6 at {addresses}", name=at, addresses=listed(answered, 2))
    return passed(saw, addresses=answered, **both.details)
