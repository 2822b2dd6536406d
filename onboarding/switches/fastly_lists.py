"""Fastly's edge dictionaries, and its ACL, as lists that VCL picks requests by: an item's key is a value.

The interface is Fastly's public API reference, "Dictionary item": list, and bulk update.
"""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from onboarding.errors import PermanentFault
from onboarding.fields import Fields
from onboarding.http_client import Answer
from onboarding.switches import fastly_acl
from onboarding.switches.lists import Pick, read_lists, wanted_in
from onboarding.switches.selectors import Selector

MOST = 100  # items of a dictionary that are read
NETWORK: Pick = ("network", "")
Call = Callable[..., Answer]


def read_dictionaries(fields: Fields) -> dict[Pick, str]:
    """The config's `dictionaries`: for each kind the id of one; and its `acl`, the id of that for
    networks. Raises BadInput."""
    hint = "the id of an edge dictionary of its own"
    found = read_lists(fields, "dictionaries", hint)
    if ("path", "") in found:
        raise fields.wrong(
            "dictionaries.path",
            "an edge dictionary finds whole values, not how a path begins",
            "pick by host, region, country or header",
        )
    if NETWORK in found:
        raise fields.wrong(
            "dictionaries.network",
            "an edge dictionary finds whole values, not what a network holds",
            "give the id of an access control list as switch.acl",
        )
    acl = fields.text("acl", "the id of an access control list of its own", default="")
    return {**found, NETWORK: acl} if acl else found


def values(call: Call, service: str, lists: Mapping[Pick, str]) -> dict[Pick, list[str]]:
    """What each list holds. `call` takes a method, a path and a body."""
    found = {}
    for pick, dictionary in lists.items():
        if pick == NETWORK:
            found[pick] = list(fastly_acl.entries(call, service, dictionary))
            continue
        answer = call("GET", f"{_path(service, dictionary)}?per_page={MOST}")
        items = answer.json()
        if not isinstance(items, list) or not all(
            isinstance(item, dict) and "item_key" in item for item in items
        ):
            raise PermanentFault(
                f"{answer.whom} does not answer as Fastly does", hint="correct switch.url"
            )
        if len(items) >= MOST:
            raise PermanentFault(
                f"the dictionary {dictionary} holds {MOST} items or more",
                hint="give Turnup a dictionary of its own",
            )
        found[pick] = [str(item["item_key"]) for item in items]
    return found


def write(call: Call, service: str, lists: Mapping[Pick, str], wanted: Selector | None) -> None:
    """Make the lists hold `wanted` and nothing else, each that differs in one request."""
    held = values(call, service, lists)
    for pick, keys in wanted_in(lists, wanted).items():
        if pick == NETWORK:
            fastly_acl.write(call, service, lists[pick], keys)
            continue
        gone = [_item("delete", key) for key in held[pick] if key not in keys]
        fresh = [_item("create", key) for key in keys if key not in held[pick]]
        if gone or fresh:
            call("PATCH", _path(service, lists[pick]), data={"items": gone + fresh})


def _item(op: str, key: str) -> dict[str, Any]:
    item = {"op": op, "item_key": key}
    return item if op == "delete" else {**item, "item_value": "1"}


def _path(service: str, dictionary: str) -> str:
    ids = quote(service, safe=""), quote(dictionary, safe="")
    return f"/service/{ids[0]}/dictionary/{ids[1]}/items"
