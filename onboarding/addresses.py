"""Which IP addresses the program may connect to on somebody else's word.

A hostname, a redirect or a name server's address comes from customers and their DNS. None of them
may lead to a machine of ours: everything that is not public is refused, by address and after every
look-up, unless the operator's allow-list names it. Pure.
"""

import ipaddress
import re
from collections.abc import Iterable, Sequence

from onboarding.errors import BadInput, marked

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# The IANA special-purpose registries (RFC 6890 and its updates), and what clouds answer on.
_FORBIDDEN_4 = {
    "0.0.0.0/8": marked("this network"),
    "10.0.0.0/8": marked("private"),
    "100.64.0.0/10": marked("shared by a provider (carrier-grade NAT)"),
    "127.0.0.0/8": marked("loopback"),
    "168.63.129.16/32": marked("a cloud's platform service"),
    "169.254.0.0/16": marked("link-local, where clouds keep metadata"),
    "172.16.0.0/12": marked("private"),
    "192.0.0.0/24": marked("reserved for protocols"),
    "192.0.2.0/24": marked("for documentation"),
    "192.88.99.0/24": marked("a 6to4 relay"),
    "192.168.0.0/16": marked("private"),
    "198.18.0.0/15": marked("for benchmarks"),
    "198.51.100.0/24": marked("for documentation"),
    "203.0.113.0/24": marked("for documentation"),
    "224.0.0.0/4": marked("multicast"),
    "240.0.0.0/4": marked("reserved"),
}
_FORBIDDEN_6 = {
    "2001::/23": marked("reserved for protocols"),
    "2001:db8::/32": marked("for documentation"),
    "2002::/16": marked("a 6to4 address"),
    "3fff::/20": marked("for documentation"),
    "::1/128": marked("loopback"),
    "fc00::/7": marked("private"),
    "fe80::/10": marked("link-local"),
    "ff00::/8": marked("multicast"),
}
_FORBIDDEN = {
    4: [(ipaddress.ip_network(net), why) for net, why in _FORBIDDEN_4.items()],
    6: [(ipaddress.ip_network(net), why) for net, why in _FORBIDDEN_6.items()],
}
_UNICAST_6 = ipaddress.ip_network("2000::/3")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def why_forbidden(address: Address, allowed: Iterable[Network] = ()) -> str:
    """What kind of address it is where it may not be connected to; "" where it may.

    An IPv6 address that stands for an IPv4 one (IPv4-mapped, NAT64) is judged as that.
    `allowed` are networks that the operator opened.
    """
    meant = _embedded(address)
    if any(one in net for net in allowed for one in {address, meant}):
        return ""
    for net, why in _FORBIDDEN[meant.version]:
        if meant in net:
            return why
    if meant.version == 6 and meant not in _UNICAST_6:
        return marked("not a public address")
    return ""


def _embedded(address: Address) -> Address:
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in _NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def literal(host: str) -> Address | None:
    """The address that `host` of a URL spells, with or without brackets; None where it is a name.

    Only the usual spelling counts: `0x7f.1` and `2130706433` are names, which no DNS answers to.
    """
    try:
        return ipaddress.ip_address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        return None


def networks(text: str, place: str) -> tuple[Network, ...]:
    """The networks in `text`, in CIDR form, parted by commas or spaces. Raises BadInput at
    `place` for anything else, also for bits set to the right of the mask."""
    words: Sequence[str] = [word for word in re.split(r"[\s,]+", text) if word]
    found = []
    for word in words:
        try:
            found.append(ipaddress.ip_network(word))
        except ValueError as wrong:
            hint = "expected networks such as 10.20.0.0/16, 2001:db8::/48"
            raise BadInput(f"{word!r} is no network ({wrong})", place=place, hint=hint) from wrong
    return tuple(found)
