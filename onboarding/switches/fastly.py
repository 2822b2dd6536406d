"""Fastly: a share is an item of an edge dictionary, which VCL draws lots by.

Items are versionless: a change needs no new version of the service. The interface is Fastly's
public API reference, "Dictionary item".
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from onboarding import clock
from onboarding.errors import PermanentFault
from onboarding.fields import Fields
from onboarding.http_client import Answer, call
from onboarding.switches import fastly_lists
from onboarding.switches.base import Ability, KeysSeen, Position, checked_share, refuse_selector
from onboarding.switches.lists import headers_of, in_force, kinds_of
from onboarding.switches.selectors import Selector
from onboarding.vault import secret

PARTS = 100  # the item counts hundredths of a percent, as whole numbers: 2500 is 25 %
FORM = "application/x-www-form-urlencoded"


class FastlySwitch:
    """Config: `service` and `dictionary` (ids), `item` (its key, default `turnup_share`), `secret`
    (name of an API token that may write the dictionary), and optionally `dictionaries` (`{"host":
    id, "header": {"X-Beta": id}}`: those by which VCL picks what moves whole), `acl` (the id of the
    list by which it picks networks), `delay` (seconds until every edge has an item, default 30), `url` (default https://api.fastly.com) and `timeout`."""

    def __init__(self, config: Mapping[str, Any], key: str) -> None:
        fields = Fields(config, "switch")
        url = fields.text("url", "the API's address", default="https://api.fastly.com")
        self.service = fields.text("service", "the service's id, such as SU1Z0isxPaozGVKXdv0eY")
        dictionary = fields.text("dictionary", "the edge dictionary's id")
        self.item = fields.text("item", "the item's key", default="turnup_share")
        self.token = secret(fields.get("secret"), "switch.secret")
        hint = "seconds until every edge has a new item"
        self.delay = fields.number("delay", hint, least=0, most=3600, default=30)
        self.timeout = fields.number("timeout", "seconds", least=0.1, most=30, default=5)
        self.lists = fastly_lists.read_dictionaries(fields)
        fields.done()
        self.url = url.rstrip("/")
        ids = [quote(one, safe="") for one in (self.service, dictionary, self.item)]
        self.path = f"/service/{ids[0]}/dictionary/{ids[1]}/item/{ids[2]}"
        self.ability = Ability(
            smallest_step=1 / PARTS,
            delay_s=self.delay,
            selectors=kinds_of(self.lists),
            headers=headers_of(self.lists),
        )
        self.keys = KeysSeen()

    def read(self) -> Position:
        answer = self._call("GET", self.path, accept=(404,))
        if answer.status == 404:
            raise PermanentFault(
                f"the dictionary has no item {self.item}",
                hint="correct switch.service and switch.dictionary, or create it with value 0",
            )
        item = _item(answer)
        value = str(item["item_value"])
        if not (value.isascii() and value.isdigit() and int(value) <= 100 * PARTS):
            raise PermanentFault(
                f"{self.item} is {value!r}", hint="it counts hundredths of a percent: 0 to 10000"
            )
        picked = in_force(fastly_lists.values(self._call, self.service, self.lists))
        at = self._in_effect_at(item)
        return Position(int(value) / PARTS, in_effect_at=at, told={"item": value}, selector=picked)

    def set(self, share: float, key: str, selector: Selector | None = None) -> None:
        checked_share(share)
        refuse_selector(self.ability, selector)
        if key in self.keys:
            return
        body = urlencode({"item_value": str(round(share * PARTS))})
        # PATCH and not PUT, which would make an item that no VCL looks at
        _item(self._call("PATCH", self.path, body=body))
        fastly_lists.write(self._call, self.service, self.lists, selector)
        self.keys.add(key)

    def check(self) -> None:
        """That the item is there and is a share. Whether the token may write, and whether VCL
        looks at the item, only a set would tell."""
        self.read()

    def _call(
        self,
        method: str,
        path: str,
        *,
        body: str | None = None,
        data: Any = None,
        accept: tuple[int, ...] = (),
    ) -> Answer:
        headers = {"Fastly-Key": self.token, "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = FORM
        return call(
            method,
            self.url + path,
            headers=headers,
            body=body,
            data=data,
            timeout=self.timeout,
            accept=accept,
        )

    def _in_effect_at(self, item: Mapping[str, Any]) -> datetime | None:
        """`delay` after the item was changed, by whomever; None where that is over. Fastly's clock
        may be ahead of ours: never later than `delay` from now."""
        try:
            changed = clock.parse(str(item["updated_at"]))
        except (KeyError, ValueError):
            return None
        now = clock.now()
        at = min(changed, now) + timedelta(seconds=self.delay)
        return at if at > now else None


def _item(answer: Answer) -> dict[str, Any]:
    """The item that an answer is. Raises PermanentFault where it is none."""
    item = answer.json()
    if not isinstance(item, dict) or "item_value" not in item:
        raise PermanentFault(
            f"{answer.whom} does not answer as Fastly does", hint="correct switch.url"
        )
    return item
