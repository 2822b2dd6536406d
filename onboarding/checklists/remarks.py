"""What people say about an item, beside ticking it."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.channels.base import Letter
from onboarding.checklists import letters
from onboarding.checklists.holding import Held, hold
from onboarding.checklists.models import Remark
from onboarding.errors import BadInput, marked
from onboarding.outbox.actions import post
from onboarding.people.models import User
from onboarding.people.tongues import speaking_to
from onboarding.trail.log import Actor
from onboarding.web.language import _, worded

LONGEST = 2000
AT_MOST = marked("at most {n} characters")


def say(session: Session, actor: Actor, item_id: int, words: str) -> Remark:
    """Note what `actor`, a person, says about the item, and tell the other side: the account
    manager what the customer's people say, the customer's person what the vendor's say about an
    item of theirs. Whoever may see the item may say something; the same twice in a row is once.

    Raises NotFound, Stale, and BadInput where nothing, or too much, is said.
    """
    held = hold(session, actor, item_id)
    words = words.strip()
    if not words or len(words) > LONGEST:
        hint = AT_MOST.replace("{n}", str(LONGEST))
        raise BadInput(marked("this is needed"), place="remark", hint=hint)
    last = session.scalar(
        select(Remark).where(Remark.item_id == item_id).order_by(Remark.id.desc()).limit(1)
    )
    if last is not None and (last.user_id, last.words) == (held.person.id, words):
        return last
    remark = Remark(item_id=item_id, user_id=held.person.id, at=clock.now(), words=words)
    session.add(remark)
    session.flush()
    held.record(session, actor, "checklist.item_said", {"words": words})
    for reader in _other_side(session, held):
        _tell(session, held, remark, reader)
    return remark


def of_items(session: Session, item_ids: Collection[int]) -> dict[int, list[Remark]]:
    """What was said about these items, in order; those of whom nothing was said are left out."""
    query = select(Remark).where(Remark.item_id.in_(item_ids)).order_by(Remark.id)
    found: dict[int, list[Remark]] = {}
    for remark in session.scalars(query):
        found.setdefault(remark.item_id, []).append(remark)
    return found


def _other_side(session: Session, held: Held) -> list[User]:
    if held.person.role == "customer":
        manager = held.turnup.customer.account_manager
        return [manager] if manager is not None and manager.active else []
    owner = held.line.item.owner_for(held.turnup.customer.help_level)
    person = letters.person_behind(session, held.row.checklist_id, owner)
    return [person] if owner == "customer" and person is not None else []


def _tell(session: Session, held: Held, remark: Remark, reader: User) -> None:
    about, speaker = " ".join(held.turnup.name.split()), session.get_one(User, remark.user_id)
    with speaking_to(reader):
        title = worded(held.line.item.title)
        said = _("{who} says about:").format(who=speaker.name)
        lines = [f"{said} {title}", "", remark.words, ""]
        lines += [letters.page_of(held.row.id), *letters.how_to_answer()]
    letter = Letter(
        f"remark:{remark.id}:{reader.id}",
        reader.email,
        f"[{about}] {title}"[:180],
        "\n".join(lines) + "\n",
        letters.headers(held.row.id, reader),
    )
    post(session, "email", letter, topic=f"item:{held.row.id}")
