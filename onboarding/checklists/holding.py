"""An item under its lock, with all that is needed to decide about it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.checklists import queries
from onboarding.checklists.models import ChecklistItem
from onboarding.checklists.progress import Line
from onboarding.checklists.rights import Person
from onboarding.customers.models import Turnup
from onboarding.customers.queries import turnup as turnup_by_id
from onboarding.errors import Stale, marked
from onboarding.people.models import User
from onboarding.trail.log import Actor, record


@dataclass(frozen=True)
class Held:
    """The item's row under its lock, where it stands, and who asks."""

    row: ChecklistItem
    turnup: Turnup
    line: Line
    person: Person

    @property
    def payload(self) -> dict[str, object]:
        """What every entry of the trail about the item holds."""
        return {"turnup": self.turnup.id, "item": self.row.id, "key": self.row.key}

    def record(
        self, session: Session, actor: Actor, kind: str, said: dict[str, str] | None = None
    ) -> int:
        """Tell the trail of it, `said` being what can be erased; the entry's number. The title of
        an item that somebody added is their own words, and goes with it."""
        payload = self.payload
        if self.row.on_behalf:
            payload["on_behalf"] = "customer"
        personal = dict(said or {})
        if self.row.by_hand:
            personal["title"] = self.line.item.title
        stream = self.turnup.customer.stream
        return record(session, stream, kind, actor, payload, personal or None).number


def hold(session: Session, actor: Actor, item_id: int) -> Held:
    """Lock the item and read its checklist. Raises NotFound, and Stale where it is no longer on
    the checklist."""
    session.scalar(select(ChecklistItem).where(ChecklistItem.id == item_id).with_for_update())
    row, checklist = queries.item(session, item_id)
    if row.retired_at is not None:
        raise Stale(
            marked("This item is no longer on the checklist"), hint=marked("reload the page")
        )
    turnup = turnup_by_id(session, checklist.turnup_id)
    lines = queries.standing(session, turnup)
    line = next(line for line in lines if line.item.id == row.key)
    return Held(row, turnup, line, person(session, actor))


def person(session: Session, actor: Actor) -> Person:
    """Whoever acts as the rights see them; what acts by itself may do what an admin may."""
    user = session.get(User, actor.user_id) if actor.user_id else None
    return Person(user.id, user.role, user.team_key) if user else Person(0, "admin")
