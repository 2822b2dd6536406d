"""Texts that are marked for translation, as they are kept and read again. Pure."""

import json
from typing import Any

from onboarding.errors import Figure, Marked

MARK = "\x1e"  # before a text that is kept with its values; control characters are in no other


def pack(text: str) -> str:
    """`text` as it is kept: one that is marked with its values, any other as it is."""
    if not isinstance(text, Marked):
        return text.replace(MARK, "")
    return MARK + json.dumps(_plain(text), ensure_ascii=False, separators=(",", ":"))


def unpack(kept: str) -> str:
    """What `pack` was given."""
    return _marked(json.loads(kept.removeprefix(MARK))) if kept.startswith(MARK) else kept


def _plain(text: Marked) -> list[Any]:
    """[text, {name: value}]; a value that is marked is such a list, a figure a list of itself."""
    values: dict[str, Any] = {}
    for name, value in text.values.items():
        if isinstance(value, Marked):
            values[name] = _plain(value)
        else:
            values[name] = [float(value)] if isinstance(value, Figure) else value
    return [text.text, values]


def _marked(plain: list[Any]) -> Marked:
    text, values = plain
    found = {name: _value(value) for name, value in values.items()}
    said = Marked(text.format(**found) if found else text)
    said.text, said.values = text, found
    return said


def _value(kept: Any) -> object:
    if not isinstance(kept, list):
        return kept
    return Figure(kept[0]) if len(kept) == 1 else _marked(kept)
