"""Fastly's access control lists as lists of networks that VCL picks visitors by.

The interface is Fastly's public API reference, "ACL entry": list, and bulk update.
"""

from collections.abc import Callable, Collection
from typing import Any
from urllib.parse import quote

from onboarding.errors import PermanentFault
from onboarding.http_client import Answer

MOST = 100  # entries of a list that are read
Call = Callable[..., Answer]


def entries(call: Call, service: str, acl: str) -> dict[str, str]:
    """The networks that the list holds, each with its entry's id. Raises PermanentFault for an answer
    that is no list, a list that somebody else fills, and an entry that leaves a network out."""
    answer = call("GET", f"{_path(service, acl)}?per_page={MOST}")
    found = answer.json()
    if not isinstance(found, list) or not all(
        isinstance(entry, dict) and {"id", "ip"} <= entry.keys() for entry in found
    ):
        raise PermanentFault(
            f"{answer.whom} does not answer as Fastly does", hint="correct switch.url"
        )
    if len(found) >= MOST:
        raise PermanentFault(
            f"the ACL {acl} holds {MOST} entries or more", hint="give Turnup an ACL of its own"
        )
    for entry in found:
        if str(entry.get("negated") or 0) not in ("0", "False"):
            raise PermanentFault(
                f"the ACL {acl} leaves {entry['ip']} out", hint="somebody else writes this list"
            )
    return {_network(entry): str(entry["id"]) for entry in found}


def write(call: Call, service: str, acl: str, wanted: Collection[str]) -> None:
    """Make the list hold these networks and no other, in one request where it differs."""
    held = entries(call, service, acl)
    gone = [{"op": "delete", "id": number} for one, number in held.items() if one not in wanted]
    fresh = [_create(one) for one in wanted if one not in held]
    if gone or fresh:
        call("PATCH", _path(service, acl), data={"entries": gone + fresh})


def _network(entry: dict[str, Any]) -> str:
    """As a selector spells it; without a subnet it is one address."""
    ip, subnet = str(entry["ip"]), entry.get("subnet")
    whole = 128 if ":" in ip else 32
    return f"{ip}/{whole if subnet in (None, '') else subnet}"


def _create(network: str) -> dict[str, Any]:
    ip, _, subnet = network.partition("/")
    return {"op": "create", "ip": ip, "subnet": int(subnet), "negated": 0}


def _path(service: str, acl: str) -> str:
    return f"/service/{quote(service, safe='')}/acl/{quote(acl, safe='')}/entries"
