"""PowerDNS: a share is the weights of a LUA record's addresses, set through the HTTP API.

The record is `pickwrandom`, which needs `enable-lua-records=yes` (PowerDNS 4.2 and later). The API
is described in the PowerDNS Authoritative manual, "Built-in Webserver and HTTP API".
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from onboarding.errors import PermanentFault
from onboarding.fields import Fields
from onboarding.http_client import Answer, call
from onboarding.switches.answers import Answers, Note, in_effect_at, next_note, read_answers
from onboarding.switches.base import Ability, KeysSeen, Position, checked_share, refuse_selector
from onboarding.switches.selectors import Selector
from onboarding.vault import secret

WEIGHTED = re.compile(r"\{\s*(\d+)\s*,\s*'([^']+)'\s*\}")


class PowerDNSSwitch:
    """Config: `url` of the API, `secret` (name of the API key), `zone`, `name`, `type` (A or AAAA),
    `ttl`, `moved` and `control` (addresses), and optionally `server` (default localhost) and
    `timeout`. A share is set at once, and in effect when resolvers have forgotten what they know.
    """

    def __init__(self, config: Mapping[str, Any], key: str) -> None:
        fields = Fields(config, "switch")
        url = fields.text("url", "the API's address, such as http://127.0.0.1:8081")
        server = fields.text("server", "the server's id", default="localhost")
        self.api_key = secret(fields.get("secret"), "switch.secret")
        self.timeout = fields.number("timeout", "seconds", least=0.1, most=30, default=3)
        self.answers: Answers = read_answers(fields)
        fields.done()
        self.server = f"{url.rstrip('/')}/api/v1/servers/{quote(server, safe='')}"
        self.zone = f"{self.server}/zones/{quote(self.answers.zone, safe='')}"
        self.ability = Ability(smallest_step=0.01, delay_s=float(self.answers.ttl))
        self.keys = KeysSeen()

    def read(self) -> Position:
        rrset = self._rrset()
        weights = self._weights(rrset)
        share = round(self._share(weights), 2)
        told = {"answers": weights, "ttl": rrset["ttl"]}
        return Position(share, in_effect_at=in_effect_at(_note(rrset)), told=told)

    def set(self, share: float, key: str, selector: Selector | None = None) -> None:
        refuse_selector(self.ability, selector)
        checked_share(share)
        rrset = self._rrset()
        before = _note(rrset)
        if key in self.keys or (before is not None and before.key == key):
            return
        note = next_note(key, before, max(int(rrset["ttl"]), self.answers.ttl))
        name = self.answers.name
        change = {
            "name": name,
            "type": "LUA",
            "ttl": self.answers.ttl,
            "changetype": "REPLACE",
            "records": [{"content": self._content(share), "disabled": False}],
            "comments": [{"content": note.text(), "account": "turnup"}],
        }
        plain = {"name": name, "type": self.answers.type, "changetype": "DELETE"}
        self._call("PATCH", self.zone, {"rrsets": [plain, change]})
        self.keys.add(key)

    def check(self) -> None:
        """That the API answers, the zone is there, its answers belong to the arms and are the name's
        only addresses, and LUA records are switched on."""
        found = self._rrsets()
        self._share(self._weights(self._one_of(found)))
        other = found.get(self.answers.other, {}).get("records", ())
        self.answers.check_other([one["content"] for one in other if not one.get("disabled")])
        for setting in self._call("GET", f"{self.server}/config").json():
            if setting.get("name") == "enable-lua-records" and setting.get("value") == "no":
                raise PermanentFault(
                    "PowerDNS does not answer LUA records",
                    hint="set enable-lua-records=yes in pdns.conf and restart it",
                )

    def _call(self, method: str, url: str, data: Any = None) -> Answer:
        return call(
            method, url, headers={"X-API-Key": self.api_key}, data=data, timeout=self.timeout
        )

    def _rrset(self) -> dict[str, Any]:
        """The LUA record of the name, else its plain addresses."""
        return self._one_of(self._rrsets())

    def _rrsets(self) -> dict[str, dict[str, Any]]:
        """What the name has, by type."""
        zone = self._call("GET", self.zone).json()
        rrsets = zone.get("rrsets") if isinstance(zone, dict) else None
        if not isinstance(rrsets, list):
            raise PermanentFault("this is no zone of PowerDNS", hint="correct switch.url")
        return {one["type"]: one for one in rrsets if one.get("name") == self.answers.name}

    def _one_of(self, found: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
        rrset: dict[str, Any] | None = found.get("LUA") or found.get(self.answers.type)
        if rrset is None:
            raise PermanentFault(
                f"{self.answers.name} has no {self.answers.type} and no LUA record",
                hint="give it its present addresses first; the traffic stays as it is",
            )
        return rrset

    def _content(self, share: float) -> str:
        """The LUA record: each arm's addresses share evenly in what the arm gets."""
        arms = ((self.answers.moved, share), (self.answers.control, 100 - share))
        entries = []
        for (addresses, part), (others, _) in zip(arms, reversed(arms), strict=True):
            weight = round(part * 100) * len(others)
            if weight:
                entries += [f"{{{weight},'{address}'}}" for address in addresses]
        return f'{self.answers.type} "pickwrandom({{{",".join(entries)}}})"'

    def _weights(self, rrset: dict[str, Any]) -> dict[str, int]:
        """Weight by address."""
        contents = [one["content"] for one in rrset["records"] if not one.get("disabled")]
        if rrset["type"] != "LUA":
            return dict.fromkeys(contents, 1)
        weights = {a: int(w) for content in contents for w, a in WEIGHTED.findall(content)}
        if len(contents) != 1 or not sum(weights.values()):
            raise PermanentFault(
                f"the LUA record of {self.answers.name} is none of ours: {contents}",
                hint="replace it by plain addresses, or correct switch.name",
            )
        return weights

    def _share(self, weights: Mapping[str, int]) -> float:
        moved, control = set(self.answers.moved), set(self.answers.control)
        if strangers := sorted(set(weights) - moved - control):
            raise PermanentFault(
                f"{self.answers.name} answers with {strangers[0]}, which is in neither arm",
                hint="name it in switch.moved or switch.control",
            )
        return 100 * sum(w for a, w in weights.items() if a in moved) / sum(weights.values())


def _note(rrset: Mapping[str, Any]) -> Note | None:
    """The note that the last set left in the record's comments."""
    notes = [Note.read(str(one.get("content"))) for one in rrset.get("comments") or []]
    return next((note for note in notes if note), None)
