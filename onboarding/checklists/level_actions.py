"""Change the level of help: open items follow it, and those concerned are told once."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.channels.base import Letter
from onboarding.checklists import queries, rights
from onboarding.checklists.levels import Move, moves, news, owners_concerned
from onboarding.config import settings
from onboarding.customers import actions as customers
from onboarding.customers.models import Customer
from onboarding.customers.queries import people_of, turnups_of
from onboarding.customers.wording import LEVEL_NAMES
from onboarding.outbox.actions import post
from onboarding.people.models import Team, User
from onboarding.people.queries import on_shift
from onboarding.trail.log import Actor, record


def set_help_level(session: Session, actor: Actor, customer: Customer, level: str) -> list[Move]:
    """From now on `level`: who owns an item follows from it, in every turn-up of the customer.

    The customer's people are told, and of the vendor's those who get an open item or lose one, and
    the account manager where help is asked for; each by one letter, whoever did it by none. Raises
    BadInput for what is no level.
    """
    entry = customers.set_help_level(session, actor, customer, level)
    if entry is None:
        return []
    before = entry.payload["from"]
    moved: list[Move] = []
    for turnup in turnups_of(session, customer):
        own = moves(turnup.name, queries.standing(session, turnup), before, level)
        moved += own
        if own:
            hands = [{"key": m.item.id, "from": m.left, "to": m.to} for m in own]
            payload = {"turnup": turnup.id, "items": hands}
            record(session, customer.stream, "checklist.reassigned", actor, payload)
    said = f"{customer.name} is at the level {LEVEL_NAMES[level][0]} from now on."
    for user, owners in _concerned(session, customer, moved, level):
        if user.id == actor.user_id:
            continue
        text = news(said, owners, moved, _page_for(user, customer))
        letter = Letter(f"level:{entry.id}:{user.id}", user.email, said.rstrip("."), text)
        post(session, "email", letter, topic=f"level:{customer.id}")
    return moved


def _page_for(user: User, customer: Customer) -> str:
    page = "/workspace" if user.role == "customer" else f"/customers/{customer.slug}"
    return settings().public_url + page


def _concerned(
    session: Session, customer: Customer, moved: list[Move], level: str
) -> Iterable[tuple[User, set[str]]]:
    """Everybody to be told, once, with the owners whose items are theirs."""
    found = {user.id: (user, {"customer"}) for user in people_of(session, customer) if user.active}
    owners = owners_concerned(moved)
    if level != "self_serve" and customer.account_manager is not None:
        owners.add("account_manager")
    for owner in sorted(owners):
        for user in _people_behind(session, customer, owner):
            found.setdefault(user.id, (user, set()))[1].add(owner)
    return found.values()


def _people_behind(session: Session, customer: Customer, owner: str) -> list[User]:
    """Who hears what an owner named in a template is told: the customer's account manager; of a
    team those whose shift it is, all of it where it is nobody's."""
    manager = customer.account_manager
    if owner == "account_manager" and manager is not None and manager.active:
        return [manager]
    key = rights.TEAMS.get(owner, owner)
    query = select(User).join(Team, Team.id == User.team_id).where(Team.key == key, User.active)
    everybody = list(session.scalars(query.order_by(User.id)).unique())
    now_on = on_shift(session, clock.now())
    return [user for user in everybody if user.id in now_on] or everybody
