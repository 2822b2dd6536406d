"""The facts a checklist depends on, as questions of a form."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from onboarding.checklists.facts import Fact, complete, known_facts
from onboarding.checklists.models import Checklist
from onboarding.checklists.queries import added_facts, vendors_facts
from onboarding.customers.models import Turnup
from onboarding.errors import BadInput
from onboarding.web import forms

#: What the turn-up itself says; nobody is asked for it.
KNOWN = frozenset({"hostnames", "hostname_kinds", "help_level"})
LONGEST = 500
_WORD = re.compile(r"[a-z_][a-z0-9_]*")


@dataclass(frozen=True)
class Question:
    """A fact with its present answer as a form shows it, and how many items hang on it."""

    fact: Fact
    value: str
    items: int


def of(checklist: Checklist | None, turnup: Turnup) -> list[Question]:
    """The questions whose answers change what this checklist asks for, or what its probes look at,
    in the facts' order. What the operator has set for everybody is not asked."""
    if checklist is None:
        return []
    counts: dict[str, int] = {}
    for row in checklist.items:
        for word in _facts_of(row.definition):
            counts[word] = counts.get(word, 0) + 1
    for name in vendors_facts(turnup.customer.slug):
        counts.pop(name, None)
    added = added_facts(checklist)
    values = complete(turnup.customer.facts, added)
    return [
        Question(fact, _shown(values[name]), counts[name])
        for name, fact in known_facts(added).items()
        if name in counts and name not in KNOWN
    ]


def _facts_of(definition: Mapping[str, Any]) -> set[str]:
    """The facts that decide whether an item is needed, and those its probe looks with."""
    found = set(_WORD.findall(definition["needed_when"]))
    probe = definition.get("probe") or {"settings": {}}
    values = [str(value) for value in probe["settings"].values()]
    found |= {value.removeprefix("$") for value in values if value.startswith("$")}
    return found | ({"edge_hostname"} if probe["settings"].get("at") == "edge" else set())


def read(asked: Sequence[Question], form: Mapping[str, str]) -> dict[str, object]:
    """Answers from a form; a box that is not ticked is a no. Raises BadInput naming the field."""
    return {q.fact.name: _answer(q.fact, form.get(q.fact.name, "").strip()) for q in asked}


def _answer(fact: Fact, text: str) -> object:
    if fact.kind == "yes_no":
        return text == "yes"
    if fact.kind == "number":
        return forms.number_from(text or "0", fact.name, least=0, most=1e12)
    if len(text) > LONGEST or "\x00" in text:
        raise BadInput(
            "this cannot be stored", place=fact.name, hint=f"at most {LONGEST} characters"
        )
    return [word for word in re.split(r"[\s,]+", text) if word] if fact.kind == "list" else text


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value)
    return f"{value:g}" if isinstance(value, float | int) else str(value)
