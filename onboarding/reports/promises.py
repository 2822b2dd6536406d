"""What is owed after the first answer: the next ones, and the solution, by severity."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, case, func, or_, select
from sqlalchemy import cast as as_type
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.reports.elapsed import HOUR_S, hours_between
from onboarding.reports.figures import middle, share
from onboarding.reports.intervals import wilson
from onboarding.reports.shape import Column, Figure, Line, Table
from onboarding.reports.spread import Spread, of_values
from onboarding.tickets.clocks import SEVERITIES
from onboarding.tickets.handoff import OPEN
from onboarding.tickets.models import Ticket, TicketMessage

TIMES = (
    Column("median_low", "from", "hours"),
    Column("median_high", "to", "hours"),
    Column("slow", "Slowest tenth over", "hours"),
)
KEPT = (
    Column("kept", "In time", "percent"),
    Column("kept_low", "from", "percent"),
    Column("kept_high", "to", "percent"),
)
ALL = "all"
Of = Sequence[ColumnElement[bool]]


@dataclass(frozen=True)
class Owed:
    """Of one severity (or all): how many were given, how many of those in time, and how many are
    overdue now."""

    given: int = 0
    kept: int = 0
    overdue: int = 0

    @property
    def due(self) -> int:
        """Those given, and those that should have been."""
        return self.given + self.overdue


@dataclass(frozen=True)
class Promises:
    """The figures and the table of one promise."""

    figures: Sequence[Figure]
    table: Table


def next_answers(session: Session, of: Of) -> Promises:
    """Answers after the first: from the customer's first word that had none yet to the answer."""
    times = _spreads(session, _next_hours(session, of))
    overdue = _sum(and_(Ticket.state.in_(OPEN), Ticket.next_due_at < clock.now()))
    missed = func.sum(Ticket.next_missed)
    query = select(Ticket.severity, missed, overdue).where(*of).group_by(Ticket.severity)
    owed = {}
    for severity, late, waiting in session.execute(query.order_by(Ticket.severity)):
        given = times.get(str(severity), Spread()).count
        if given or waiting:
            owed[severity] = Owed(given, max(0, given - int(late or 0)), int(waiting))
    every = _all(owed)
    columns = (
        Column("severity", "Severity"),
        Column("answers", "Answers", "count"),
        Column("overdue", "Overdue now", "count"),
        Column("median", "On the clock, median", "hours"),
        *TIMES,
        *KEPT,
    )
    lines = [
        Line((_severity(one), owe.given, owe.overdue, *_times(times, one), *_kept(owe)))
        for one, owe in owed.items()
    ]
    method = "From the customer's first word that waited to a human's answer; in time: of those given or overdue."
    return Promises(
        [
            middle("next", "Next answer, on the clock", times.get(ALL, Spread()), "hours"),
            share("next_kept", "Next answers in time", every.kept, every.due),
        ],
        Table("next", "The next answers, by severity", columns, lines, method),
    )


def solutions(session: Session, of: Of) -> Promises:
    """From the question to its solution; what was opened again counts once it is solved again."""
    solved = Ticket.resolved_at.is_not(None)
    severity = as_type(Ticket.severity, Text)
    working, clocked = Ticket.resolve_working_s / HOUR_S, _until_solved(session)
    known = (*of, solved, working.is_not(None))
    times = _spreads(session, select(severity, working).where(*known))
    elapsed = _spreads(session, select(severity, clocked).where(*of, solved))
    kept = _sum(and_(solved, Ticket.resolved_at <= Ticket.resolve_due_at))
    running = and_(Ticket.state.in_(OPEN), ~solved)
    overdue = and_(running, Ticket.paused_at.is_(None), Ticket.resolve_due_at < clock.now())
    counted = (_sum(solved), kept, _sum(running), _sum(overdue))
    query = select(Ticket.severity, *counted).where(*of).group_by(Ticket.severity)
    owed, still = {}, {}
    for key, given, in_time, left, late in session.execute(query.order_by(Ticket.severity)):
        owed[key], still[key] = Owed(int(given), int(in_time), int(late)), int(left)
    every = _all(owed)
    columns = (
        Column("severity", "Severity"),
        Column("solved", "Solved", "count"),
        Column("open", "Not solved yet", "count"),
        Column("overdue", "Overdue now", "count"),
        Column("median", "Working time, median", "hours"),
        *TIMES,
        Column("elapsed", "On the clock, median", "hours"),
        *KEPT,
    )
    lines = []
    for one, owe in owed.items():
        clock_time = elapsed.get(str(one), Spread()).median
        counts = (owe.given, still[one], owe.overdue)
        lines.append(Line((_severity(one), *counts, *_times(times, one), clock_time, *_kept(owe))))
    method = "Working time leaves out the time in which the customer owed the word; in time: of those solved or overdue."
    return Promises(
        [
            middle("resolve", "Solution, working time", times.get(ALL, Spread()), "hours"),
            share("resolve_kept", "Solved in time", every.kept, every.due),
        ],
        Table("solutions", "The solution, by severity", columns, lines, method),
    )


def _until_solved(session: Session) -> ColumnElement[Any]:
    return hours_between(session, Ticket.opened_at.expression, Ticket.resolved_at.expression)


def _next_hours(session: Session, of: Of) -> Select[Any, Any]:
    """Severity and hours of each answer after the first. People take turns: a turn begins where the
    side before was the other, so that before each of ours lies the beginning of the customer's. What
    was merged in stands at the end and was said before."""
    said = TicketMessage
    before = func.lag(said.side).over(partition_by=said.ticket_id, order_by=(said.at, said.number))
    each = select(said.ticket_id, said.number, said.at, said.side, before.label("before"))
    each = each.join(Ticket, Ticket.id == said.ticket_id)
    lines = each.where(*of, said.side.in_(("customer", "staff"))).subquery()
    in_order = (lines.c.at, lines.c.number)
    since = func.lag(lines.c.at).over(partition_by=lines.c.ticket_id, order_by=in_order)
    begins = or_(lines.c.before.is_(None), lines.c.before != lines.c.side)
    turns = select(lines.c.ticket_id, lines.c.at, lines.c.side, since.label("since"))
    turn = turns.where(begins).subquery()
    hours = hours_between(session, turn.c.since, turn.c.at)
    query = select(as_type(Ticket.severity, Text), hours)
    query = query.join(turn, turn.c.ticket_id == Ticket.id)
    answers = (turn.c.side == "staff", turn.c.since.is_not(None))
    return query.where(*answers, turn.c.at > Ticket.first_response_at)


def _spreads(session: Session, query: Select[Any, Any]) -> dict[str, Spread]:
    """By severity, and of all. The query is heavy: it is asked once."""
    found: dict[str, list[float]] = {ALL: []}
    for severity, hours in session.execute(query):
        found.setdefault(severity, []).append(hours)
        found[ALL].append(hours)
    return {name: of_values(values) for name, values in found.items()}


def _sum(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.sum(case((condition, 1), else_=0))


def _all(owed: Mapping[int, Owed]) -> Owed:
    given, kept = sum(o.given for o in owed.values()), sum(o.kept for o in owed.values())
    return Owed(given, kept, sum(o.overdue for o in owed.values()))


def _severity(number: int) -> str:
    return f"{number}: {SEVERITIES.get(number, '')}"


def _times(times: Mapping[str, Spread], severity: int) -> tuple[float | None, ...]:
    one = times.get(str(severity), Spread())
    return (one.median, one.median_low, one.median_high, one.high)


def _kept(owed: Owed) -> list[float | None]:
    low, high = wilson(owed.kept, owed.due) or (None, None)
    part = owed.kept / owed.due if owed.due else None
    return [None if one is None else 100 * one for one in (part, low, high)]
