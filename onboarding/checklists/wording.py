"""What the states of items are called on pages, and their tone and icon."""

from onboarding.web.language import _, marked

NAMES = {
    "open": marked("To do"),
    "blocked": marked("Waits"),
    "awaiting_sign_off": marked("Awaits sign-off"),
    "broken": marked("No longer so"),
    "done": marked("Done"),
    "waived": marked("Waived"),
    "not_needed": marked("Not needed"),
}
#: (class of `state-…`, icon)
TONES = {
    "open": ("open", "circle"),
    "blocked": ("quiet", "hourglass"),
    "awaiting_sign_off": ("warn", "user"),
    "broken": ("bad", "alert-triangle"),
    "done": ("ok", "circle-check"),
    "waived": ("quiet", "circle-x"),
    "not_needed": ("quiet", "point"),
}


def status_name(status: str) -> str:
    """A state of an item as people call it."""
    return _(NAMES[status])


def status_tone(status: str) -> tuple[str, str]:
    """Its class and icon."""
    return TONES[status]
