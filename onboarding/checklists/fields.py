"""Readers for the values of a template: each takes a node and returns a value or raises Unfit."""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from typing import TypeVar

from onboarding.checklists.faults import Faults, Unfit, nearest, shown
from onboarding.checklists.nodes import Listing, Node, Table, Text
from onboarding.checklists.offsets import parse_duration, parse_offset

T = TypeVar("T")
D = TypeVar("D")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# Control characters, halves of surrogate pairs and overrides of the direction of text.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_LINK = re.compile(r"(https?://[^\s<>\"/]+[^\s<>\"]*|/(?![/\\])[^\s<>\"]*)")


def text(longest: int = 200) -> Callable[[Node], str]:
    """A reader of text on any number of lines, which it joins; never empty."""

    def read(node: Node) -> str:
        if not isinstance(node, Text):
            raise Unfit("holds a list or a table", "expected text")
        value = " ".join(node.value.split())
        if not value:
            raise Unfit("is empty", "expected text, or leave the key out")
        bad = _CONTROLS.search(value)
        if bad is not None:
            raise Unfit(f"holds the character U+{ord(bad[0]):04X}", "remove it")
        if len(value) > longest:
            raise Unfit(f"has {len(value)} characters", f"expected at most {longest}")
        return value

    return read


def one_of(words: Collection[str]) -> Callable[[Node], str]:
    """A reader of one word of a closed list."""

    def read(node: Node) -> str:
        value = text()(node)
        if value not in words:
            known = ", ".join(words)
            raise Unfit(f"is {shown(value)}", f"{nearest(value, words)}expected one of {known}")
        return value

    return read


def some_of(reader: Callable[[Node], T]) -> Callable[[Node], tuple[T, ...]]:
    """A reader of one value or a list of them, each at most once."""

    def read(node: Node) -> tuple[T, ...]:
        if not isinstance(node, Listing):
            return (reader(node),)
        values: list[T] = []
        for entry in node.entries:
            try:
                value = reader(entry)
            except Unfit as wrong:
                raise Unfit(wrong.message, wrong.hint, wrong.line or entry.line) from wrong
            if value in values:
                raise Unfit(f"names {value} twice", "remove one", entry.line)
            values.append(value)
        return tuple(values)

    return read


def slug(node: Node) -> str:
    """An id: small letters, digits and hyphens, at most 60 characters."""
    value = text()(node)
    if len(value) > 60 or not _ID.fullmatch(value):
        raise Unfit(
            f"is {shown(value)}", "expected small letters, digits and single hyphens, at most 60"
        )
    return value


def yes_no(node: Node) -> bool:
    value = text()(node)
    if value not in ("true", "false"):
        raise Unfit(f"is {shown(value)}", "expected true or false")
    return value == "true"


def whole(least: int, most: int) -> Callable[[Node], int]:
    """A reader of a whole number between two others, both allowed."""

    def read(node: Node) -> int:
        value = text()(node)
        if not re.fullmatch(r"-?[0-9]{1,12}", value) or not least <= int(value) <= most:
            raise Unfit(f"is {shown(value)}", f"expected a whole number from {least} to {most}")
        return int(value)

    return read


def link(node: Node) -> str:
    value = text(500)(node)
    if not _LINK.fullmatch(value):
        raise Unfit(
            f"is {shown(value)}", "expected https://… or a path of this site such as /knowledge/…"
        )
    return value


def duration(node: Node) -> timedelta:
    return _span(node, parse_duration)


def offset(node: Node) -> timedelta:
    return _span(node, parse_offset)


def _span(node: Node, parse: Callable[[str], timedelta]) -> timedelta:
    value = text()(node)
    try:
        return parse(value)
    except ValueError as wrong:
        raise Unfit(f"is {shown(value)}", str(wrong)) from wrong


class Entries:
    """The keys of one table. Unknown and missing keys become faults at once.

    `what` names the table in messages, `help_` says for each allowed key what it holds.
    """

    def __init__(
        self,
        table: Table,
        faults: Faults,
        what: str,
        help_: Mapping[str, str],
        needed: Collection[str],
    ) -> None:
        self.table = table
        self.faults = faults
        self.what = what
        for key, (line, _) in table.entries.items():
            if key not in help_:
                known = ", ".join(help_)
                hint = f"{nearest(key, help_)}known keys: {known}"
                faults.add(line, f"{what} has the unknown key {shown(key)}", hint)
        for key in needed:
            if key not in table.entries:
                faults.add(table.line, f"{what} has no {key}", f"add {key}: {help_[key]}")

    def line(self, key: str) -> int:
        """The line of a key, or of the table where it is absent."""
        return self.table.entries.get(key, (self.table.line, None))[0]

    def read(self, key: str, reader: Callable[[Node], T], default: D) -> T | D:
        """What `reader` makes of the key's value; `default` where it is absent or at fault."""
        entry = self.table.entries.get(key)
        if entry is None:
            return default
        try:
            return reader(entry[1])
        except Unfit as wrong:
            line = wrong.line or entry[0]
            self.faults.add(line, f"{self.what}: {key} {wrong.message}", wrong.hint)
            return default
