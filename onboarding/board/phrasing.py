"""How the sentences of the trail's entries are put together where a few words do not do."""

from collections.abc import Callable
from typing import Any

from onboarding.customers.wording import LEVEL_NAMES, stage_name
from onboarding.web.language import _

Said = dict[str, Any]
Sentence = Callable[[Said], str]


def level(said: Said) -> str:
    return _("set the level of help to %s") % LEVEL_NAMES[said["to"]][0]


def goal(said: Said) -> str:
    return _("removed a goal") if said.get("removed") else _("added a goal")


def hostname(said: Said) -> str:
    words = _("took %s off the list") if said.get("removed") else _("added the hostname %s")
    return str(words % said["hostname"])


def stage(said: Said) -> str:
    return _("moved on from %(from)s to %(to)s") % {
        "from": stage_name(said["from"]),
        "to": stage_name(said["to"]),
    }


def item(words: str) -> Sentence:
    def sentence(said: Said) -> str:
        behalf = _(" for the customer") if said.get("on_behalf") else ""
        about = said.get("title") or said["key"].replace("-", " ")
        return str(_(words) % about + behalf)

    return sentence


def probe(said: Said) -> str:
    words = _("finds “%s” as it should be") if said["passes"] else _("finds “%s” not so")
    return str(words % said["key"].replace("-", " "))


def nudge(said: Said) -> str:
    manager = _("reminded the account manager of what is overdue")
    if said["step"] == "quiet":
        return _("reminded the customer that we wait for them")
    return manager if said["step"] == "manager" else _("reminded an owner of what is overdue")


def without_figures(said: Said) -> str:
    """What is added where somebody went on although nothing could be judged."""
    why = said.get("without_figures")
    return str(_(", without figures (%s)") % why) if why else ""


def intent(said: Said) -> str:
    shares = {"from": f"{said.get('from', 0):g}", "to": f"{said.get('to', 0):g}"}
    words: str = _("sets the switch from %(from)s to %(to)s %%") % shares
    if said.get("selector"):
        words += _(", and %s whole") % said["selector"]
    return words


def seat(said: Said, words: str) -> str:
    return words % f"{said['team']} {said['role']}"


def choice(said: Said) -> str:
    if said["kind"] == "bar":
        return str(_("barred somebody of %s from the roster") % said["team"])
    return seat(said, _("pinned somebody to %s"))


def rules(said: Said) -> str:
    return "; ".join(f"{rule['title']} ({rule['why']})" for rule in said["rules"])


def plain(words: str) -> Sentence:
    return lambda _said: _(words)
