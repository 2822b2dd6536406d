"""Reads of what people carry: for the matrix at /people and for a person's own page."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.cutovers.models import Cutover
from onboarding.people import rotations
from onboarding.people.models import Team, User
from onboarding.people.rotation import gaps
from onboarding.rosters.candidates import spans_off, working_of
from onboarding.rosters.matrix import Duty, Member
from onboarding.rosters.models import Roster, Seat
from onboarding.rosters.windows import Span


def members(
    session: Session, people: Sequence[User], since: datetime, until: datetime
) -> list[Member]:
    """`people`, in their order, as the matrix sees them, with what keeps them from duty between."""
    off = spans_off(session, people, since, until)
    return [
        Member(
            user.id,
            user.team_key,
            working_of(user),
            (*off[user.id][0], *off[user.id][1]),
            user.trainee,
        )
        for user in people
    ]


def seats(
    session: Session, people: Sequence[User], since: datetime, until: datetime
) -> list[tuple[Seat, Cutover]]:
    """The seats of `people` at cutovers that begin in [since, until), by start: what they stood by
    for, and what they are asked or have agreed to stand by for. Rehearsals weigh nothing."""
    query = (
        select(Seat, Cutover)
        .join(Roster, Seat.roster_id == Roster.id)
        .join(Cutover, Roster.cutover_id == Cutover.id)
        .where(Seat.user_id.in_([user.id for user in people]))
        .where(Cutover.practice.is_(False))
        .where(Cutover.starts_at >= since, Cutover.starts_at < until)
        .order_by(Cutover.starts_at)
    )
    done = (Seat.state == "accepted") & (Cutover.state == "done")
    coming = Seat.state.in_(("invited", "accepted")) & Cutover.state.in_(("booked", "running"))
    return [
        (seat, cutover) for seat, cutover in session.execute(query.where(done | coming)).unique()
    ]


def duties(
    session: Session, people: Sequence[User], since: datetime, until: datetime
) -> list[Duty]:
    """`seats` as the matrix sees them."""
    return [
        Duty(seat.user_id or 0, seat.role, at.starts_at, at.ends_at, seat.state == "accepted")
        for seat, at in seats(session, people, since, until)
    ]


def empty_turns(session: Session, team: Team, since: datetime, until: datetime) -> list[Span]:
    """When nobody has a turn on a team's rotation; none where it has no rotation."""
    if not rotations.has_turns(session, team):
        return []
    found = rotations.coming(session, team, since, until)
    away = rotations.absences(session, team, since, until)
    return [(gap.start, gap.end) for gap in gaps(found, away, since, until)]
