"""What people add to a history: hours left out, events, facts; each asks for a new forecast."""

from array import array
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.customers.models import Turnup
from onboarding.errors import BadInput, NotFound, marked
from onboarding.forecasts import actions, queries
from onboarding.forecasts.events import Event, check
from onboarding.forecasts.history import History
from onboarding.forecasts.hours import fill
from onboarding.forecasts.marks import Mark, marks
from onboarding.forecasts.models import TrafficForecast, TrafficHistory
from onboarding.forecasts.traffic_models import TrafficActual, TrafficEvent, TrafficFacts
from onboarding.trail.log import Actor, record


def as_read(row: TrafficHistory) -> History:
    """A history as forecasts read it: what was left out is filled in like a gap."""
    values = array("d", row.values)
    out = {i for first, end in row.excluded for i in range(first, min(end, len(values)))}
    gaps = tuple(sorted(out.union(row.gaps) - {0, len(values) - 1}))
    fill(values, gaps)
    return History(row.name, row.starts_at, values, gaps, unit=row.unit)


def marks_of(row: TrafficHistory, zone: str) -> list[Mark]:
    """What is odd in a history."""
    return marks(row.values, row.starts_at, row.gaps, zone)


def exclude(
    session: Session, actor: Actor, turnup: Turnup, history_id: int, firsts: Collection[int]
) -> TrafficForecast:
    """Leave the marks that begin at `firsts` out, and no others; forecast anew."""
    row = session.get(TrafficHistory, history_id)
    if row is None or row.turnup_id != turnup.id:
        raise NotFound(marked("There is no such history"), hint=marked("go back and look again"))
    found = marks_of(row, turnup.customer.timezone)
    known = {mark.first: mark for mark in found if mark.kind == "outlier"}
    chosen = [known[i] for i in sorted(firsts) if i in known]
    left = sum(mark.hours for mark in chosen)
    if left * 2 > len(row.values):
        raise BadInput(
            marked("more than half of the history would be left out"),
            place="mark",
            hint=marked("keep more of it"),
        )
    row.excluded = [[mark.first, mark.end] for mark in chosen]
    said = {"turnup": turnup.id, "history": row.id, "hours": left}
    record(session, turnup.customer.stream, "history.excluded", actor, said)
    return actions.ask(session, actor, turnup, why="other hours of the history are left out")


def add_event(session: Session, actor: Actor, turnup: Turnup, event: Event) -> None:
    """Lay an event over the forecasts from now on. Raises BadInput naming the field."""
    check(event)
    assert actor.user_id is not None, "a person assumes"
    row = TrafficEvent(
        turnup_id=turnup.id,
        kind=event.kind,
        name=event.name,
        starts_at=event.start,
        ends_at=event.end,
        factor=event.factor,
        rate=event.rate,
        created_by=actor.user_id,
        created_at=clock.now(),
    )
    session.add(row)
    session.flush()
    said = {"turnup": turnup.id, "event": row.id, "kind": event.kind}
    record(session, turnup.customer.stream, "forecast.event", actor, said, {"name": event.name})
    ask_again(session, actor, turnup, f"the event {event.name} was added")


def remove_event(session: Session, actor: Actor, turnup: Turnup, event_id: int) -> None:
    """Take an event away."""
    row = session.get(TrafficEvent, event_id)
    if row is None or row.turnup_id != turnup.id:
        raise NotFound(
            marked("There is no such event"), hint=marked("somebody may have taken it away")
        )
    name = row.name
    session.delete(row)
    session.flush()
    said = {"turnup": turnup.id, "event": event_id}
    record(session, turnup.customer.stream, "forecast.event_removed", actor, said)
    ask_again(session, actor, turnup, f"the event {name} was taken away")


def ask_again(session: Session, actor: Actor, turnup: Turnup, why: str) -> None:
    """A new forecast of the same horizon, where there is a history."""
    before = queries.latest(session, turnup.id)
    if before is not None:
        actions.ask(session, actor, turnup, before.horizon, why=why)


def event_rows(session: Session, turnup_id: int) -> list[TrafficEvent]:
    """The events of a turn-up, in order of time."""
    query = select(TrafficEvent).where(TrafficEvent.turnup_id == turnup_id)
    return list(session.scalars(query.order_by(TrafficEvent.starts_at, TrafficEvent.id)))


def events(session: Session, turnup_id: int) -> list[Event]:
    """The same as plain data."""
    return [
        Event(row.kind, row.name, row.starts_at, row.ends_at, row.factor, row.rate)
        for row in event_rows(session, turnup_id)
    ]


FACTS = (
    "mean_bytes",
    "cacheable",
    "origin_limit",
    "origin_gbit",
    "old_offload",
    "warm_minutes",
    "factor",
    "peak",
)


def set_facts(
    session: Session, actor: Actor, turnup: Turnup, given: dict[str, float | None]
) -> None:
    """Write down what people say of the traffic; what is None is unsaid."""
    row = session.get(TrafficFacts, turnup.id)
    if row is None:
        row = TrafficFacts(turnup_id=turnup.id)
        session.add(row)
    for name in FACTS:
        setattr(row, name, given.get(name))
    session.flush()
    said = {"turnup": turnup.id, **{name: given.get(name) for name in FACTS}}
    record(session, turnup.customer.stream, "forecast.facts", actor, said)


def observe(session: Session, turnup_id: int, hour: datetime, rate: float) -> None:
    """What really came in the hour that begins at `hour` (mean req/s of all of the traffic); a
    second word for the same hour replaces the first."""
    row = session.get(TrafficActual, (turnup_id, hour))
    if row is None:
        session.add(TrafficActual(turnup_id=turnup_id, hour=hour, rate=rate))
    else:
        row.rate = rate
    session.flush()


def came(session: Session, turnup_id: int, since: datetime) -> dict[datetime, float]:
    """What came from `since` on: the newest history's hours, and those observed."""
    history = queries.latest_history(session, turnup_id)
    found: dict[datetime, float] = {}
    if history is not None and history.source != "declared":
        gaps = set(history.gaps)
        first = max(0, int((since - history.starts_at) / queries.HOUR))
        for i in range(first, len(history.values)):
            if i not in gaps:
                found[history.starts_at + i * queries.HOUR] = history.values[i]
    query = select(TrafficActual).where(
        TrafficActual.turnup_id == turnup_id, TrafficActual.hour >= since
    )
    found.update((row.hour, row.rate) for row in session.scalars(query))
    return found


def extended(session: Session, row: TrafficHistory) -> History:
    """A history as forecasts read it, with the hours that have been observed right after its end."""
    history = as_read(row)
    since = came(session, row.turnup_id, history.end)
    at = history.end
    more = array("d")
    while at in since:
        more.append(since[at])
        at += queries.HOUR
    return History(
        history.unique_id, history.start, history.values + more, history.filled, unit=history.unit
    )
