"""The kinds of probes that an item may ask for, with the settings each takes.

`at` says where a probe looks: `public` follows DNS as everyone does, `edge` goes to the new edge
while the public names still point elsewhere. A text that begins with `$` stands for a fact.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from onboarding.checklists.facts import Fact
from onboarding.checklists.faults import Faults, Unfit, nearest, shown
from onboarding.checklists.fields import Entries, one_of, text, whole
from onboarding.checklists.nodes import Node, Table
from onboarding.checklists.template import Probe, Setting


@dataclass(frozen=True)
class Knob:
    """One setting: what it holds, its default (None: must be given, "": may be left out), and
    for numbers the range, for words the choice."""

    name: str
    holds: str
    default: Setting | None = None
    between: tuple[int, int] | None = None
    choice: tuple[str, ...] = ()


_AT = Knob("at", "where to look, public or edge", "public", choice=("public", "edge"))
_PATH = Knob("path", "the path to fetch", "$test_path")
_STATUS = Knob("status", "the HTTP status expected", 200, between=(100, 599))

KINDS: Mapping[str, tuple[Knob, ...]] = {
    "ttl_at_most": (Knob("seconds", "the highest TTL allowed", between=(1, 604_800)),),
    "cname_target": (Knob("target", "the name the CNAME chain must reach", "$edge_hostname"),),
    "caa_allows": (Knob("ca", "the CA's domain as in a CAA record", "$issuing_ca"),),
    "certificate_names": (_AT,),
    "certificate_days_left": (Knob("days", "the fewest days left", between=(1, 825)), _AT),
    "http_status": (_STATUS, _PATH, _AT),
    "redirect_chain": (
        Knob("to", "the address the chain must end at, https:// alone for any", "https://"),
        Knob("at_most", "the highest number of redirects", 3, between=(0, 20)),
        _PATH,
        _AT,
    ),
    "http_header": (
        Knob("name", "the header's name"),
        Knob("contains", "text its value must hold, any value when left out", ""),
        _PATH,
        _AT,
    ),
    "tls_version": (Knob("at_least", "the lowest version", "1.2", choice=("1.2", "1.3")), _AT),
    "origin_answers": (
        Knob("origin", "the origin's name", "$origin_hostname"),
        _STATUS,
        _PATH,
    ),
    "cache_hit_on_second": (
        Knob("header", "the header that tells the cache's state", "x-cache"),
        Knob("path", "the path to fetch", "$cached_path"),
        _AT,
    ),
    "compression": (_PATH, _AT),
    "hsts": (Knob("max_age", "the fewest seconds", 86_400, between=(0, 63_072_000)), _PATH, _AT),
    "ipv6": (_AT,),
}


def read_probe(node: Node, what: str, faults: Faults, facts: Mapping[str, Fact]) -> Probe:
    """A probe from `probe: hsts` or from a table with `kind` and settings. Raises Unfit."""
    if not isinstance(node, Table):
        node = Table(node.line, {"kind": (node.line, node)})
    if "kind" not in node.entries:
        raise Unfit("has no kind", f"add kind: one of {', '.join(KINDS)}")
    line, kind_node = node.entries["kind"]
    try:
        kind = one_of(KINDS)(kind_node)
    except Unfit as wrong:
        raise Unfit(f"kind {wrong.message}", wrong.hint, line) from wrong
    knobs = KINDS[kind]
    help_ = {"kind": "the kind of probe", **{knob.name: knob.holds for knob in knobs}}
    needed = [knob.name for knob in knobs if knob.default is None]
    entries = Entries(node, faults, f"{what}: probe {kind}", help_, needed)
    settings = []
    for knob in knobs:
        value = entries.read(knob.name, partial(_setting, knob, facts), knob.default)
        if value is not None and value != "":
            settings.append((knob.name, value))
    return Probe(kind, tuple(settings))


def _setting(knob: Knob, facts: Mapping[str, Fact], node: Node) -> Setting:
    if knob.between is not None:
        return whole(*knob.between)(node)
    if knob.choice:
        return one_of(knob.choice)(node)
    value = text()(node)
    name = value.removeprefix("$")
    if value.startswith("$") and (name not in facts or facts[name].kind != "text"):
        texts = sorted(fact.name for fact in facts.values() if fact.kind == "text")
        hint = f"{nearest(name, texts)}facts that hold a text: {', '.join(texts)}"
        raise Unfit(f"names the unknown fact {shown(value)}", hint)
    return value
