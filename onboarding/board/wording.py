"""What the columns of the board's table and its named views are called."""

from onboarding.board.wanted import Wanted
from onboarding.customers.wording import stage_name, team_name
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
    ("Put away", {"archived": "yes"}),
)


def headings() -> list[tuple[str, str]]:
    """(key, heading) of every column."""
    return [(key, _(name)) for key, name in HEADINGS]


def presets() -> list[tuple[str, dict[str, str]]]:
    """(name, arguments of its address) of every named view."""
    return [(_(name), arguments) for name, arguments in PRESETS]


def spent(days: float) -> str:
    """A time in a stage, as short as it can be said: "under 1 h", "5 h", "12.5 d"."""
    hours = days * 24
    if hours < 1:
        return _("under 1 h")
    return _("%s h") % f"{hours:.0f}" if hours < 23.5 else _("%s d") % f"{days:.3g}"


def in_words(asked: Wanted) -> str:
    """What a view shows, such as "your customers, Forecast, in trouble, by Next date"."""
    said = [_("all customers") if asked.manager is None else _("your customers")]
    if asked.stage:
        said.append(stage_name(asked.stage))
    if asked.ball:
        said.append(_("%s has the ball") % team_name(asked.ball))
    if asked.trouble:
        said.append(_("in trouble") if asked.trouble == "yes" else _("no trouble"))
    if asked.archived:
        said.append(_("put away"))
    if asked.text:
        said.append(f"“{asked.text}”")
    if asked.sort != Wanted.sort:
        named = dict(headings())[asked.sort.removeprefix("-")]
        downwards = asked.sort.startswith("-")
        said.append((_("by %s, downwards") if downwards else _("by %s")) % named)
    return ", ".join(said)
