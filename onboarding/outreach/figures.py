"""Figures of letters as the customer's language writes them."""

from onboarding.ramps import verdicts
from onboarding.web import spoken

UNKNOWN = "?"
PLACES = 8  # decimals that no figure of ours has more of


def percent(part: float | None, language: str) -> str:
    """A part of 1, with two significant digits, so that small ones do not become 0."""
    if part is None:
        return UNKNOWN
    shown = verdicts.percent(part)
    if language == "en":
        return shown
    number = float(shown.removesuffix(" %"))
    return spoken.decimal(number, language, PLACES) + spoken.percent_sign(language)


def rate(number: float | None, language: str) -> str:
    """Requests a second."""
    if number is None:
        return UNKNOWN
    shown = f"{number:.3g}" if number < 100 else f"{number:.0f}"
    return shown if language == "en" else spoken.decimal(float(shown), language, PLACES)


def chance(key: str, value: float | None, language: str = "en") -> str:
    """A figure of a chance (`chances.CHANCES`): how often the cache was emptied, else percent."""
    if value is None:
        return ""
    return f"{value:.0f}" if key == "purges" else percent(round(value) / 100.0, language)
