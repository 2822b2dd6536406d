"""Customers as another system lists them: one record each, checked field by field. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from onboarding.customers import hostnames
from onboarding.customers.slugs import LONGEST as LONGEST_SLUG
from onboarding.customers.stages import LEVELS
from onboarding.errors import BadInput
from onboarding.zones import zones

#: Field → what it is. The columns of a table, the keys of the API's documents.
FIELDS = {
    "name": "what the customer is called; needed",
    "external_id": "the id your other system knows it by; names the customer for ever",
    "slug": "the short name in addresses; made from the name where it is not given",
    "timezone": "IANA name, such as Europe/Berlin",
    "help_level": " | ".join(LEVELS),
    "account_manager": "the mail address of one of yours who looks after customers",
    "contact_email": "the mail address of the customer's first person, who may be invited by mail",
    "contact_name": "what that person is called",
    "hostnames": "names that move, parted by spaces; they are added, none is taken away",
}
_SHORT = ("name", "external_id", "contact_name")
_EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Record:
    """One customer as it is given; an empty field leaves things as they are. `place` says where it
    stands ("line 3", "customers[2]")."""

    place: str
    name: str
    external_id: str = ""
    slug: str = ""
    timezone: str = ""
    help_level: str = ""
    account_manager: str = ""
    contact_email: str = ""
    contact_name: str = ""
    hostnames: tuple[str, ...] = ()


def record_from(given: Mapping[str, Any], place: str) -> tuple[Record | None, list[BadInput]]:
    """The record in `given`, or None and what is wrong with it, field by field."""
    faults: list[BadInput] = []
    values: dict[str, str] = {}
    for key in given:
        if key not in FIELDS:
            known = f"expected {', '.join(FIELDS)}"
            faults.append(BadInput("is no known field", place=f"{place}, {key!s:.40}", hint=known))
    for key in FIELDS:
        try:
            values[key] = _text(given.get(key), key)
            _check(key, values[key])
        except BadInput as wrong:
            faults.append(BadInput(wrong.message, place=f"{place}, {key}", hint=wrong.hint))
    if faults:
        return None, faults
    if values["contact_name"] and not values["contact_email"]:
        hint = "give the mail address too"
        return None, [BadInput("is missing", place=f"{place}, contact_email", hint=hint)]
    names = tuple(hostnames.several(values.pop("hostnames")))
    for key in ("account_manager", "contact_email"):
        values[key] = values[key].lower()
    return Record(place, hostnames=names, **values), []


def _text(value: Any, key: str) -> str:
    if key == "hostnames" and isinstance(value, list | tuple):
        if not all(isinstance(one, str) for one in value):
            raise BadInput("there is something else than texts in it", hint="a list of hostnames")
        value = " ".join(value)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadInput(f"{value!r:.40} is no text", hint=FIELDS[key])
    text = " ".join(value.split())
    if not text.isprintable():
        raise BadInput("there are control characters in it", hint="remove them")
    return text


def _check(key: str, text: str) -> None:
    """Raises BadInput where `text` cannot be that field."""
    if key == "name" and not text:
        raise BadInput("is missing", hint="every customer needs a name")
    if key == "hostnames":
        hostnames.several(text)
    elif len(text) > 254 or (key in _SHORT and len(text) > 100):
        raise BadInput("is too long", hint="at most 100 characters, a mail address 254")
    elif text:
        for wrong, hint in _misfits(key, text):
            raise BadInput(wrong, hint=hint)


def _misfits(key: str, text: str) -> Iterator[tuple[str, str]]:
    if key == "slug" and (not _SLUG.fullmatch(text) or len(text) > LONGEST_SLUG):
        hint = f"small letters, digits and single hyphens, at most {LONGEST_SLUG}"
        yield f"{text!r} is no short name", hint
    if key == "contact_email" and not _EMAIL.fullmatch(text):
        yield f"{text!r} is no mail address", "like ada@example.com"
    if key == "timezone" and text not in zones():
        yield f"{text!r} is not a time zone", "like Europe/London"
    if key == "help_level" and text not in LEVELS:
        yield f"there is no level {text!r}", f"one of {', '.join(LEVELS)}"
