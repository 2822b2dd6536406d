"""What DNS switches share: names, addresses of both arms, and when a change is in effect. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any

from dns.exception import DNSException
from dns.name import from_text

from onboarding import clock
from onboarding.errors import PermanentFault
from onboarding.fields import Fields

TYPES = {"A": 4, "AAAA": 6}
STAYS = "stays"


@dataclass(frozen=True)
class Answers:
    """A name in a zone, and the addresses it may have; names end in a dot. `ttl` in seconds.
    `other_stays`: it is known that records of the other type stay where they are."""

    zone: str
    name: str
    type: str
    ttl: int
    moved: tuple[str, ...]
    control: tuple[str, ...]
    other_stays: bool = False

    @property
    def other(self) -> str:
        """The type of address that is not moved."""
        return "AAAA" if self.type == "A" else "A"

    def check_other(self, found: Sequence[str]) -> None:
        """Raises PermanentFault where the name has addresses of the other type, `found`: who asks
        for these stays where they lead, whatever share is set."""
        if found and not self.other_stays:
            raise PermanentFault(
                f"{self.name} also has {self.other} records ({', '.join(found)}), which this switch "
                "does not move",
                hint=f'take them out first, or accept it by "other_type": "{STAYS}"',
            )


def read_answers(fields: Fields) -> Answers:
    """The keys `zone`, `name`, `type`, `ttl`, `moved`, `control`, `other_type`; raises BadInput."""
    zone = _name(fields, "zone", "the zone, such as example.com")
    name = _name(fields, "name", "the name that visitors look up, such as www.example.com")
    if name != zone and not name.endswith(f".{zone}"):
        raise fields.wrong("name", f"{name} is not in the zone {zone}", "correct name or zone")
    kind = fields.text("type", "A or AAAA", default="A")
    if kind not in TYPES:
        raise fields.wrong("type", f"{kind!r} has no addresses", "A or AAAA")
    ttl = fields.number("ttl", "seconds resolvers keep an answer", least=1, most=86400, default=30)
    moved, control = (_addresses(fields, arm, TYPES[kind]) for arm in ("moved", "control"))
    if both := set(moved) & set(control):
        raise fields.wrong("control", f"{min(both)} is in both arms", "an address has one path")
    other = fields.text("other_type", f"{STAYS}, or leave it out", default="")
    if other not in ("", STAYS):
        raise fields.wrong("other_type", f"{other!r} is not done", f"{STAYS}, or leave it out")
    return Answers(zone, name, kind, int(ttl), moved, control, other == STAYS)


def _name(fields: Fields, key: str, hint: str) -> str:
    text = fields.text(key, hint)
    try:
        return from_text(text.lower()).to_text()
    except (DNSException, UnicodeError) as wrong:
        raise fields.wrong(key, f"{text!r} is no name in the DNS", hint) from wrong


def _addresses(fields: Fields, key: str, version: int) -> tuple[str, ...]:
    hint = f"IPv{version} addresses of the {'new' if key == 'moved' else 'old'} path"
    found = []
    for text in fields.texts(key, hint):
        try:
            address = ip_address(text)
        except ValueError as wrong:
            raise fields.wrong(key, f"{text!r} is no address", hint) from wrong
        if address.version != version:
            raise fields.wrong(key, f"{text} is of IPv{address.version}", hint)
        found.append(str(address))
    return tuple(found)


@dataclass(frozen=True)
class Note:
    """What a DNS switch writes beside its answers, so that it is known after a restart: the key of
    the last set, and when no resolver can have an answer from before it any more."""

    key: str
    until: datetime

    def text(self) -> str:
        """The note as it is written."""
        return "turnup " + json.dumps({**asdict(self), "until": clock.iso(self.until)})

    @classmethod
    def read(cls, text: str) -> "Note | None":
        """The inverse; None for what somebody else wrote."""
        try:
            found: Mapping[str, Any] = json.loads(text.removeprefix("turnup "))
            return cls(str(found["key"]), clock.parse(found["until"]))
        except (ValueError, KeyError, TypeError):
            return None


def next_note(key: str, before: Note | None, old_ttl: int) -> Note:
    """The note of a set now: resolvers may keep the former answer for `old_ttl` seconds, and an
    earlier one for as long as was known before."""
    until = clock.now() + timedelta(seconds=old_ttl)
    return Note(key, max(until, before.until) if before else until)


def in_effect_at(note: Note | None) -> datetime | None:
    """When the last set is in effect everywhere; None where it is."""
    return note.until if note and note.until > clock.now() else None
