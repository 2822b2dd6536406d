"""From a tree with lines to a template: every key checked, every fault noted with its line."""

import keyword
import re
from collections.abc import Callable, Mapping

from onboarding.checklists import expressions, fields
from onboarding.checklists.facts import FACTS, KINDS, Fact, Value, known_facts
from onboarding.checklists.faults import Faults, Unfit, nearest, shown
from onboarding.checklists.fields import Entries
from onboarding.checklists.nodes import Listing, Node, Table, Text
from onboarding.checklists.order import order_faults
from onboarding.checklists.probe_kinds import read_probe
from onboarding.checklists.template import EVIDENCE, LEVELS, OWNERS, STAGES, Item, Template
from onboarding.errors import BadInput

MOST_ITEMS = 500
TEMPLATE_KEYS = {
    "key": "a short name that stays, such as cdn-turn-up",
    "version": "a whole number, raised with every change",
    "title": "what people see",
    "summary": "one or two sentences on when to use it",
    "sources": "a table of short name: reference, which items cite",
    "facts": "a table of facts that only this template asks for",
    "items": "a list of items",
}
ITEM_KEYS = {
    "id": "a short name that stays, such as lower-ttl",
    "stage": f"one of {', '.join(STAGES)}",
    "owner": f"one of {', '.join(OWNERS)}",
    "owner_at": "a table of level of help: owner, where another team does it",
    "title": "what is to be done",
    "why": "the reason, for the one who has to do it",
    "how_long": "hands-on time such as 15m or 2h",
    "docs": "a link to read on",
    "due": "a time relative to the cutover, such as T-7d",
    "depends_on": "ids of items that come first",
    "needed_when": "an expression over the customer's facts",
    "evidence": f"what must be handed in, any one of {', '.join(EVIDENCE)}",
    "sign_off": "the team of the second person who must agree",
    "probe": "a check that ticks the item by itself",
    "source": "names from the template's sources",
    "required": "true where the stage cannot be left without it",
}
FACT_KEYS = {
    "kind": f"one of {', '.join(KINDS)}",
    "ask": "the question to the customer",
    "default": "the value until somebody answered",
}


def read_template(root: Node, faults: Faults) -> Template | None:
    """The template, or None where `faults` has any."""
    if not isinstance(root, Table):
        faults.add(
            root.line, "this is no template", f"expected the keys {', '.join(TEMPLATE_KEYS)}"
        )
        return None
    top = Entries(root, faults, "the template", TEMPLATE_KEYS, ("key", "version", "title", "items"))
    facts = top.read("facts", lambda node: _facts(node, faults), ())
    sources = top.read("sources", lambda node: _sources(node), {})
    reader = _ItemReader(faults, known_facts(facts), sources)
    template = Template(
        key=top.read("key", fields.slug, ""),
        version=top.read("version", fields.whole(1, 1_000_000), 0),
        title=top.read("title", fields.text(), ""),
        items=top.read("items", reader.items, ()),
        summary=top.read("summary", fields.text(1000), ""),
        facts=facts,
    )
    return None if faults.listed() else template


def _table(node: Node) -> Table:
    if not isinstance(node, Table):
        raise Unfit("is not a table", "expected `name: value` lines below it")
    return node


def _sources(node: Node) -> dict[str, str]:
    sources = {}
    for name, (line, value) in _table(node).entries.items():
        try:
            sources[name] = fields.text(500)(value)
        except Unfit as wrong:
            raise Unfit(f"{shown(name)} {wrong.message}", wrong.hint, line) from wrong
    return sources


def _facts(node: Node, faults: Faults) -> tuple[Fact, ...]:
    return tuple(
        _fact(name, line, value, faults) for name, (line, value) in _table(node).entries.items()
    )


def _fact(name: str, line: int, node: Node, faults: Faults) -> Fact:
    what = f"fact {shown(name)}"
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name) or keyword.iskeyword(name):
        hint = "expected small letters, digits and _, at most 40, and no word of the language"
        faults.add(line, f"{what} has no usable name", hint)
    if name in FACTS:
        faults.add(line, f"{what} is known already", "use it as it is, or choose another name")
    if not isinstance(node, Table):
        raise Unfit(f"{shown(name)} is not a table", f"expected {', '.join(FACT_KEYS)}", line)
    entries = Entries(node, faults, what, FACT_KEYS, ("kind", "ask"))
    kind = entries.read("kind", fields.one_of(KINDS), "text")
    none: dict[str, Value] = {"yes_no": False, "number": 0, "text": "", "list": ()}
    ask = entries.read("ask", fields.text(), "")
    return Fact(name, kind, ask, entries.read("default", _DEFAULTS[kind], none[kind]))


_DEFAULTS: dict[str, Callable[[Node], Value]] = {
    "yes_no": fields.yes_no,
    "number": fields.whole(-(10**12), 10**12),
    "text": fields.text(),
    "list": fields.some_of(fields.text()),
}


class _ItemReader:
    def __init__(
        self, faults: Faults, facts: Mapping[str, Fact], sources: Mapping[str, str]
    ) -> None:
        self.faults = faults
        self.facts = facts
        self.sources = sources
        self.lines: dict[str, Entries] = {}

    def items(self, node: Node) -> tuple[Item, ...]:
        """All items, then what is between them: repeated ids and dependencies."""
        if not isinstance(node, Listing) or not node.entries:
            raise Unfit("holds no item", "expected a list, each entry beginning with `- id:`")
        if len(node.entries) > MOST_ITEMS:
            raise Unfit(f"holds {len(node.entries)} items", f"expected at most {MOST_ITEMS}")
        found = [self.item(entry, number) for number, entry in enumerate(node.entries, 1)]
        items = tuple(item for item in found if item is not None)
        for item_id, message, hint in order_faults(items):
            key = "due" if message.startswith("due") else "depends_on"
            self.faults.add(self.lines[item_id].line(key), f"item {item_id!r}: {message}", hint)
        return items

    def item(self, node: Node, number: int) -> Item | None:
        """One item; None where it has no usable id of its own. Faults are noted, not raised."""
        if not isinstance(node, Table):
            hint = f"expected a table with the keys {', '.join(ITEM_KEYS)}"
            self.faults.add(node.line, f"item {number} is not a table", hint)
            return None
        named = node.entries.get("id", (0, None))[1]
        what = f"item {shown(named.value)}" if isinstance(named, Text) else f"item {number}"
        must = ("id", "stage", "owner", "title", "why")
        entries = Entries(node, self.faults, what, ITEM_KEYS, must)
        item = self.built(entries, what)
        if item.id in self.lines:
            first = self.lines[item.id].line("id")
            message = f"the id {item.id!r} is given twice"
            self.faults.add(
                entries.line("id"), message, f"choose another; the first is on line {first}"
            )
            return None
        if item.id:
            self.lines[item.id] = entries
        return item if item.id else None

    def built(self, entries: Entries, what: str) -> Item:
        read = entries.read
        owner = fields.one_of(OWNERS)
        return Item(
            id=read("id", fields.slug, ""),
            stage=read("stage", fields.one_of(STAGES), ""),
            owner=read("owner", owner, ""),
            title=read("title", fields.text(160), ""),
            why=read("why", fields.text(1000), ""),
            how_long=read("how_long", fields.duration, None),
            docs=read("docs", fields.link, ""),
            due=read("due", fields.offset, None),
            depends_on=read("depends_on", fields.some_of(fields.slug), ()),
            needed_when=read("needed_when", self.expression, ""),
            evidence=read("evidence", fields.some_of(fields.one_of(EVIDENCE)), ()),
            sign_off=read("sign_off", owner, ""),
            probe=read("probe", lambda node: read_probe(node, what, self.faults, self.facts), None),
            source=read("source", fields.some_of(self.source), ()),
            required=read("required", fields.yes_no, False),
            owner_at=read("owner_at", _owner_at, ()),
        )

    def expression(self, node: Node) -> str:
        text = fields.text(expressions.LONGEST)(node)
        try:
            expressions.check(text, self.facts)
        except BadInput as wrong:
            raise Unfit(f"cannot be used, {wrong.message}", wrong.hint) from wrong
        return text

    def source(self, node: Node) -> str:
        name = fields.text()(node)
        if name not in self.sources:
            known = ", ".join(self.sources) or "none"
            hint = (
                f"{nearest(name, self.sources)}add it to the template's sources; known are: {known}"
            )
            raise Unfit(f"names {shown(name)}", hint)
        return self.sources[name]


def _owner_at(node: Node) -> tuple[tuple[str, str], ...]:
    pairs = []
    for level, (line, value) in _table(node).entries.items():
        if level not in LEVELS:
            hint = f"{nearest(level, LEVELS)}expected levels out of {', '.join(LEVELS)}"
            raise Unfit(f"names the level {shown(level)}", hint, line)
        try:
            pairs.append((level, fields.one_of(OWNERS)(value)))
        except Unfit as wrong:
            raise Unfit(f"for {level} {wrong.message}", wrong.hint, line) from wrong
    return tuple(pairs)
