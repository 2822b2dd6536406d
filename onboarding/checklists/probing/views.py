"""What the name servers of a zone tell beside what a resolver on the way to visitors tells.

The two differ after a change, until caches forget, and where one of the servers lags behind."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import dns.rdatatype
import dns.rrset

from onboarding.checklists.probing.limits import Deadline
from onboarding.checklists.probing.network import Network
from onboarding.checklists.probing.resolver import Told
from onboarding.checklists.probing.seen import NotSeen, shown


@dataclass(frozen=True)
class Views:
    """`told` by each name server of the zone, empty where they cannot be found (`silent` says why);
    `resolver`: the record sets that a resolver tells. Texts are like `CNAME edge.example.net`."""

    told: tuple[Told, ...]
    resolver: tuple[str, ...]
    silent: str = ""

    @property
    def details(self) -> dict[str, Any]:
        """Both as plain JSON values, for the item's page."""
        silent = {one.server: one.fault for one in self.told if one.fault}
        if self.silent:
            silent["the zone's name servers"] = self.silent
        said = {one.server: list(texts(one.records)) for one in self.told if not one.fault}
        return {"authoritative": said, "silent": silent, "resolver": list(self.resolver)}

    def others(self) -> list[Told]:
        """The name servers that tell something else than the resolver, those that told nothing
        left out."""
        return [
            one
            for one in self.told
            if one.records and set(texts(one.records)) != set(self.resolver)
        ]


def views(
    name: str,
    kinds: Sequence[str],
    at_the_resolver: Iterable[dns.rrset.RRset | None],
    network: Network,
    deadline: Deadline,
) -> Views:
    """Ask the name servers of the zone of `name` for the record sets of these `kinds` at it. That
    they cannot be asked is told with the rest, and raises nothing."""
    here = tuple(texts(one for one in at_the_resolver if one is not None))
    try:
        return Views(tuple(network.resolver.told_by_owners(name, kinds, deadline)), here)
    except NotSeen as fault:
        return Views((), here, fault.message)


def texts(sets: Iterable[dns.rrset.RRset]) -> Iterable[str]:
    """Each record as its kind and value, sorted."""
    return sorted(
        {
            shown(f"{dns.rdatatype.to_text(one.rdtype)} {value.to_text().lower().rstrip('.')}")
            for one in sets
            for value in one
        }
    )
