"""All that a probe may use of the outside: a resolver, a dialer, and bounds."""

import ssl
from dataclasses import dataclass, field

from onboarding.addresses import Address, networks
from onboarding.checklists.probing.dialer import Dialer, PlainSocket, TlsSocket, trusting
from onboarding.checklists.probing.limits import Budget, Deadline, Limits
from onboarding.checklists.probing.resolver import Resolver
from onboarding.checklists.probing.seen import NotSeen
from onboarding.config import Settings


@dataclass(frozen=True)
class Network:
    """`http` and `https` are the ports that stand for 80 and 443; `authorities` are CAs (PEM)
    trusted beside the system's."""

    resolver: Resolver
    dialer: Dialer
    limits: Limits = field(default_factory=Limits)
    http: int = 80
    https: int = 443
    authorities: str = ""

    @classmethod
    def of(cls, settings: Settings) -> "Network":
        """The network as the operator's settings open it."""
        dialer = Dialer(networks(settings.probe_allow, "TURNUP_PROBE_ALLOW"))
        servers = settings.probe_resolvers.replace(",", " ").split()
        return cls(Resolver(dialer, servers), dialer)

    def deadline(self) -> Deadline:
        """A deadline that begins now, for one probe of one name."""
        return Deadline(self.limits.seconds)

    def connect(
        self, addresses: tuple[Address, ...], port: int, name: str, budget: Budget
    ) -> PlainSocket:
        """A connection to the first of `addresses` that takes one. Raises the last NotSeen."""
        faults: list[NotSeen] = []
        for address in addresses[:4]:
            try:
                return self.dialer.connect(address, port, name, budget)
            except NotSeen as fault:
                faults.append(fault)
        theirs = [fault for fault in faults if not fault.ours]
        raise (theirs or faults)[0]

    def secure(
        self, plain: PlainSocket, name: str, context: ssl.SSLContext | None = None
    ) -> TlsSocket:
        """TLS for `name` on `plain`, verified unless `context` says otherwise."""
        return self.dialer.secure(plain, name, context or trusting(self.authorities))
