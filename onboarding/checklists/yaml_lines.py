"""YAML as a tree that remembers lines, and nothing more of YAML than a checklist needs.

Every scalar stays the text that was written: `no`, `1e3` and `2026-01-01` mean what the key that
holds them says, not what YAML 1.1 makes of them. Anchors, aliases, tags and second documents are
refused while reading, so nothing can be blown up, built or hidden; depth and size are bounded.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from typing import Any

import yaml

from onboarding.checklists.faults import Faults, shown
from onboarding.checklists.nodes import Listing, Node, Table, Text
from onboarding.errors import BadInput

DEEPEST = 8
MOST_NODES = 20_000
_TAB_INDENT = re.compile(r"^ *\t", re.MULTILINE)
_BREAKS = re.compile("[\x85\u2028\u2029]")  # they end a line for YAML, and in no editor
_QUOTE = "put text in quotes that begins with a quote mark or any of {[*&!%@`, or that holds “: ”"


def parse(text: str, faults: Faults) -> Node:
    """The one document in `text`. Repeated keys are added to `faults`; what makes the rest
    unreadable is raised as BadInput with its line."""
    tab = _TAB_INDENT.search(text)
    if tab is not None:
        line = text.count("\n", 0, tab.start()) + 1
        raise faults.at(line, "a tab stands in the indentation", "indent with spaces")
    line_of = _lines(text)
    try:
        return _Builder(text, faults, line_of).document()
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        raise faults.at(
            line_of(mark), f"not valid YAML, {wrong.problem or wrong.context}", _QUOTE
        ) from wrong
    except yaml.reader.ReaderError as wrong:
        line = text.count("\n", 0, wrong.position) + 1
        what = f"the character U+{ord(text[wrong.position]):04X} may not stand here"
        raise faults.at(line, what, "remove it; only printable text is allowed") from wrong
    except (yaml.YAMLError, RecursionError, ValueError) as wrong:
        raise faults.at(1, "not valid YAML", _QUOTE) from wrong


def _lines(text: str) -> Callable[[Any], int]:
    """What tells the line of a mark in `text`, as editors count them."""
    breaks = [found.start() for found in _BREAKS.finditer(text)]
    return lambda mark: mark.line + 1 - bisect_left(breaks, mark.index) if mark else 1


class _Builder:
    def __init__(self, text: str, faults: Faults, line_of: Callable[[Any], int]) -> None:
        self.faults, self.line_of = faults, line_of
        self.left = MOST_NODES
        self.events: Iterator[yaml.Event] = iter(yaml.parse(text, Loader=yaml.SafeLoader))

    def document(self) -> Node:
        next(self.events)  # the stream
        start = next(self.events)
        if isinstance(start, yaml.StreamEndEvent):
            raise self.faults.at(
                1, "the file is empty", "expected a template, see docs/checklists.md"
            )
        node = self.node(next(self.events), DEEPEST)
        next(self.events)  # the end of the document
        after = next(self.events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise self.fault(after, "a second document begins", "keep one template in a file")
        return node

    def fault(self, event: yaml.Event, message: str, hint: str) -> BadInput:
        return self.faults.at(self.line_of(event.start_mark), message, hint)

    def node(self, event: yaml.Event, depth: int) -> Node:
        self.refuse_tricks(event, depth)
        line = self.line_of(event.start_mark)
        if isinstance(event, yaml.ScalarEvent):
            return Text(line, event.value)
        if isinstance(event, yaml.SequenceStartEvent):
            return Listing(line, tuple(self.sequence(depth)))
        return self.mapping(line, depth)

    def refuse_tricks(self, event: yaml.Event, depth: int) -> None:
        self.left -= 1
        if isinstance(event, yaml.AliasEvent):
            raise self.fault(event, f"the alias *{event.anchor} is not allowed", "write it out")
        if getattr(event, "anchor", None) is not None:
            raise self.fault(
                event, "an anchor (&) is not allowed", "write the value where it is used"
            )
        if getattr(event, "tag", None) is not None:
            raise self.fault(event, "a tag (!) is not allowed", "write the plain value")
        if depth == 0:
            raise self.fault(event, "nested too deeply", f"expected at most {DEEPEST} levels")
        if self.left < 0:
            raise self.fault(event, "too many values", f"expected at most {MOST_NODES}")

    def sequence(self, depth: int) -> Iterator[Node]:
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            yield self.node(event, depth - 1)

    def mapping(self, line: int, depth: int) -> Table:
        entries: dict[str, tuple[int, Node]] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.node(event, depth - 1)
            if not isinstance(key, Text):
                raise self.fault(event, "a key is not plain text", "expected `key: value`")
            value = self.node(next(self.events), depth - 1)
            if key.value in entries:
                first = entries[key.value][0]
                message = f"the key {shown(key.value)} is given twice"
                self.faults.add(key.line, message, f"remove one; the first is on line {first}")
            else:
                entries[key.value] = (key.line, value)
        return Table(line, entries)
