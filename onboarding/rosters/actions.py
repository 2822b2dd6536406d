"""Ask for a roster, take its solution over, answer invitations, report on station."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.clock import iso
from onboarding.cutovers.models import Cutover
from onboarding.db import after_commit
from onboarding.errors import NotAllowed, Refused
from onboarding.people.models import User
from onboarding.queues import enqueue
from onboarding.rosters import letters, queries, station
from onboarding.rosters.models import Declined, Roster, Seat
from onboarding.trail.log import SYSTEM, Actor, record

LEFT = "given back during the flip; the backup, the team's lead and the account manager are called"
"""What is noted at a seat that was declined while its cutover runs."""
UNSOUGHT = "declined; the team stands by for no flip, so nobody else is looked for"


def want(session: Session, actor: Actor, cutover: Cutover) -> Roster:
    """Ask a worker to solve the roster of `cutover`; accepted seats stay as they are."""
    if cutover.state != "booked":
        raise Refused(f"This cutover is {cutover.state}", hint="a roster is for a booked one")
    roster = queries.roster_of(session, cutover.id)
    if roster is None:
        roster = Roster(cutover_id=cutover.id)
        session.add(roster)
    roster.state, roster.error = "wanted", ""
    session.flush()
    record(session, cutover.stream, "roster.wanted", actor)
    number = cutover.id
    after_commit(f"roster:{number}", lambda: enqueue_solving(number))
    return roster


def enqueue_solving(cutover_id: int) -> bool:
    """Ask a worker to solve this roster now."""
    return enqueue("heavy", "onboarding.rosters.jobs.solve", cutover_id)


def take_over(
    session: Session,
    cutover: Cutover,
    solution: dict[str, Any],
    fallen: Mapping[tuple[str, str, int], str] = MappingProxyType({}),
) -> None:
    """Make the solved places the seats of the roster and invite whoever is new on it.

    `fallen`: (team, role, user id) of places that were accepted and that the rules forbid by now, with what
    forbids each ("is away then"); they are dropped, and those concerned are told by name.
    """
    roster = queries.roster_of(session, cutover.id)
    assert roster is not None, "solved without being asked for"
    own = str(cutover.id)
    wanted = [
        (a["team"], a["role"], int(a["person"]))
        for a in solution["assignments"]
        if a["cutover"] == own
    ]
    dropped: dict[tuple[str, str], str] = {}
    for seat in list(roster.seats):
        place = (seat.team, seat.role, seat.user_id)
        if place in wanted:
            wanted.remove(place)
            _invite_if_due(session, cutover, seat)
        else:
            if words := fallen.get((seat.team, seat.role, seat.user_id or 0)):
                dropped[seat.team, seat.role] = _drop(session, cutover, seat, words)
            else:
                letters.let_go(session, cutover, seat, "released", "You are not needed for")
            roster.seats.remove(seat)
    for team, role, user_id in wanted:
        seat = Seat(team=team, role=role, user_id=user_id, state="invited", invited_at=clock.now())
        roster.seats.append(seat)
        session.flush()
        letters.invite(session, cutover, seat)
    for empty in solution["unfilled"]:
        if empty["cutover"] == own:
            gone = dropped.get((empty["team"], empty["role"]), "")
            why = f"{gone}{empty['why']}. What would help: {'; or '.join(empty['fixes'])}"
            roster.seats.append(Seat(team=empty["team"], role=empty["role"], why=why))
    roster.state, roster.error, roster.solved_at = "solved", "", clock.now()
    session.flush()
    filled = sum(seat.user_id is not None for seat in roster.seats)
    said = {"filled": filled, "empty": len(roster.seats) - filled}
    record(session, cutover.stream, "roster.solved", SYSTEM, said)


def _drop(session: Session, cutover: Cutover, seat: Seat, words: str) -> str:
    """Take the seat from whoever accepted it and, as `words` say, cannot have it any more; a sentence that names them."""
    assert seat.user is not None, "accepted by somebody"
    told = queries.responsible(session, cutover, seat)
    letters.tell_dropped(session, cutover, seat, told, words)
    letters.let_go(session, cutover, seat, "dropped", "Your place is open again:")
    said = {"seat": seat.id, "team": seat.team, "role": seat.role, "user": seat.user_id}
    record(session, cutover.stream, "seat.dropped", SYSTEM, {**said, "why": words})
    return f"{seat.user.name} had accepted but {words}. "


def give_up(session: Session, cutover: Cutover, error: str) -> None:
    """Note that the roster could not be solved, and why."""
    roster = queries.roster_of(session, cutover.id)
    assert roster is not None, "solved without being asked for"
    roster.state, roster.error = "failed", error
    for seat in roster.seats:
        _invite_if_due(session, cutover, seat)
    record(session, cutover.stream, "roster.failed", SYSTEM, {"error": error})


def ask_again(session: Session, cutover: Cutover, moved_at: datetime) -> None:
    """The window has moved: whoever said yes or no until then did so to another time. A worker
    looks who can come at all; whoever stays is asked then, whoever does not is let go: each is told
    once."""
    old = delete(Declined).where(Declined.cutover_id == cutover.id, Declined.at <= moved_at)
    session.execute(old)
    roster = queries.roster_of(session, cutover.id)
    if roster is None or cutover.state != "booked":
        return
    for seat in roster.seats:
        if seat.user_id is None:
            continue
        seat.state, seat.answered_at, seat.on_station_at = "invited", None, None
        seat.asked_at = seat.reminded_at = None
        if letters.hold_back(session, cutover, seat):
            letters.invite(session, cutover, seat)  # they know of no other time yet
    want(session, SYSTEM, cutover)


def _invite_if_due(session: Session, cutover: Cutover, seat: Seat) -> None:
    """Ask whoever holds the seat and was not asked for the window as it is now."""
    if seat.user_id is not None and seat.state == "invited" and seat.asked_at is None:
        letters.invite(session, cutover, seat)


def call_off(session: Session, cutover: Cutover) -> None:
    """Tell whoever holds a seat that nobody is needed."""
    roster = queries.roster_of(session, cutover.id)
    for seat in roster.seats if roster else []:
        letters.let_go(session, cutover, seat, "called-off", "Called off:")


def accept(session: Session, actor: Actor, user: User, seat_id: int) -> Seat:
    """Say yes. Raises NotAllowed for somebody else's seat, Refused where there is nothing to say
    yes to any more."""
    seat, cutover = own(session, user, seat_id)
    if seat.state == "accepted":
        return seat
    seat.state, seat.answered_at, seat.why = "accepted", clock.now(), ""
    _note(session, cutover, actor, "seat.accepted", seat)
    return seat


def decline(session: Session, actor: Actor, user: User, seat_id: int, reason: str) -> None:
    """Say no: the seat is open again, this person is not asked again for this cutover, and a
    worker looks for the next.

    While the cutover runs nothing is solved again: whoever comes after is called at once. Of a team
    that no solver seats nobody is looked for: whoever booked is told that the seat is empty."""
    seat, cutover = own(session, user, seat_id)
    sought = queries.stands_by(session, seat.team)
    session.add(Declined(cutover_id=cutover.id, user_id=user.id, reason=reason, at=clock.now()))
    said = {"seat": seat.id, "team": seat.team, "role": seat.role, "user": user.id}
    letters.let_go(session, cutover, seat, "declined", "You declined:")
    runs = cutover.state == "running"
    if not runs and not sought:
        letters.tell_empty(session, cutover, seat)
    empty(seat, LEFT if runs else "declined; looking for the next" if sought else UNSOUGHT)
    record(session, cutover.stream, "seat.declined", actor, said, {"reason": reason})
    if runs:
        station.stand_in(session, seat, cutover, user)
    elif sought:
        want(session, actor, cutover)


def replace(
    session: Session, cutover: Cutover, seat: Seat, why: str, reason: str, words: str
) -> None:
    """Open the seat of somebody who will not come, who is told in `words` and not asked again for
    this cutover; a worker looks for the next. `why` is part of the letter's key."""
    assert seat.user_id is not None, "somebody has the seat"
    left = Declined(cutover_id=cutover.id, user_id=seat.user_id, reason=reason, at=clock.now())
    session.merge(left)
    letters.let_go(session, cutover, seat, why, words)
    empty(seat, f"{reason}; looking for the next")
    want(session, SYSTEM, cutover)


def empty(seat: Seat, why: str) -> None:
    """Nobody has the seat any more."""
    seat.user_id, seat.state, seat.why = None, "empty", why
    seat.asked_at = seat.reminded_at = seat.on_station_at = None


def on_station(session: Session, actor: Actor, user: User, seat_id: int) -> Seat:
    """Report for duty; this accepts as well. Raises Refused earlier than two hours before the
    window of a cutover that has not begun and may not begin early."""
    seat, cutover = own(session, user, seat_id)
    if not station.may_report(session, cutover):
        since = station.reports_from(cutover)
        raise Refused(
            "It is too early to be on station", hint=f"this is possible from {iso(since)} on"
        )
    if seat.on_station_at is None:
        seat.state, seat.on_station_at = "accepted", clock.now()
        _note(session, cutover, actor, "seat.on_station", seat)
    return seat


def own(session: Session, user: User, seat_id: int) -> tuple[Seat, Cutover]:
    """The seat of `user`, locked, and its cutover, while there is something to answer."""
    seat, cutover = queries.seat_and_cutover(session, seat_id)
    if seat.user_id != user.id:
        raise NotAllowed("This seat is not yours", hint="see /standby for what is")
    if cutover.state not in ("booked", "running"):
        raise Refused(f"This cutover is {cutover.state}", hint="nothing is left to answer")
    return seat, cutover


def _note(session: Session, cutover: Cutover, actor: Actor, kind: str, seat: Seat) -> None:
    said = {"seat": seat.id, "team": seat.team, "role": seat.role, "user": seat.user_id}
    record(session, cutover.stream, kind, actor, said)
