"""Checklist items as pages show them: with what this person may do to each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy.orm import Session

from onboarding.checklists import queries, remarks, rights
from onboarding.checklists.models import Duty, Remark
from onboarding.checklists.owner_actions import duties
from onboarding.checklists.progress import Line, Tally, tally
from onboarding.checklists.queries import Entry
from onboarding.checklists.rights import Person
from onboarding.checklists.template import STAGES
from onboarding.customers.models import Turnup
from onboarding.errors import NotFound
from onboarding.people.models import User


@dataclass(frozen=True)
class Shown:
    """An item, who owns it at this level of help, the titles it waits for, and what is offered.

    `who` is the person behind the owner, "" where there is nobody; `stands_in`: they do it for
    want of somebody in that role.
    """

    entry: Entry
    owner: str
    who: str
    stands_in: bool
    remarks: tuple[Remark, ...]
    waits_for: tuple[str, ...]
    may_settle: bool
    may_waive: bool
    may_sign: bool

    @property
    def line(self) -> Line:
        return self.entry.line


@dataclass(frozen=True)
class StageItems:
    """The items of one stage and their tally."""

    stage: str
    items: tuple[Shown, ...]
    tally: Tally

    @property
    def total(self) -> int:
        """Items that count: all but those that are not needed."""
        return len(self.items) - self.tally.not_needed

    @property
    def overdue(self) -> int:
        """Required items whose time has passed."""
        return sum(one.line.overdue and one.line.item.required for one in self.items)


def person(user: User) -> Person:
    """A user as the rights see them."""
    return Person(user.id, user.role, user.team_key)


def by_stage(session: Session, turnup: Turnup, user: User) -> list[StageItems]:
    """The whole checklist, stage by stage, as `user` sees it; empty where there is none."""
    entries = queries.entries(session, turnup)
    shown = sorted(
        _all_shown(session, turnup, user, entries),
        key=lambda one: STAGES.index(one.line.item.stage),
    )
    groups = groupby(shown, key=lambda one: one.line.item.stage)
    return [_stage_items(stage, tuple(items)) for stage, items in groups]


def one(session: Session, turnup: Turnup, user: User, item_id: int) -> Shown:
    """A single item of `turnup`, or one that was on its checklist."""
    for entries in (queries.entries(session, turnup), queries.retired(session, turnup)):
        for shown in _all_shown(session, turnup, user, entries):
            if shown.entry.row.id == item_id:
                return shown
    raise NotFound("There is no such item", hint="reload the page")


def _all_shown(
    session: Session, turnup: Turnup, user: User, entries: Sequence[Entry]
) -> list[Shown]:
    titles = {entry.line.item.id: entry.line.item.title for entry in entries}
    checklist_id = entries[0].row.checklist_id if entries else 0
    people = {duty.owner: duty for duty in duties(session, checklist_id)}
    level, who = turnup.customer.help_level, person(user)
    said = remarks.of_items(session, [entry.row.id for entry in entries])
    return [
        _shown(entry, titles, level, who, people, said.get(entry.row.id, ())) for entry in entries
    ]


def _stage_items(stage: str, items: Sequence[Shown]) -> StageItems:
    return StageItems(stage, tuple(items), tally(item.line for item in items))


def _shown(
    entry: Entry,
    titles: dict[str, str],
    level: str,
    who: Person,
    people: Mapping[str, Duty],
    said: Sequence[Remark],
) -> Shown:
    item = entry.line.item
    owner = item.owner_for(level)
    duty = people.get(owner)
    return Shown(
        entry,
        owner=owner,
        who=duty.user.name if duty is not None and duty.user is not None else "",
        stands_in=duty is not None and duty.how != "own",
        remarks=tuple(said),
        waits_for=tuple(titles.get(item_id, item_id) for item_id in entry.line.blocked_by),
        may_settle=rights.may_settle(who, item, level),
        may_waive=rights.may_waive(who),
        may_sign=entry.line.status == "awaiting_sign_off"
        and rights.may_sign(who, item, entry.row.settled_by),
    )
