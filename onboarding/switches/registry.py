"""The one table of switches. Outsiders enter through the entry points `turnup.switches`."""

from collections.abc import Mapping
from typing import Any

from onboarding.entries import load
from onboarding.switches.base import Switch

GROUP = "turnup.switches"
#: Where each is: it is imported when it is first used, for the web seldom touches a switch. Called
#: with a cutover's config and key (`cutover:12`) each makes a switch, or raises BadInput naming
#: what is wrong in the config. Making one touches nothing.
SWITCHES: dict[str, str] = {
    "manual": "onboarding.switches.manual:ManualSwitch",
    "haproxy": "onboarding.switches.haproxy:HAProxySwitch",
    "http_api": "onboarding.switches.http_api:HTTPAPISwitch",
    "powerdns": "onboarding.switches.powerdns:PowerDNSSwitch",
    "rfc2136": "onboarding.switches.rfc2136:DNSUpdateSwitch",
    "fastly": "onboarding.switches.fastly:FastlySwitch",
    "cloudflare": "onboarding.switches.cloudflare:CloudflareSwitch",
    "route53": "onboarding.switches.route53:Route53Switch",
    "rehearsal": "onboarding.switches.rehearsal:RehearsalSwitch",
}


def switch(kind: str, config: Mapping[str, Any], *, key: str) -> Switch:
    """The switch of the cutover `key`. Raises BadInput where there is no such kind, or where the
    config is unusable, with the place as in `switch.backend`."""
    made: Switch = load(kind, SWITCHES, GROUP, what="switch", place="switch.kind")(config, key)
    return made
