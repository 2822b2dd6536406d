"""What the columns of the board's table and its named views are called."""

from onboarding.web.language import _

#: The columns in order: the key to sort by, and the heading.
HEADINGS = (
    ("name", "Turn-up"),
    ("stage", "Stage"),
    ("days", "Days in stage"),
    ("blocks", "What blocks it"),
    ("ball", "Who has the ball"),
    ("risk", "Risk"),
    ("next", "Next date"),
    ("manager", "Account manager"),
)
#: Named views, each no more than an address: (name, its arguments).
PRESETS: tuple[tuple[str, dict[str, str]], ...] = (
    ("Longest in stage", {}),
    ("In trouble", {"trouble": "yes"}),
    ("Waiting for the customer", {"ball": "customer"}),
    ("Next dates", {"sort": "next"}),
    ("Scheduled, no trouble", {"trouble": "no", "stage": "scheduled"}),
)


def headings() -> list[tuple[str, str]]:
    """(key, heading) of every column."""
    return [(key, _(name)) for key, name in HEADINGS]


def presets() -> list[tuple[str, dict[str, str]]]:
    """(name, arguments of its address) of every named view."""
    return [(_(name), arguments) for name, arguments in PRESETS]
