"""Fastly's API as its reference states it, with one service, for the contract suites."""

from typing import Any
from urllib.parse import parse_qs

from onboarding import clock
from onboarding.switches.selectors import Selector
from tests.contracts.vendor_stands import VendorStand
from tests.services.web import Reply, Request


class FastlyStand(VendorStand):
    """One service with one dictionary, whose VCL draws lots of 10,000."""

    kind = "fastly"
    faults = (*VendorStand.faults, "cut")
    shares = (1, 5, 25, 33.3, 50, 99, 100, 0)
    picks = (
        Selector("country", ("IS", "NO")),
        Selector("header", ("yes",), "x-beta"),
        Selector("network", ("192.0.2.0/24", "2001:db8::/32")),
    )

    def __init__(self) -> None:
        self.state: dict[str, Any] = {"turnup_share": "0", "countries": {}, "beta": {}, "acl": {}}
        self.changed = "2025-03-01T12:00:00Z"
        self.made = 0

    def config(self) -> dict[str, Any]:
        lists = {"country": "countries", "header": {"X-Beta": "beta"}}
        ids = {"service": "SU1Z", "dictionary": "3vjTN8v1", "dictionaries": lists, "acl": "5kSA1"}
        return {**super().config(), **ids, "timeout": 2.4}  # each set takes several calls

    def picked(self) -> tuple[str, ...]:
        networks = [f"{one['ip']}/{one['subnet']}" for one in self.state["acl"].values()]
        return tuple(sorted([*self.state["countries"], *self.state["beta"], *networks]))

    def _entries(self, request: Request) -> Reply:
        """The bulk interface of an access control list."""
        held: dict[str, dict[str, Any]] = self.state["acl"]
        for one in request.json["entries"] if request.method == "PATCH" else ():
            if one["op"] == "delete":
                if held.pop(one["id"], None) is None:
                    return Reply(404, {"msg": "Record not found"})
                continue
            self.made += 1
            entry = {"ip": one["ip"], "subnet": one["subnet"], "negated": str(one["negated"])}
            held[f"e{self.made}"] = {"id": f"e{self.made}", **entry, "comment": ""}
        return Reply(200, list(held.values()) if request.method == "GET" else {"status": "ok"})

    def _items(self, request: Request) -> Reply:
        """The bulk interface of a dictionary that VCL picks by."""
        items: dict[str, str] = self.state[request.path.split("/")[4]]
        if request.method == "PATCH":
            for one in request.json["items"]:
                key = one["item_key"]
                if (one["op"] == "create") == (key in items):
                    return Reply(400, {"msg": "Bad request"})
                if one["op"] == "delete":
                    del items[key]
                else:
                    items[key] = one["item_value"]
            return Reply(200, {"status": "ok"})
        return Reply(200, [{"item_key": key, "item_value": value} for key, value in items.items()])

    def answer(self, request: Request) -> Reply:
        if request.headers.get("fastly-key") != "a-token":
            return Reply(401, {"msg": "Provided credentials are missing or invalid"})
        if request.path.split("?")[0].endswith("/items"):
            return self._items(request)
        if request.path.split("?")[0] == "/service/SU1Z/acl/5kSA1/entries":
            return self._entries(request)
        folder, _, item = request.path.rpartition("/")
        if folder != "/service/SU1Z/dictionary/3vjTN8v1/item" or item not in self.state:
            return Reply(
                404, {"msg": "Record not found", "detail": "Couldn't find dictionary item"}
            )
        if request.method == "PATCH":
            self.state[item] = parse_qs(request.body.decode())["item_value"][0]
            self.changed = clock.iso(clock.now())
        return Reply(
            200,
            {
                "dictionary_id": "3vjTN8v1",
                "service_id": "SU1Z",
                "item_key": item,
                "item_value": self.state[item],
                "created_at": "2025-03-01T12:00:00Z",
                "updated_at": self.changed,
                "deleted_at": None,
            },
        )

    def effect(self) -> float:
        return int(self.state["turnup_share"]) / 100
