"""Which minutes of cutovers nobody covers, read from the tables."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.cutovers.models import Cutover
from onboarding.people.models import Away
from onboarding.rosters.coverage import Gap, Stand, gaps
from onboarding.rosters.models import Seat
from onboarding.rosters.windows import Span


def uncovered(
    session: Session,
    cutovers: Iterable[Cutover],
    seats: Mapping[int, Sequence[Seat]],
    teams: Sequence[str],
) -> dict[int, list[Gap]]:
    """The gaps of each cutover by its id, team by team; `seats` are those of its roster. One query."""
    meant = list(cutovers)
    standing = {
        cutover.id: [seat for seat in seats.get(cutover.id, ()) if seat.state == "accepted"]
        for cutover in meant
    }
    people = {seat.user_id for found in standing.values() for seat in found}
    away = _away(session, people - {None}, meant)
    return {
        cutover.id: [
            gap
            for team in teams
            for gap in gaps(
                team,
                cutover.starts_at,
                cutover.ends_at,
                [_stand(s, cutover, away) for s in standing[cutover.id] if s.team == team],
            )
        ]
        for cutover in meant
    }


def _stand(seat: Seat, cutover: Cutover, away: Mapping[int, Sequence[Span]]) -> Stand:
    assert seat.user is not None, "an accepted seat has somebody"
    whole = [(cutover.starts_at, cutover.ends_at)]
    spans = away.get(seat.user.id, ()) if seat.user.active else whole
    return Stand(seat.user.name, seat.role == "primary", tuple(spans))


def _away(
    session: Session, people: Iterable[int | None], cutovers: Sequence[Cutover]
) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = defaultdict(list)
    ids = list(people)
    if not ids:
        return found
    query = select(Away).where(Away.user_id.in_(ids))
    query = query.where(Away.starts_at < max(c.ends_at for c in cutovers))
    query = query.where(Away.ends_at > min(c.starts_at for c in cutovers))
    for away in session.scalars(query.order_by(Away.starts_at)):
        found[away.user_id].append((away.starts_at, away.ends_at))
    return found
