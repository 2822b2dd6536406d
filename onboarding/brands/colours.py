"""Colours that stay legible: contrast and luminance as WCAG 2.2 defines them. Pure."""

import re

from onboarding.errors import BadInput

HEX = re.compile(r"#[0-9a-f]{6}")
TEXT = 4.5  # least contrast of text to what is behind it (AA)
PAPER, NIGHT = "#ffffff", "#0d1117"  # what the shared page is written on, light and dark
STEPS = 100


def colour(text: str, place: str = "colour") -> str:
    """`text` as `#rrggbb`. Raises BadInput naming `place`."""
    found = text.strip().lower()
    if not HEX.fullmatch(found):
        raise BadInput(f"{text[:40]!r} is no colour", place=place, hint="like #1f6feb")
    return found


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black and white)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def on(background: str) -> str:
    """Black or white, whichever reads better on `background`; one of them has 4.58 at least."""
    return max(("#ffffff", "#000000"), key=lambda ink: contrast(ink, background))


def legible(ink: str, background: str) -> str:
    """`ink`, no further towards black or white than it must go to have `TEXT` on `background`."""
    towards = on(background)
    for step in range(STEPS + 1):
        found = _mixed(ink, towards, step / STEPS)
        if contrast(found, background) >= TEXT:
            return found
    return towards


def _channels(text: str) -> tuple[int, int, int]:
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def _luminance(text: str) -> float:
    red, green, blue = (_linear(value / 255) for value in _channels(text))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _mixed(one: str, other: str, part: float) -> str:
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in pairs)
