"""The one table of switches. Outsiders enter through the entry points `turnup.switches`."""

from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from typing import Any

from onboarding.errors import BadInput
from onboarding.switches.base import Switch
from onboarding.switches.cloudflare import CloudflareSwitch
from onboarding.switches.fastly import FastlySwitch
from onboarding.switches.haproxy import HAProxySwitch
from onboarding.switches.http_api import HTTPAPISwitch
from onboarding.switches.manual import ManualSwitch
from onboarding.switches.powerdns import PowerDNSSwitch
from onboarding.switches.rehearsal import RehearsalSwitch
from onboarding.switches.rfc2136 import DNSUpdateSwitch
from onboarding.switches.route53 import Route53Switch

#: Each makes a switch from a cutover's config and key (`cutover:12`), or raises BadInput naming
#: what is wrong in the config. Making one touches nothing.
SWITCHES: dict[str, Callable[[Mapping[str, Any], str], Switch]] = {
    "manual": ManualSwitch,
    "haproxy": HAProxySwitch,
    "http_api": HTTPAPISwitch,
    "powerdns": PowerDNSSwitch,
    "rfc2136": DNSUpdateSwitch,
    "fastly": FastlySwitch,
    "cloudflare": CloudflareSwitch,
    "route53": Route53Switch,
    "rehearsal": RehearsalSwitch,
}


def switch(kind: str, config: Mapping[str, Any], *, key: str) -> Switch:
    """The switch of the cutover `key`. Raises BadInput where there is no such kind, or where the
    config is unusable, with the place as in `switch.backend`."""
    make = SWITCHES.get(kind)
    if make is None:
        found = [entry for entry in entry_points(group="turnup.switches") if entry.name == kind]
        if not found:
            raise BadInput(
                f"there is no switch {kind!r}",
                place="switch.kind",
                hint=f"one of {', '.join(sorted(SWITCHES))}",
            )
        make = found[0].load()
    return make(config, key)
