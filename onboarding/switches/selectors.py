"""Selectors: a part of the traffic that a step moves whole, before percentages. Pure."""

import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from onboarding.errors import BadInput

MOST, LONGEST = 50, 200  # values of a selector, characters of each

#: What each kind picks by: how a value looks, and how it is told to a person.
KINDS: Mapping[str, tuple[re.Pattern[str], str]] = {
    "host": (re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?"), "whole names, such as img.example.com"),
    "path": (re.compile(r"/[\w.~%@+=:/-]+", re.ASCII), "how paths begin, such as /static/"),
    "region": (re.compile(r"[\w.-]+", re.ASCII), "the network's regions, such as eu-west"),
    "country": (re.compile(r"[A-Z]{2}"), "two letters each, such as IS"),
    "network": (
        re.compile(r"[0-9a-f.:]+/\d{1,3}"),
        "addresses of visitors, such as 192.0.2.0/24 or 2001:db8::/32",
    ),
    "header": (re.compile(r"[\w.~%@+=:/-]+", re.ASCII), "whole values, such as yes"),
}
HEADER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")


@dataclass(frozen=True, slots=True)
class Selector:
    """Requests whose `kind` is one of `values`; for "header", that of the header `name`.

    A path is matched by how it begins, a network by the addresses in it, everything else whole. Values are unique and in order, so
    that two selectors are equal where they pick the same.
    """

    kind: str
    values: tuple[str, ...]
    name: str = ""

    def __str__(self) -> str:
        named = f"{self.kind} {self.name}" if self.name else self.kind
        return f"{named} {', '.join(self.values)}"

    def as_json(self) -> dict[str, Any]:
        """As it is kept; `from_json` is the inverse."""
        found: dict[str, Any] = {"kind": self.kind, "values": list(self.values)}
        return {**found, "name": self.name} if self.name else found

    def covers(self, other: "Selector") -> bool:
        """Whether everything that `other` picks is picked by this one, as far as both say so."""
        if (self.kind, self.name) != (other.kind, other.name):
            return False
        if self.kind == "path":
            return all(value.startswith(self.values) for value in other.values)
        if self.kind == "network":
            return all(any(_within(one, mine) for mine in self.values) for one in other.values)
        return set(other.values) <= set(self.values)


def from_json(kept: Mapping[str, Any] | None) -> Selector | None:
    """The selector as it was kept; None for nothing. Raises BadInput for what is none."""
    if not kept:
        return None
    values = kept.get("values")
    if not isinstance(values, list | tuple) or not all(isinstance(one, str) for one in values):
        raise BadInput("a selector needs values", place="selector", hint="a list of texts")
    return selector(str(kept.get("kind")), values, str(kept.get("name") or ""))


def selector(kind: str, values: Sequence[str], name: str = "") -> Selector:
    """The selector of these values; spelling is made alike. Raises BadInput, place "selector"."""
    if kind not in KINDS:
        raise BadInput(
            f"nothing is picked by {kind!r}", place="selector", hint=f"one of {', '.join(KINDS)}"
        )
    pattern, hint = KINDS[kind]
    spelt = sorted({_spelt(kind, value) for value in values if value.strip()})
    if not 1 <= len(spelt) <= MOST:
        raise BadInput(
            f"{len(spelt)} values for the {kind}", place="selector", hint=f"1 to {MOST}: {hint}"
        )
    for value in spelt:
        spoilt = kind == "network" and not _network(value)
        if len(value) > LONGEST or spoilt or not pattern.fullmatch(value):
            raise BadInput(f"{value[:80]!r} is no {kind} to pick by", place="selector", hint=hint)
    name = name.strip().lower()
    if kind == "header" and not HEADER_NAME.fullmatch(name):
        raise BadInput(
            f"{name[:80]!r} is no header's name", place="selector", hint="such as X-Beta: yes"
        )
    if kind != "header" and name:
        raise BadInput(f"a {kind} has no name", place="selector", hint="only a header has one")
    return Selector(kind, tuple(spelt), name)


def _spelt(kind: str, value: str) -> str:
    value = value.strip()
    if kind == "host":
        return value.lower().rstrip(".")
    if kind == "network":
        return _network(value) or value
    return value.upper() if kind == "country" else value


def _network(value: str) -> str:
    """As networks are spelt; "" for what is none, such as one whose address has bits outside of it."""
    try:
        return str(ipaddress.ip_network(value))
    except ValueError:
        return ""


def _within(one: str, other: str) -> bool:
    small, large = ipaddress.ip_network(one), ipaddress.ip_network(other)
    if isinstance(small, ipaddress.IPv4Network):
        return isinstance(large, ipaddress.IPv4Network) and small.subnet_of(large)
    return isinstance(large, ipaddress.IPv6Network) and small.subnet_of(large)


def in_words(share: float, picked: Selector | None) -> str:
    """What is moved, for a person: `25 %`, `path /static/`, `path /static/ and 5 %`."""
    if picked is None:
        return f"{share:g} %"
    return f"{picked} and {share:g} %" if share else str(picked)
