"""Items and templates as JSON documents, so that a running checklist keeps the version it has."""

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from onboarding.checklists.facts import Fact
from onboarding.checklists.template import Item, Probe, Template

_SPANS = ("how_long", "due")
_LISTS = ("depends_on", "evidence", "source")


def item_document(item: Item) -> dict[str, Any]:
    """An item as plain JSON values; spans are whole minutes."""
    document = dict(vars(item))
    for name in _SPANS:
        span = document[name]
        document[name] = None if span is None else int(span.total_seconds()) // 60
    for name in _LISTS:
        document[name] = list(document[name])
    document["owner_at"] = dict(item.owner_at)
    if item.probe is not None:
        document["probe"] = {"kind": item.probe.kind, "settings": dict(item.probe.settings)}
    return document


def item_from(document: Mapping[str, Any]) -> Item:
    """The item that `item_document` was given. Raises KeyError or TypeError on other documents."""
    values = dict(document)
    for name in _SPANS:
        values[name] = None if values[name] is None else timedelta(minutes=values[name])
    for name in _LISTS:
        values[name] = tuple(values[name])
    values["owner_at"] = tuple(values["owner_at"].items())
    probe = values["probe"]
    if probe is not None:
        values["probe"] = Probe(probe["kind"], tuple(probe["settings"].items()))
    return Item(**values)


def template_document(template: Template) -> dict[str, Any]:
    """A template as plain JSON values."""
    return {
        "key": template.key,
        "version": template.version,
        "title": template.title,
        "summary": template.summary,
        "facts": [fact_document(fact) for fact in template.facts],
        "items": [item_document(item) for item in template.items],
    }


def template_from(document: Mapping[str, Any]) -> Template:
    """The template that `template_document` was given."""
    values = dict(document)
    values["items"] = tuple(item_from(item) for item in values["items"])
    values["facts"] = tuple(fact_from(fact) for fact in values["facts"])
    return Template(**values)


def fact_document(fact: Fact) -> dict[str, Any]:
    """A fact as plain JSON values."""
    default = fact.default
    return {**vars(fact), "default": list(default) if isinstance(default, tuple) else default}


def fact_from(document: Mapping[str, Any]) -> Fact:
    """The fact that `fact_document` was given."""
    default = document["default"]
    return Fact(**{**document, "default": tuple(default) if isinstance(default, list) else default})


def digest(template: Template) -> str:
    """SHA-256 in hex over the template's document: one version must never have two."""
    text = json.dumps(template_document(template), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
