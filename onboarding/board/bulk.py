"""What is done to many turn-ups of the board at once, one after the other in one transaction: each
is done, or left out with the reason."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.customers import actions, archiving
from onboarding.customers.models import Customer, Turnup
from onboarding.cutovers import queries as cutovers
from onboarding.errors import Refused, TurnupError
from onboarding.nudges.asking import Asked, ask
from onboarding.people.models import User
from onboarding.readiness.demanding import demands_of
from onboarding.readiness.gates import Demand
from onboarding.trail.log import Actor


@dataclass(frozen=True)
class Outcome:
    """What became of one turn-up: `refused` says why it was left out; `asked` who was written to."""

    turnup: Turnup
    refused: TurnupError | None = None
    asked: Asked | None = None


def assign(
    session: Session, actor: Actor, turnups: Sequence[Turnup], manager: User | None
) -> list[Outcome]:
    """Give the customers of these turn-ups to somebody, or to nobody."""
    for number in sorted({one.customer_id for one in turnups}):
        customer = session.get_one(Customer, number)
        if customer.account_manager_id != (manager.id if manager else None):
            actions.assign(session, actor, customer, manager)
    return [Outcome(one) for one in turnups]


def remind(session: Session, actor: Actor, turnups: Sequence[Turnup], note: str) -> list[Outcome]:
    """Write to those who have the ball of each."""
    asked = demands_of(session, turnups)

    def one(turnup: Turnup) -> Asked:
        if turnup.archived_at is not None or turnup.practice:
            raise Refused("Nobody is reminded of what is put away or practice")
        ball, things = _waited_for(asked[turnup.id])
        return ask(session, actor, turnup, ball, things, note)

    return _each(turnups, one)


def _waited_for(asked: Sequence[Demand]) -> tuple[str, list[str]]:
    """Whose turn it is, and what is asked of them in words."""
    ball = asked[0].owner if asked else ""
    return ball, [one.what for one in asked if one.owner == ball]


def aim_at(session: Session, actor: Actor, turnups: Sequence[Turnup], day: date) -> list[Outcome]:
    """Note the day by which each is wanted live; it takes the place of the day aimed at before."""

    def one(turnup: Turnup) -> None:
        aimed = [goal for goal in turnup.goals if goal.kind == "launch_date"]
        if [goal.day for goal in aimed] == [day]:
            return
        for goal in aimed:
            actions.remove_goal(session, actor, turnup, goal.id)
        actions.add_goal(session, actor, turnup, actions.Wish("launch_date", day=day))

    return _each(turnups, one)


def archive(session: Session, actor: Actor, turnups: Sequence[Turnup], why: str) -> list[Outcome]:
    """Take them off the board, but not one whose cutover is booked or runs."""
    meant = cutovers.current_of(session, [one.id for one in turnups])

    def one(turnup: Turnup) -> None:
        cutover = meant.get(turnup.id)
        if cutover is not None and cutover.state in ("booked", "running"):
            raise Refused(f"Its cutover is {cutover.state}", hint="call the cutover off first")
        archiving.archive(session, actor, turnup, why)

    return _each(turnups, one)


def restore(session: Session, actor: Actor, turnups: Sequence[Turnup]) -> list[Outcome]:
    """Put them back on the board."""
    return _each(turnups, lambda turnup: archiving.restore(session, actor, turnup))


def _each(turnups: Sequence[Turnup], do: Callable[[Turnup], Asked | None]) -> list[Outcome]:
    """`do` to each. What it raises it raises before it writes anything."""
    found = []
    for turnup in turnups:
        try:
            found.append(Outcome(turnup, asked=do(turnup)))
        except TurnupError as refused:
            found.append(Outcome(turnup, refused=refused))
    return found


def chosen(session: Session, numbers: Sequence[int]) -> Sequence[Turnup]:
    """The turn-ups of these numbers under lock, by name; those that do not exist are left out."""
    query = select(Turnup).where(Turnup.id.in_(numbers)).order_by(Turnup.name, Turnup.id)
    return session.scalars(query.with_for_update(of=Turnup)).unique().all()
