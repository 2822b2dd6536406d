"""What the holder of a full link has to do: the customer's open items, and a configuration to agree to."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from onboarding.checklists import queries as checklists
from onboarding.checklists.progress import actionable
from onboarding.checklists.showing import Shown, by_stage
from onboarding.configs import queries as configs
from onboarding.configs.models import ConfigVersion
from onboarding.customers.models import Member, Turnup
from onboarding.customers.stages import STAGES
from onboarding.errors import NotAllowed, NotFound
from onboarding.people.models import User
from onboarding.sharing.models import ShareLink
from onboarding.web.language import marked


@dataclass(frozen=True)
class Part:
    """`now` can be done in the present stage or was left from an earlier one, `ahead` already too;
    `settled` of `total` items of the customer's are settled. `config` is the newest version of the
    configuration where this person has not agreed to it."""

    person: User
    now: tuple[Shown, ...]
    ahead: tuple[Shown, ...]
    settled: int
    total: int
    config: ConfigVersion | None


def part(session: Session, link: ShareLink) -> Part | None:
    """The part of the link's person; None where the link only shows."""
    person = worker(session, link)
    if person is None:
        return None
    turnup = link.turnup
    shown = [one for stage in by_stage(session, turnup, person) for one in stage.items]
    mine = [one for one in shown if one.owner == "customer" and one.line.status != "not_needed"]
    order = {
        line.item.id: n
        for n, line in enumerate(actionable([one.line for one in shown], "customer"))
    }
    todo = sorted(
        (one for one in shown if one.line.item.id in order), key=lambda one: order[one.line.item.id]
    )
    here = STAGES.index(turnup.stage)
    return Part(
        person,
        now=tuple(one for one in todo if STAGES.index(one.line.item.stage) <= here),
        ahead=tuple(one for one in todo if STAGES.index(one.line.item.stage) > here),
        settled=sum(one.line.settled for one in mine),
        total=len(mine),
        config=_to_agree(session, turnup, person),
    )


def worker(session: Session, link: ShareLink) -> User | None:
    """The person for whom the link works the checklist: still active and of the customer."""
    person = link.user
    if person is None or not person.active:
        return None
    is_theirs = session.get(Member, (link.turnup.customer_id, person.id)) is not None
    return person if is_theirs else None


def may_work(session: Session, link: ShareLink, item_id: int | None = None) -> User:
    """The person to act as. Raises NotAllowed where the link only shows, and NotFound for an item
    of another turn-up."""
    person = worker(session, link)
    if person is None:
        raise NotAllowed(
            marked("This link only shows the page"), hint=marked("ask your account manager for one")
        )
    if item_id is not None:
        _row, checklist = checklists.item(session, item_id)
        if checklist.turnup_id != link.turnup_id:
            raise NotFound(marked("There is no such item"), hint=marked("reload the page"))
    return person


def _to_agree(session: Session, turnup: Turnup, person: User) -> ConfigVersion | None:
    newest = configs.latest(session, turnup.id)
    if newest is None or any(one.user_id == person.id for one in newest.agreements):
        return None
    return newest
