"""Names looked up for probes: by our resolvers, and at the name servers of a zone themselves."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rdatatype
import dns.resolver
import dns.rrset

from onboarding.addresses import Address, literal
from onboarding.checklists.probing.dialer import Dialer
from onboarding.checklists.probing.limits import Deadline
from onboarding.checklists.probing.seen import NotSeen
from onboarding.errors import marked

PATIENCE_S = 2.0  # for one name server, before the next is asked
LOOK_UP_S = 5.0  # for one name, over all of them


@dataclass(frozen=True)
class Told:
    """What one authoritative server told: the record sets at the name, or why there is none."""

    server: str
    records: tuple[dns.rrset.RRset, ...] = ()
    fault: str = ""


class Resolver:
    """Asks `servers` (addresses; the system's resolvers where empty), on `port`.

    Absolute names only: neither search domains nor the hosts file of this machine count. Addresses
    found are held against the dialer's rule.
    """

    def __init__(self, dialer: Dialer, servers: Sequence[str] = (), port: int = 53) -> None:
        self.dialer = dialer
        self.port = port
        self._servers = tuple(servers)

    def _client(self) -> dns.resolver.Resolver:
        try:
            client = dns.resolver.Resolver(configure=not self._servers)
        except dns.resolver.NoResolverConfiguration as wrong:
            raise _ours(marked("this machine has no DNS resolver")) from wrong
        if self._servers:
            client.nameservers = list(self._servers)
            client.port = self.port
        client.timeout = PATIENCE_S
        return client

    def records(self, name: str, kind: str, deadline: Deadline) -> dns.rrset.RRset | None:
        """The records of `kind` at `name`, at the end of its CNAMEs; None where there are none,
        also where the name does not exist. Raises NotSeen where no answer came."""
        try:
            lifetime = min(LOOK_UP_S, deadline.left())
            answer = self._client().resolve(
                _absolute(name),
                kind,
                search=False,
                raise_on_no_answer=False,
                lifetime=lifetime,
            )
        except dns.resolver.NXDOMAIN:
            return None
        except (dns.resolver.LifetimeTimeout, dns.resolver.NoNameservers) as wrong:
            refused = isinstance(wrong, dns.resolver.NoNameservers)
            raise NotSeen(
                marked("DNS gives no answer for {name}: the look-up fails", name=name)
                if refused
                else marked(
                    "DNS gives no answer for {name}: the look-up takes too long", name=name
                ),
                hint=marked(
                    "see whether the name servers of the domain answer, and DNSSEC is right"
                ),
                ours=not refused,
            ) from wrong
        except (dns.exception.DNSException, OSError) as wrong:
            why = type(wrong).__name__
            raise _ours(
                marked("DNS cannot be asked for {name} ({why})", name=name, why=why)
            ) from wrong
        return answer.rrset

    def addresses(
        self, name: str, deadline: Deadline, kinds: Sequence[str] = ("A", "AAAA")
    ) -> tuple[Address, ...]:
        """All addresses of `name` (or the one it spells), IPv4 first, each allowed. Raises NotSeen
        where there are none, or any of them must not be reached."""
        spelled = literal(name)
        if spelled is not None:
            found: list[Address] = [spelled]
        else:
            sets = [self.records(name, kind, deadline) for kind in kinds]
            found = [ipaddress.ip_address(one.address) for set_ in sets for one in set_ or ()]
        if not found:
            raise NotSeen(
                marked("{name} has no address in DNS", name=name),
                hint=marked("publish an A or AAAA record for {name}", name=name),
            )
        for address in found:
            self.dialer.check(address, name)
        return tuple(found)

    def told_by_owners(self, name: str, kinds: Sequence[str], deadline: Deadline) -> list[Told]:
        """What each name server of the zone of `name` tells, without any cache between. Raises
        NotSeen where the servers are not known."""
        servers = self._name_servers(name, deadline)
        return [self._told(server, name, kinds, deadline) for server in servers[:8]]

    def _name_servers(self, name: str, deadline: Deadline) -> list[str]:
        try:
            zone = dns.resolver.zone_for_name(
                _absolute(name), resolver=self._client(), lifetime=deadline.left()
            )
        except dns.exception.DNSException as wrong:
            raise _ours(marked("the DNS zone of {name} cannot be found", name=name)) from wrong
        found = self.records(zone.to_text(), "NS", deadline)
        return sorted(one.target.to_text(omit_final_dot=True) for one in found or ())

    def _told(self, server: str, name: str, kinds: Sequence[str], deadline: Deadline) -> Told:
        try:
            address = self.addresses(server, deadline)[0]
            found = [self._ask(address, name, kind, deadline) for kind in kinds]
        except NotSeen as wrong:
            return Told(server, fault=wrong.message)
        except (dns.exception.DNSException, OSError) as wrong:
            return Told(server, fault=marked("does not answer ({why})", why=type(wrong).__name__))
        sets = {one.to_text(): one for one in found if one is not None}
        return Told(server, tuple(sets.values()))

    def _ask(
        self, address: Address, name: str, kind: str, deadline: Deadline
    ) -> dns.rrset.RRset | None:
        self.dialer.check(address, name)
        query = dns.message.make_query(_absolute(name), kind)
        query.flags &= ~dns.flags.RD
        patience = min(PATIENCE_S, deadline.left())
        answer, _tcp = dns.query.udp_with_fallback(query, str(address), patience, port=self.port)
        if not answer.flags & dns.flags.AA:
            raise NotSeen(
                marked("is not authoritative for it"), hint=marked("correct the NS records")
            )
        asked = query.question[0].name
        for found in answer.answer:
            if found.name == asked and found.rdtype in (
                dns.rdatatype.from_text(kind),
                dns.rdatatype.CNAME,
            ):
                return found
        return None


def _absolute(name: str) -> dns.name.Name:
    try:
        return dns.name.from_text(name)
    except (dns.exception.DNSException, UnicodeError) as wrong:
        raise NotSeen(
            marked("{name} is no name that DNS can hold", name=repr(name)),
            hint=marked("correct the name"),
        ) from wrong


def _ours(message: str) -> NotSeen:
    return NotSeen(message, hint=marked("nothing to do for you: we look again soon"), ours=True)
