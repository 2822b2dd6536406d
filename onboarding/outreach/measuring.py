"""How often we spoke first, by how long, how often needlessly: read from outreaches, tickets, rooms."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.outreach import queries
from onboarding.outreach.lead import AFTER, BEFORE, Told, span
from onboarding.outreach.models import Outreach
from onboarding.rooms.models import Room, RoomMessage
from onboarding.tickets.models import Ticket


def told(
    session: Session, since: datetime, until: datetime, *only: ColumnElement[bool]
) -> list[tuple[Outreach, Told]]:
    """Trouble that was found in that time, each with the customer's own first word about it; `only`
    such outreaches as these conditions let through."""
    rows = queries.found_within(session, since, until, *only)
    if not rows:
        return []
    customers = {row.customer_id for row in rows}
    first = min(row.onset for row in rows) - BEFORE
    words = _words(session, customers, first, until + AFTER)
    now = clock.now()
    return [(row, _told(row, words.get(row.customer_id, ()), now)) for row in rows]


def _told(row: Outreach, words: Sequence[datetime], now: datetime) -> Told:
    bare = Told(row.onset, row.sent_at, row.healed_at, None, row.outcome)
    start, end = span(bare, now)
    asked = next((at for at in words if start <= at <= end), None)
    return Told(row.onset, row.sent_at, row.healed_at, asked, row.outcome)


def _words(
    session: Session, customers: set[int], since: datetime, until: datetime
) -> Mapping[int, Sequence[datetime]]:
    """When each customer opened a ticket or wrote in a room, in order."""
    found: dict[int, list[datetime]] = defaultdict(list)
    tickets = select(Ticket.customer_id, Ticket.opened_at).where(
        Ticket.customer_id.in_(customers), Ticket.opened_at >= since, Ticket.opened_at <= until
    )
    said = (
        select(Room.customer_id, RoomMessage.at)
        .join(Room, Room.id == RoomMessage.room_id)
        .where(Room.customer_id.in_(customers), RoomMessage.side == "customer")
        .where(RoomMessage.at >= since, RoomMessage.at <= until)
    )
    for query in (tickets, said):
        for customer_id, at in session.execute(query):
            if customer_id is not None:
                found[customer_id].append(at)
    return {customer_id: sorted(times) for customer_id, times in found.items()}
