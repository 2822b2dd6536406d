"""Hand a seat to a colleague: asked and taken, taken over, or given by a manager; so is an empty one.

Whoever passes a seat on says from whom: of two who swap the same seat at once, the second is told
that it has moved.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.cutovers.models import Cutover
from onboarding.errors import Refused, Stale
from onboarding.people.models import User
from onboarding.rosters import actions, letters, queries, station
from onboarding.rosters.models import Seat
from onboarding.rosters.problem import document
from onboarding.rosters.solution import FEASIBLE, Solution
from onboarding.rosters.statement import Problem
from onboarding.rosters.substitutes import Substitute, substitutes
from onboarding.rosters.terms import Assignment
from onboarding.trail.log import Actor, record


def who_could(
    session: Session, seat: Seat, cutover: Cutover, longest: int = 20
) -> list[tuple[User, Substitute]]:
    """Who may take the seat with nobody else moved, the best first; nobody where the team needs no
    such seat any more."""
    problem = Problem.from_json(document(session, cutover))
    if problem.need(str(cutover.id), seat.team, seat.role) is None:
        return []
    held = [
        Assignment(str(cutover.id), other.team, other.role, str(other.user_id))
        for other in queries.seats(session, cutover.id)
        if other.user_id is not None
    ]
    places = tuple(dict.fromkeys([*problem.pinned, *held]))
    known = problem.person_by_id
    solution = Solution(FEASIBLE, tuple(p for p in places if p.person in known))
    leaving = str(seat.user_id) if seat.user_id is not None else None
    found = substitutes(problem, solution, str(cutover.id), seat.team, seat.role, leaving)
    found = found[:longest]
    ids = [int(one.person) for one in found]
    users = {user.id: user for user in session.scalars(select(User).where(User.id.in_(ids)))}
    return [(users[int(one.person)], one) for one in found]


def propose(session: Session, actor: Actor, user: User, seat_id: int, colleague_id: int) -> User:
    """Ask a colleague to take one's own seat; it stays one's own until they do."""
    seat, cutover = actions.own(session, user, seat_id)
    colleague = _able(session, seat, cutover, colleague_id)
    letters.ask_to_swap(session, cutover, seat, colleague)
    _note(session, cutover, actor, "seat.swap_asked", seat, user.id, colleague.id)
    return colleague


def take(session: Session, actor: Actor, seat_id: int, holder_id: int, colleague: User) -> None:
    """`colleague` takes the seat from `holder_id` (0: nobody has it), and has thereby accepted."""
    seat, cutover = _held_by(session, seat_id, holder_id)
    _able(session, seat, cutover, colleague.id)
    _pass_on(session, actor, seat, cutover, colleague, "accepted")


def give(session: Session, actor: Actor, seat_id: int, holder_id: int, colleague_id: int) -> None:
    """A manager puts somebody else on the seat of `holder_id` (0: nobody has it), who is asked; both
    are told. While the cutover runs they are called at once."""
    seat, cutover = _held_by(session, seat_id, holder_id)
    colleague = _able(session, seat, cutover, colleague_id)
    _pass_on(session, actor, seat, cutover, colleague, "invited")


def refuse(session: Session, actor: Actor, seat_id: int, holder_id: int, colleague: User) -> None:
    """`colleague` leaves the seat with whoever asked."""
    seat, cutover = _held_by(session, seat_id, holder_id)
    letters.swap_refused(session, cutover, seat, colleague)
    _note(session, cutover, actor, "seat.swap_refused", seat, holder_id, colleague.id)


def _held_by(session: Session, seat_id: int, holder_id: int) -> tuple[Seat, Cutover]:
    seat, cutover = queries.seat_and_cutover(session, seat_id)
    if (seat.user_id or 0) != holder_id:
        raise Stale("Somebody else has this seat by now", hint="look at the roster again")
    if cutover.state not in ("booked", "running"):
        raise Refused(f"This cutover is {cutover.state}", hint="nothing is left to swap")
    return seat, cutover


def _able(session: Session, seat: Seat, cutover: Cutover, colleague_id: int) -> User:
    for user, _ in who_could(session, seat, cutover, longest=10_000):
        if user.id == colleague_id:
            return user
    raise Refused(
        "This person cannot take the seat",
        hint="they are away, busy, not rested, without the skills, or declined; choose another",
    )


def _pass_on(
    session: Session, actor: Actor, seat: Seat, cutover: Cutover, to: User, state: str
) -> None:
    holder = seat.user_id
    if holder is not None:
        words = f"{to.name} stands by instead of you for"
        letters.let_go(session, cutover, seat, "passed-on", words)
    now = clock.now()
    seat.user, seat.state, seat.invited_at = to, state, now
    seat.answered_at = now if state == "accepted" else None
    seat.on_station_at, seat.why = None, ""
    session.flush()
    letters.invite(session, cutover, seat)
    kind = "seat.filled" if holder is None else "seat.passed_on"
    _note(session, cutover, actor, kind, seat, holder, to.id)
    station.called_in(session, seat, cutover, state)


def _note(
    session: Session,
    cutover: Cutover,
    actor: Actor,
    kind: str,
    seat: Seat,
    holder: int | None,
    to: int,
) -> None:
    said = {"seat": seat.id, "team": seat.team, "role": seat.role, "user": to, "from": holder}
    record(session, cutover.stream, kind, actor, said)
