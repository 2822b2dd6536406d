"""Amazon Route 53: a share is the weights of record sets of one name.

The interface is the public Route 53 API reference, version 2013-04-01: `ListResourceRecordSets`
and `ChangeResourceRecordSets`, whose batches are done whole or not at all.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

# what Route 53 answers over TLS to a signed request; expat refuses entities that grow
from xml.etree import ElementTree

from onboarding import clock
from onboarding.errors import PermanentFault
from onboarding.fields import Fields
from onboarding.http_client import call
from onboarding.switches.answers import Note, in_effect_at, next_note
from onboarding.switches.base import Ability, KeysSeen, Position, checked_share, refuse_selector
from onboarding.switches.selectors import Selector
from onboarding.switches.sigv4 import signed
from onboarding.switches.weights import as_asked, weights
from onboarding.vault import secret

SPACE = "https://route53.amazonaws.com/doc/2013-04-01/"
NS = f"{{{SPACE}}}"
MOST = 255  # the highest weight
SPREAD_S = 60  # until all of Route 53's own servers have a change
TYPES = ("A", "AAAA", "CNAME")


class Route53Switch:
    """Config: `zone` (the hosted zone's id), `name`, `type` (A, AAAA or CNAME; default A), `moved`
    and `control` (set identifiers of the name's weighted record sets), `key_id` and `secret` (name)
    of an access key that may list and change the zone's record sets, and optionally `ttl` (seconds,
    of the record sets; default 60), `url` (default https://route53.amazonaws.com) and `timeout`.
    The record sets are made beforehand; a set changes their weights and nothing else of them, and
    in the same batch the TXT record `_turnup.<name>`, by which a restart knows the last set.
    """

    def __init__(self, config: Mapping[str, Any], key: str) -> None:
        fields = Fields(config, "switch")
        url = fields.text("url", "the API's address", default="https://route53.amazonaws.com")
        zone = fields.text("zone", "the hosted zone's id, such as Z1PA6795UKMFR9")
        self.name = fields.text("name", "the name that visitors look up").lower().rstrip(".") + "."
        self.type = fields.text("type", ", ".join(TYPES), default="A")
        if self.type not in TYPES:
            raise fields.wrong("type", f"{self.type!r} leads nowhere", ", ".join(TYPES))
        self.moved = fields.texts("moved", "set identifiers of the new path")
        self.control = fields.texts("control", "set identifiers of the old path")
        if both := set(self.moved) & set(self.control):
            raise fields.wrong("control", f"{min(both)} is in both arms", "a set has one path")
        self.key_id = fields.text("key_id", "the access key's id, such as AKIA…")
        self.secret = secret(fields.get("secret"), "switch.secret")
        hint = "seconds resolvers keep an answer"
        self.ttl = fields.number("ttl", hint, least=1, most=86400, default=60)
        self.timeout = fields.number("timeout", "seconds", least=0.1, most=30, default=5)
        fields.done()
        self.url = f"{url.rstrip('/')}/2013-04-01/hostedzone/{quote(zone, safe='')}/rrset"
        step = round(100 / (MOST * len(self.control)), 2)
        self.ability = Ability(smallest_step=step, delay_s=self.ttl + SPREAD_S)
        self.keys = KeysSeen()

    def read(self) -> Position:
        found = self._weights(self._sets())
        moved, control = [found[n] for n in self.moved], [found[n] for n in self.control]
        if not any(moved + control):
            raise PermanentFault(
                f"every weight of {self.name} is 0: Route 53 gives all answers alike",
                hint="set a share: it gives them weights",
            )
        share = as_asked(moved, control, self._wanted)
        return Position(share, in_effect_at=in_effect_at(self._note()), told={"weights": found})

    def set(self, share: float, key: str, selector: Selector | None = None) -> None:
        refuse_selector(self.ability, selector)
        checked_share(share)
        before = self._note()
        if key in self.keys or (before is not None and before.key == key):
            return
        sets = self._sets()
        self._weights(sets)  # that they are the sets of these arms
        moved, control = self._wanted(share)
        ttl = 0
        for name, weight in zip((*self.moved, *self.control), moved + control, strict=True):
            _element(sets[name], "Weight").text = str(weight)
            ttl = max(ttl, int(sets[name].findtext(f"{NS}TTL") or self.ttl))
        note = next_note(key, before, max(ttl, int(self.ttl)) + SPREAD_S)
        arms = [sets[name] for name in (*self.moved, *self.control)]
        self._ask("POST", body=_batch([*arms, self._txt(note)]))
        self.keys.add(key)

    def check(self) -> None:
        """That the key may list the zone, and that the name has the weighted sets of both arms and
        no others with weight. Whether it may change them, only a set would tell."""
        self._weights(self._sets())

    def _wanted(self, share: float) -> tuple[list[int], list[int]]:
        moved, control = weights(share, [1] * len(self.moved), [1] * len(self.control), most=MOST)
        if share in (0, 100):
            return [one * MOST for one in moved], [one * MOST for one in control]
        return moved, control

    def _weights(self, sets: Mapping[str, ElementTree.Element]) -> dict[str, int]:
        """Weight by set identifier of the arms. Raises PermanentFault where one is missing, or
        one beside them takes traffic."""
        named = (*self.moved, *self.control)
        if missing := [name for name in named if name not in sets]:
            raise PermanentFault(
                f"{self.name} has no weighted {self.type} record set {', '.join(missing)}",
                hint=f"it has {', '.join(sets) or 'none'}; make them, the new path's with weight 0",
            )
        try:
            found = {name: int(_element(one, "Weight").text or "") for name, one in sets.items()}
        except ValueError as wrong:
            raise PermanentFault("a weight cannot be read", hint="correct switch.url") from wrong
        if beside := [name for name, weight in found.items() if weight and name not in named]:
            raise PermanentFault(
                f"{self.name} has record sets in neither arm: {', '.join(beside)}",
                hint="name each in switch.moved or switch.control, or give it weight 0",
            )
        return {name: found[name] for name in named}

    def _sets(self) -> dict[str, ElementTree.Element]:
        """The name's weighted record sets by their identifiers."""
        return {
            one.findtext(f"{NS}SetIdentifier") or "": one
            for one in self._list(self.name, self.type)
            if one.find(f"{NS}Weight") is not None
        }

    def _list(self, name: str, kind: str) -> list[ElementTree.Element]:
        asked = urlencode({"name": name, "type": kind, "maxitems": "300"})
        root = self._ask("GET", f"?{asked}")
        found = root.iterfind(f"{NS}ResourceRecordSets/{NS}ResourceRecordSet")
        return [
            one
            for one in found
            if (one.findtext(f"{NS}Name"), one.findtext(f"{NS}Type")) == (name, kind)
        ]

    def _note(self) -> Note | None:
        for one in self._list(f"_turnup.{self.name}", "TXT"):
            for value in one.iter(f"{NS}Value"):
                try:
                    return Note.read(str(json.loads(value.text or "")))
                except ValueError:
                    return None  # somebody else's
        return None

    def _txt(self, note: Note) -> ElementTree.Element:
        """The note as a record set; a TXT value is quoted, with backslashes, as in JSON."""
        made = ElementTree.Element(f"{NS}ResourceRecordSet")
        for tag, text in (("Name", f"_turnup.{self.name}"), ("Type", "TXT"), ("TTL", "60")):
            ElementTree.SubElement(made, f"{NS}{tag}").text = text
        records = ElementTree.SubElement(made, f"{NS}ResourceRecords")
        record = ElementTree.SubElement(records, f"{NS}ResourceRecord")
        ElementTree.SubElement(record, f"{NS}Value").text = json.dumps(note.text())
        return made

    def _ask(self, method: str, query: str = "", body: bytes = b"") -> ElementTree.Element:
        headers = signed(
            method,
            self.url + query,
            body,
            headers={"Content-Type": "application/xml"} if body else {},
            key_id=self.key_id,
            secret=self.secret,
            scope=("us-east-1", "route53"),
            at=clock.now(),
        )
        url = self.url + query
        answer = call(method, url, headers=headers, body=body or None, timeout=self.timeout)
        said = "ListResourceRecordSets" if method == "GET" else "ChangeResourceRecordSets"
        try:
            root = ElementTree.fromstring(answer.body)  # noqa: S314
        except ElementTree.ParseError as wrong:
            raise PermanentFault(
                f"{answer.whom} answered something that is no XML", hint="correct switch.url"
            ) from wrong
        if root.tag != f"{NS}{said}Response":
            raise PermanentFault(
                f"{answer.whom} does not answer as Route 53 does", hint="correct switch.url"
            )
        return root


def _element(one: ElementTree.Element, tag: str) -> ElementTree.Element:
    found = one.find(f"{NS}{tag}")
    if found is None:
        raise PermanentFault(f"a record set has no {tag}", hint="correct switch.url")
    return found


def _batch(sets: list[ElementTree.Element]) -> bytes:
    """A request that puts these record sets in the place of those there are."""
    root = ElementTree.Element(f"{NS}ChangeResourceRecordSetsRequest")
    changes = ElementTree.SubElement(
        ElementTree.SubElement(root, f"{NS}ChangeBatch"), f"{NS}Changes"
    )
    for one in sets:
        change = ElementTree.SubElement(changes, f"{NS}Change")
        ElementTree.SubElement(change, f"{NS}Action").text = "UPSERT"
        change.append(one)
    text: bytes = ElementTree.tostring(root, encoding="utf-8", default_namespace=SPACE)
    return text
