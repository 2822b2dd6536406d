"""What a post may tell whom: the kinds of post each audience gets, the facts of an entry that may
leave with them, and the fields that a text for them may name. Pure.

Whatever is on none of these lists cannot reach the audience: a post keeps only the facts listed
here, and a text that names another field is refused.
"""

import string
from collections.abc import Mapping
from typing import Any

from onboarding.errors import BadInput

AUDIENCES = ("staff", "customer", "public")
LANGUAGES = ("en", "de", "fr", "es", "ja")
#: Each language in its own words.
LANGUAGE_NAMES = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "ja": "日本語",
}
LONGEST_TEMPLATE = 500

Payload = Mapping[str, Any]

_FLIP = ("cutover.booked", "cutover.changed", "cutover.cancelled", "ramp.started", "ramp.share")
_TOLD = ("ramp.held", "ramp.resumed", "ramp.rollback", "ramp.rolled_back", "ramp.finished")
#: The texts there are: an entry's kind, or a variant of it (see `variant`).
KEYS: Mapping[str, tuple[str, ...]] = {
    "staff": (
        *_FLIP,
        *_TOLD,
        "roster.solved",
        "vote.given.go",
        "vote.given.no",
        "ramp.started.overruled",
        "ramp.share.both",
        "ramp.share.picked",
        "ramp.waiting_go",
        "ramp.back",
        "ramp.proposed",
        "ramp.stuck",
        "ramp.abandoned",
        "ramp.muted",
        "ramp.unmuted",
        "guard.alarm",
        "switch.drift",
        "post.written",
    ),
    "customer": (
        *_FLIP,
        *_TOLD,
        "ramp.share.both",
        "ramp.share.picked",
        "ramp.waiting_go",
        "ramp.back",
        "post.written",
    ),
    "public": (*_FLIP, *_TOLD, "ramp.share.picked", "post.written"),
}
#: The facts of an entry's payload that a post for the audience keeps.
FACTS: Mapping[str, tuple[str, ...]] = {
    "staff": (
        "starts_at",
        "ends_at",
        "shares",
        "steps",
        "share",
        "selector",
        "filled",
        "empty",
        "team",
        "go",
        "run",
        "what",
        "overruled",
        "reason",
        "minutes",
        "signal",
        "sentence",
        "found",
        "expected",
        "found_in_words",
        "expected_in_words",
        "text",
    ),
    "customer": ("starts_at", "ends_at", "share", "selector", "text"),
    "public": ("starts_at", "ends_at", "share", "name", "text"),
}
#: The fields that a text for the audience may name.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "staff": (
        "window",
        "shares",
        "share",
        "picked",
        "filled",
        "empty",
        "team",
        "run",
        "what",
        "overruled",
        "reason",
        "minutes",
        "signal",
        "sentence",
        "found",
        "expected",
        "text",
    ),
    "customer": ("window", "share", "picked", "text"),
    "public": ("window", "share", "name", "text"),
}
#: Of these, the fields that every entry of a kind fills; a text for it may name no other.
HAS: Mapping[str, tuple[str, ...]] = {
    "cutover.booked": ("window", "shares"),
    "cutover.changed": ("window", "shares", "what"),
    "roster.solved": ("filled", "empty"),
    "vote.given.go": ("team",),
    "vote.given.no": ("team",),
    "ramp.started": ("run",),
    "ramp.started.overruled": ("run", "overruled"),
    "ramp.share": ("share",),
    "ramp.share.both": ("picked", "share"),
    "ramp.share.picked": ("picked",),
    "ramp.held": ("reason",),
    "ramp.rollback": ("reason",),
    "ramp.proposed": ("reason",),
    "ramp.stuck": ("reason",),
    "ramp.muted": ("minutes", "signal"),
    "ramp.unmuted": ("signal",),
    "guard.alarm": ("sentence",),
    "switch.drift": ("found", "expected"),
    "post.written": ("text",),
}
KINDS = frozenset({"post.written", "vote.given"}.union(*KEYS.values()))


def kept(audience: str, payload: Payload) -> dict[str, Any]:
    """Of `payload`, the facts that a post for `audience` keeps."""
    found = {key: payload[key] for key in FACTS[audience] if payload.get(key) is not None}
    if "selector" in payload and "selector" not in FACTS[audience]:
        found["share"] = payload.get("share") or 0
    return found


def variant(audience: str, kind: str, payload: Payload) -> str:
    """The key of the text for an entry of `kind`; "" where the audience gets none."""
    key = kind
    if kind == "vote.given":
        key = "vote.given.go" if payload.get("go") else "vote.given.no"
    elif kind == "ramp.started" and payload.get("overruled"):
        key = "ramp.started.overruled"
    elif kind == "ramp.share" and payload.get("selector"):
        key = "ramp.share.both" if payload.get("share") else "ramp.share.picked"
    elif kind == "ramp.share" and audience == "public" and not payload.get("share"):
        key = "ramp.share.picked"
    if key in KEYS[audience]:
        return key
    return kind if kind in KEYS[audience] else ""


def named(template: str) -> tuple[str, ...]:
    """The fields that `template` names. Raises ValueError where it is none: a brace too many, or
    anything but a plain name between them."""
    found = []
    for _text, name, spec, conversion in string.Formatter().parse(template):
        if name is None:
            continue
        if not name.isidentifier() or spec or conversion:
            raise ValueError(f"{{{name}}} is no plain field")
        found.append(name)
    return tuple(found)


def fields_of(audience: str, key: str) -> tuple[str, ...]:
    """The fields that a text `key` for the audience may name: it may be told, and is known then."""
    has = ("name", *HAS.get(key, ()))
    return tuple(name for name in FIELDS[audience] if name in has)


def checked(audience: str, key: str, template: str) -> str:
    """`template` as the text `key` for `audience`. Raises BadInput that names the field that may
    not be."""
    text = " ".join(template.split())
    known = fields_of(audience, key)
    fields = ", ".join(f"{{{name}}}" for name in known)
    hint = f"fields: {fields}" if known else "this one has no fields"
    if not text:
        raise BadInput("there is no text", place="template", hint="write one, or reset it")
    if len(text) > LONGEST_TEMPLATE:
        raise BadInput(
            "this is too long", place="template", hint=f"at most {LONGEST_TEMPLATE} characters"
        )
    if not text.isprintable():
        raise BadInput("there are characters in it that do not show", place="template", hint=hint)
    try:
        wrong = [name for name in named(text) if name not in FIELDS[audience]]
    except ValueError as bad:
        raise BadInput(f"a field is broken: {bad}", place="template", hint=hint) from None
    if wrong:
        raise BadInput(
            f"{{{wrong[0]}}} may not be told to this audience", place="template", hint=hint
        )
    unknown = [name for name in named(text) if name not in known]
    if unknown:
        raise BadInput(
            f"{{{unknown[0]}}} is not known when this happens", place="template", hint=hint
        )
    return text
