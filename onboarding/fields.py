"""Read an adapter's config dict: every fault names the key, what was expected and what to do. Pure."""

import json
import math
from collections.abc import Mapping
from typing import Any

from onboarding.errors import BadInput

DEEPEST = 40  # of lists and objects in one another


def read_config(text: str, place: str) -> dict[str, Any]:
    """The JSON object in `text`. Raises BadInput at `place`: no JSON, no object, numbers that are
    none or endless, and nesting that could not be kept."""

    def finite(number: str) -> float:
        if not math.isfinite(float(number)):
            raise BadInput(
                f"{number[:40]} is no number here", place=place, hint="finite numbers only"
            )
        return float(number)

    try:
        value = json.loads(text, parse_constant=finite, parse_float=finite)
    except json.JSONDecodeError as wrong:
        raise BadInput(f"this is not JSON: {wrong}", place=place, hint="like {}") from wrong
    except (ValueError, RecursionError) as wrong:  # endless digits, endless nesting
        raise BadInput("this is too deep or too long", place=place, hint="like {}") from wrong
    if not isinstance(value, dict):
        raise BadInput("this is not a JSON object", place=place, hint='like {"backend": "www"}')
    inner: list[Any] = [value]
    for _ in range(DEEPEST):
        inner = [one for holder in inner for one in _held(holder)]
    if inner:
        raise BadInput("this is too deep", place=place, hint=f"{DEEPEST} levels at most")
    return value


def _held(value: Any) -> list[Any]:
    """What a list or an object holds; nothing of anything else."""
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def follow(document: Any, path: str) -> Any:
    """What is at `path` in a JSON document, as in `backends.0.weight`; None where nothing is."""
    for part in path.split("."):
        if isinstance(document, list) and part.isdigit() and int(part) < len(document):
            document = document[int(part)]
        elif isinstance(document, dict) and part in document:
            document = document[part]
        else:
            return None
    return document


class Fields:
    """The keys of one adapter's config. Take each with a method, then call `done()`.

    `place` is the path that errors begin with, such as `switch` in `switch.backend`.
    """

    def __init__(self, config: Mapping[str, Any], place: str) -> None:
        if not isinstance(config, Mapping):
            raise BadInput(f"{config!r} is no mapping", place=place, hint="give keys and values")
        self.config, self.place = config, place
        self.taken: set[str] = set()

    def wrong(self, key: str, message: str, hint: str) -> BadInput:
        """The error for `key`, to be raised."""
        return BadInput(message, place=f"{self.place}.{key}", hint=hint)

    def get(self, key: str, default: Any = None) -> Any:
        """The value as it stands, or `default`."""
        self.taken.add(key)
        return self.config.get(key, default)

    def text(self, key: str, hint: str, default: str | None = None) -> str:
        """A text in one line; required where there is no `default`."""
        value = self.get(key, default)
        if value is None or value == "":
            if default is None:
                raise self.wrong(key, "is missing", hint)
            return default
        if not isinstance(value, str) or not value.isprintable():
            raise self.wrong(key, f"{value!r} is no text in one line", hint)
        return value.strip()

    def number(
        self, key: str, hint: str, *, least: float, most: float, default: float | None = None
    ) -> float:
        """A number of [least, most]; required where there is no `default`."""
        value = self.get(key, default)
        if value is None:
            raise self.wrong(key, "is missing", hint)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.wrong(key, f"{value!r} is no number", hint)
        if not least <= value <= most:
            shown = f"{value:g}" if abs(value) < 1e300 else "such a number"
            raise self.wrong(key, f"{shown} is outside {least:g} to {most:g}", hint)
        return float(value)

    def texts(self, key: str, hint: str) -> list[str]:
        """A list of at least one text, none twice."""
        value = self.get(key)
        if value is None or value == []:
            raise self.wrong(key, "is missing", hint)
        if not isinstance(value, list) or not all(isinstance(v, str) and v for v in value):
            raise self.wrong(key, f"{value!r} is no list of names", hint)
        if len(set(value)) < len(value):
            raise self.wrong(key, "names something twice", "name each once")
        return [str(one) for one in value]

    def done(self) -> None:
        """Refuse keys that nobody asked for: a typing error would otherwise pass unseen."""
        unknown = [str(key) for key in self.config if key not in self.taken]
        if unknown:
            known = ", ".join(sorted(self.taken)) or "no keys at all"
            raise self.wrong(unknown[0], "is no known key", f"expected {known}")
