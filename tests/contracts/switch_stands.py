"""Every switch's stand for the contract suite, and what the far side of each can't do wrong."""

from typing import Any, Protocol

from onboarding.switches.base import Switch
from onboarding.switches.selectors import Selector
from tests.contracts.dns_stands import BindStand, PowerDNSStand
from tests.contracts.fastly_stand import FastlyStand
from tests.contracts.haproxy_stand import HAProxyStand
from tests.contracts.http_api_stand import HTTPAPIStand
from tests.contracts.own_stands import ManualStand, RehearsalStand
from tests.contracts.stands import Stands
from tests.contracts.vendor_stands import CloudflareStand, Route53Stand


class Stand(Protocol):
    """A switch with its far side. `effect` looks at the far side without the switch, `settle`
    waits until what was set is in force, `fault` spoils the way between the two."""

    kind: str
    faults: tuple[str, ...]  # see tests.services.meddler
    shares: tuple[float, ...]  # what it can do

    def config(self) -> dict[str, Any]: ...
    def switch(self) -> Switch: ...
    def fault(self, name: str) -> Any: ...
    def settle(self) -> None: ...
    def effect(self) -> float: ...


STANDS: dict[str, Any] = {
    "haproxy": HAProxyStand,
    "http_api": HTTPAPIStand,
    "rehearsal": RehearsalStand,
    "manual": ManualStand,
    "powerdns": PowerDNSStand,
    "rfc2136": BindStand,
    "fastly": FastlyStand,
    "cloudflare": CloudflareStand,
    "route53": Route53Stand,
}


on = Stands(STANDS, {"rehearsal", "manual"})
FAULTS = ("swallow", "half", "deny", "slow", "lie", "gone", "babble")
OURS = "its far side is a row of our own database: a set is done as one, or not at all"
ONE = "a share is one value in one call: nothing lies between"
#: What the far side of a switch can't do wrong, and why; every other fault is tried on it.
CANNOT: dict[str, dict[str, str]] = {
    "http_api": {"half": ONE},
    "fastly": {"half": ONE + "; what it picks takes several calls, of which `cut` loses some"},
    "route53": {"half": "a batch of changes is done whole or not at all"},
    "rehearsal": dict.fromkeys(("swallow", "half", "slow", "gone", "babble"), OURS),
    "manual": dict.fromkeys(("swallow", "half", "deny", "slow", "gone", "babble"), OURS),
}


class PickingStand(Stand, Protocol):
    """One whose switch can also move what it picks; `picked` looks at the far side."""

    picks: tuple[Selector, Selector]

    def picked(self) -> tuple[str, ...]: ...


def turn(stand: Stand, one: Switch, *wanted: Any) -> None:
    one.set(*wanted)
    stand.settle()
