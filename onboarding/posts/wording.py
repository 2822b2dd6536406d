"""What a post says: the text for its kind, audience and language, filled with what it may tell."""

from collections.abc import Callable, Mapping
from typing import Any

import structlog

from onboarding.clock import parse
from onboarding.posts.fields import (
    AUDIENCES,
    FACTS,
    LANGUAGES,
    Payload,
    fields_of,
    kept,
    named,
    variant,
)
from onboarding.posts.phrases import phrases, word
from onboarding.posts.spoken import figure_of, percent, window

#: (audience, language, key) → the operator's own text in place of the shipped one.
Own = Mapping[tuple[str, str, str], str]
NONE: Own = {}
log = structlog.get_logger()


def wording(
    audience: str,
    kind: str,
    payload: Payload,
    *,
    written: str = "",
    practice: bool = False,
    language: str = "en",
    zone: str = "UTC",
    own: Own = NONE,
) -> str:
    """The text of the post for `audience`; empty where this kind is nothing for them.

    `written` is what a person wrote (`post.written`, for the audiences in the payload). Whatever
    the payload holds beside `fields.FACTS` of the audience has no influence on it.
    """
    if kind == "post.written":
        if audience not in audiences_of(payload) or not written:
            return ""
        payload = {"text": written}
    return say(audience, kind, kept(audience, payload), practice, language, zone, own)


def say(
    audience: str,
    kind: str,
    facts: Payload,
    practice: bool = False,
    language: str = "en",
    zone: str = "UTC",
    own: Own = NONE,
) -> str:
    """The text made of the facts that a post has kept. An operator's own that cannot be filled is
    logged, and the shipped one says it: no wording holds up a post."""
    key = variant(audience, kind, facts)
    if not key:
        return ""
    template, text = own.get((audience, language, key), ""), ""
    if template and (wrong := unfit(audience, key, template, facts, language)):
        log.error("posts.wording_unfit", audience=audience, language=language, key=key, why=wrong)
        template = ""
    text = filled(template or phrases(language)[audience][key], facts, language, zone)
    return marked(text, practice, language)


def marked(text: str, practice: bool, language: str) -> str:
    """`text` with the mark of a practice run where it is one, once: who mends a text may keep it."""
    marks = [word("practice", one, text="").strip() for one in LANGUAGES]
    if not practice or text.startswith(tuple(marks)):
        return text
    return word("practice", language, text=text)


def filled(template: str, facts: Payload, language: str, zone: str) -> str:
    """`template` with its fields. Raises what a broken or unknown field raises."""
    return template.format_map(
        {name: FILL[name](facts, language, zone) for name in named(template)}
    )


def unfit(audience: str, key: str, template: str, facts: Payload, language: str) -> str:
    """Why an operator's text cannot say these facts; "" where it can."""
    try:
        unknown = [name for name in named(template) if name not in fields_of(audience, key)]
        if unknown:
            return f"{{{unknown[0]}}} is not known when this happens"
        filled(template, facts, language, "UTC")
    except (KeyError, ValueError, TypeError, IndexError, AttributeError) as wrong:
        return f"it cannot be filled: {wrong}"
    return ""


def audiences_of(payload: Payload) -> tuple[str, ...]:
    """For whom a post by hand is; `all` is the vendor's people and the customer."""
    said = payload.get("audiences") or [payload.get("audience")]
    if "all" in said:
        said = [*said, "staff", "customer"]
    return tuple(name for name in AUDIENCES if name in said)


def sample(audience: str, key: str) -> dict[str, Any]:
    """Facts to preview the text `key` of the audience with: those of its fields, no others."""
    facts = {
        "starts_at": "2027-03-01T12:00:00Z",
        "ends_at": "2027-03-01T16:00:00Z",
        "shares": [5, 50, 100],
        "share": 12.5,
        "selector": "path /static/",
        "filled": 7,
        "empty": 1,
        "team": "neteng",
        "run": 1,
        "what": "window",
        "overruled": [{"title": "Rollback proved"}],
        "reason": "errors rose",
        "minutes": 15,
        "signal": "errors",
        "sentence": "errors 2 % against 0.1 %",
        "found": 3,
        "expected": 5,
        "name": "Example shop",
        "text": "We are looking into it.",
    }
    wanted = {fact for name in fields_of(audience, key) for fact in NEEDS.get(name, (name,))}
    return {name: facts[name] for name in FACTS[audience] if name in wanted}


def sampled(audience: str, key: str, template: str, language: str, zone: str) -> str:
    """`template` filled with sample facts."""
    return filled(template, sample(audience, key), language, zone)


def _window(facts: Payload, language: str, zone: str) -> str:
    return window(parse(facts["starts_at"]), parse(facts["ends_at"]), language, zone)


def _shares(facts: Payload, language: str, _zone: str) -> str:
    return " → ".join(facts.get("steps") or [percent(one, language) for one in facts["shares"]])


def _share(facts: Payload, language: str, _zone: str) -> str:
    return percent(facts.get("share") or 0, language)


def _reason(facts: Payload, language: str, _zone: str) -> str:
    return str(facts.get("reason") or word("by_hand", language)).rstrip(".")


def _at(name: str) -> Callable[[Payload, str, str], str]:
    def found(facts: Payload, language: str, _zone: str) -> str:
        return str(facts.get(f"{name}_in_words") or percent(facts[name], language))

    return found


def _plain(name: str, default: str = "") -> Callable[[Payload, str, str], str]:
    return lambda facts, _language, _zone: str(facts.get(name, default)).rstrip(".")


#: The facts that a field is made of, where it is not one of its own name.
NEEDS: Mapping[str, tuple[str, ...]] = {"window": ("starts_at", "ends_at"), "picked": ("selector",)}
FILL: Mapping[str, Callable[[Payload, str, str], str]] = {
    "window": _window,
    "shares": _shares,
    "share": _share,
    "picked": _plain("selector"),
    "filled": _plain("filled"),
    "empty": _plain("empty"),
    "team": _plain("team"),
    "run": _plain("run", "1"),
    "what": _plain("what"),
    "overruled": lambda facts, _language, _zone: ", ".join(
        rule["title"] for rule in facts.get("overruled", ())
    ),
    "reason": _reason,
    "minutes": lambda facts, language, _zone: figure_of(facts.get("minutes", 0), language),
    "signal": _plain("signal", "a signal"),
    "sentence": _plain("sentence", "alarm"),
    "found": _at("found"),
    "expected": _at("expected"),
    "name": _plain("name"),
    "text": lambda facts, _language, _zone: str(facts.get("text", "")),
}
