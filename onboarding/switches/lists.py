"""Lists that a far side picks by: one for each kind of selector, for headers one for each name. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from onboarding.errors import BadInput, PassingFault, PermanentFault
from onboarding.fields import Fields
from onboarding.switches.selectors import HEADER_NAME, KINDS, Selector, selector

Pick = tuple[str, str]  # kind, and the header's name


def read_lists(fields: Fields, key: str, hint: str) -> dict[Pick, str]:
    """The config's `key`: `{"path": where, "header": {"X-Beta": where}}`; raises BadInput."""
    given = fields.get(key, {})
    if not isinstance(given, Mapping):
        raise fields.wrong(key, f"{given!r} is no mapping", '{"path": …, "header": {"X-Beta": …}}')
    found: dict[Pick, str] = {}
    for kind, where in given.items():
        if kind not in KINDS:
            raise fields.wrong(f"{key}.{kind}", "nothing is picked by it", ", ".join(KINDS))
        named: Any = where if kind == "header" else {"": where}
        if not isinstance(named, Mapping):
            raise fields.wrong(f"{key}.{kind}", f"{where!r} names no header", '{"X-Beta": …}')
        for name, place in named.items():
            spoilt = kind == "header" and not HEADER_NAME.fullmatch(str(name))
            if spoilt or not isinstance(place, str) or not place.isprintable() or not place:
                raise fields.wrong(f"{key}.{kind}", f"{place!r} cannot be used", hint)
            found[kind, str(name).lower()] = place
    if len(set(found.values())) < len(found):
        raise fields.wrong(key, "two kinds have one list", "give each its own")
    return found


def kinds_of(lists: Mapping[Pick, str]) -> tuple[str, ...]:
    """The kinds of selectors that these lists can do, in the order of `KINDS`."""
    return tuple(kind for kind in KINDS if any(kind == known for known, _ in lists))


def headers_of(lists: Mapping[Pick, str]) -> tuple[str, ...]:
    """The headers that are looked at."""
    return tuple(name for kind, name in lists if kind == "header")


def wanted_in(lists: Mapping[Pick, str], wanted: Selector | None) -> dict[Pick, tuple[str, ...]]:
    """What each list has to hold for `wanted`."""
    picked = (wanted.kind, wanted.name) if wanted else None
    return {pick: wanted.values if wanted and pick == picked else () for pick in lists}


def in_force(found: Mapping[Pick, Sequence[str]]) -> Selector | None:
    """The selector that what the lists hold comes to. Raises PassingFault where two kinds are
    picked by at once, which no set leaves behind, and PermanentFault for values that pick nothing."""
    full = [(pick, values) for pick, values in found.items() if values]
    if not full:
        return None
    if len(full) > 1:
        names = " and ".join(kind for (kind, _), _ in full)
        raise PassingFault(
            f"two selectors are in force at once: {names}", hint="the next set leaves only one"
        )
    (kind, name), values = full[0]
    try:
        return selector(kind, values, name)
    except BadInput as wrong:
        raise PermanentFault(wrong.message, hint="somebody else writes this list") from wrong
