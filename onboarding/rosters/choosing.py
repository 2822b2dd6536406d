"""Pin a name to a seat or bar it from a cutover: asked for, weighed by a worker, agreed to or left.

Nothing of the roster changes before somebody who has seen the cost agrees.
"""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.cutovers.models import Cutover
from onboarding.db import after_commit
from onboarding.errors import BadInput, NotAllowed, NotFound, Refused
from onboarding.people.models import Team, User
from onboarding.people.permissions import may
from onboarding.queues import enqueue
from onboarding.rosters import actions
from onboarding.rosters.models import Choice
from onboarding.rosters.terms import BACKUP, PRIMARY
from onboarding.trail.log import Actor, record

PIN, BAR = KINDS = ("pin", "bar")
SEATS = (PRIMARY, BACKUP)


def choices(session: Session, cutover_id: int) -> list[Choice]:
    """What was pinned, barred or asked about for a cutover, in the order of asking."""
    query = select(Choice).where(Choice.cutover_id == cutover_id).order_by(Choice.id)
    return list(session.scalars(query).unique())


def teams_of(session: Session, user: User) -> list[Team]:
    """The standby teams whose names `user` may pin and bar: all for who solves rosters, else those they lead."""
    query = select(Team).where(Team.on_standby).order_by(Team.id)
    if not may(user.role, "rosters.solve"):
        query = query.where(Team.lead_id == user.id)
    return list(session.scalars(query))


def ask(
    session: Session,
    actor: Actor,
    user: User,
    cutover: Cutover,
    *,
    kind: str,
    person_id: int,
    role: str,
    reason: str,
) -> Choice:
    """Have a worker say what it costs that a person sits on their team's seat of `role` (pin), or on none (bar).

    Asked again for the same person it takes the place of what was asked before. Raises NotAllowed, BadInput, Refused.
    """
    _open(cutover)
    person = session.get(User, person_id)
    if person is None or not person.active or not person.team or not person.team.on_standby:
        hint = "choose somebody of a team that stands by"
        raise BadInput("this person stands by for nothing", place="person", hint=hint)
    _allowed(session, user, person.team_key)
    seat_role = role if kind == PIN else ""
    query = select(Choice).where(Choice.cutover_id == cutover.id, Choice.user_id == person.id)
    choice = session.scalars(query).unique().one_or_none()
    if choice is None:
        choice = Choice(cutover_id=cutover.id, user_id=person.id)
        session.add(choice)
    elif choice.state == "agreed":
        hint = "take it back first"
        raise Refused(f"{person.name} is pinned or barred already", hint=hint)
    choice.kind, choice.team, choice.role = kind, person.team_key, seat_role
    choice.reason, choice.state, choice.cost = reason, "asked", {}
    choice.asked_by, choice.asked_at = user.id, clock.now()
    session.flush()
    number = choice.id
    _note(session, cutover, actor, "roster.choice_asked", choice)
    after_commit(f"choice:{number}", lambda: enqueue_weighing(number))
    return choice


def enqueue_weighing(choice_id: int) -> bool:
    """Ask a worker to weigh this choice now."""
    return enqueue("heavy", "onboarding.rosters.choice_jobs.weigh", choice_id)


def weighed(session: Session, choice_id: int, state: str, cost: dict[str, Any]) -> None:
    """Note what a worker found, if the choice is still only asked about."""
    choice = session.get(Choice, choice_id, with_for_update={"of": Choice})
    if choice is not None and choice.state == "asked":
        choice.state, choice.cost = state, cost


def agree(session: Session, actor: Actor, user: User, choice_id: int) -> Choice:
    """Take the cost: the choice binds from now on and the roster is solved again."""
    choice, cutover = _held(session, user, choice_id)
    if choice.state == "agreed":
        return choice
    if choice.state != "weighed":
        hint = "wait until a worker has weighed it, or choose another name"
        raise Refused(f"This choice is {choice.state}", hint=hint)
    choice.state, choice.agreed_by, choice.agreed_at = "agreed", user.id, clock.now()
    _note(session, cutover, actor, "roster.choice_agreed", choice)
    actions.want(session, actor, cutover)
    return choice


def withdraw(session: Session, actor: Actor, user: User, choice_id: int) -> Cutover:
    """Take a choice back; one that bound lets the roster be solved again."""
    choice, cutover = _held(session, user, choice_id)
    bound = choice.state == "agreed"
    _note(session, cutover, actor, "roster.choice_withdrawn", choice)
    session.delete(choice)
    session.flush()
    if bound:
        actions.want(session, actor, cutover)
    return cutover


def _held(session: Session, user: User, choice_id: int) -> tuple[Choice, Cutover]:
    choice = session.get(Choice, choice_id, with_for_update={"of": Choice})
    if choice is None:
        raise NotFound(f"There is no choice {choice_id}", hint="look at the roster anew")
    cutover = session.get_one(Cutover, choice.cutover_id)
    _open(cutover)
    _allowed(session, user, choice.team)
    return choice, cutover


def _open(cutover: Cutover) -> None:
    if cutover.state != "booked":
        raise Refused(f"This cutover is {cutover.state}", hint="a roster is for a booked one")


def _allowed(session: Session, user: User, team: str) -> None:
    if team not in {one.key for one in teams_of(session, user)}:
        raise NotAllowed(
            f"You do not choose who of {team} stands by",
            hint="the team's lead, an account manager or support does",
        )


def _note(session: Session, cutover: Cutover, actor: Actor, kind: str, choice: Choice) -> None:
    said = {"kind": choice.kind, "team": choice.team, "role": choice.role, "user": choice.user_id}
    personal = {"reason": choice.reason} if choice.reason else None
    record(session, cutover.stream, kind, actor, said, personal)
