"""Whom the posts of a verb would tell, and in which words: shown before it is confirmed."""

from sqlalchemy.orm import Session

from onboarding.cutovers.models import Cutover
from onboarding.posts.queries import count_of
from onboarding.posts.wording import wording
from onboarding.ramps.course import Aim
from onboarding.switches.selectors import in_words
from onboarding.web.language import _

#: The entry of the trail that each verb makes first.
KINDS = {
    "start": "ramp.started",
    "go": "ramp.share",
    "resume": "ramp.resumed",
    "hold": "ramp.held",
    "rollback": "ramp.rollback",
    "unwind": "ramp.rollback",
    "back": "ramp.back",
    "finish": "ramp.finished",
    "abandon": "ramp.abandoned",
}
Told = tuple[str, int, str]


def foretold(session: Session, cutover: Cutover, aim: Aim | None) -> dict[str, list[Told]]:
    """For each verb (audience in words, how many addresses, what their post says); `aim` is where
    the next step goes."""
    reached = count_of(session, cutover)
    names = {"staff": _("Staff"), "customer": _("Customer")}
    found: dict[str, list[Told]] = {}
    for verb, kind in KINDS.items():
        payload = {"share": aim.share if aim else 0.0, "selector": ""}
        if aim and aim.selector:
            payload["selector"] = in_words(0.0, aim.selector)
        said = [
            (name, reached.get(who, 0), wording(who, kind, payload, practice=cutover.practice))
            for who, name in names.items()
        ]
        found[verb] = [one for one in said if one[2]]
    return found
