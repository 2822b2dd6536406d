"""Support: how soon and how rightly questions are answered, and whether customers were happy."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, case, func, literal, or_, select
from sqlalchemy import cast as as_type
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.customers.models import Turnup
from onboarding.reports.asked import Asked
from onboarding.reports.elapsed import hours_between
from onboarding.reports.figures import middle, share
from onboarding.reports.handing import handovers
from onboarding.reports.happiness import Scores, finding
from onboarding.reports.held import held
from onboarding.reports.intervals import wilson
from onboarding.reports.promises import next_answers, solutions
from onboarding.reports.segment import within
from onboarding.reports.shape import Bar, Chart, Column, Figure, Line, Section, Table
from onboarding.reports.spread import Spread
from onboarding.reports.spreads import spreads
from onboarding.tickets.clocks import SEVERITIES
from onboarding.tickets.models import Ticket

HAPPY = 4  # of 1 to 5: good and very good
SPEEDS = {"0": "within an hour", "1": "within 4 hours", "2": "within 8 hours", "3": "later"}
RIGHT, WRONG = "right at once", "reopened, corrected or escalated twice"


@dataclass(frozen=True)
class Counts:
    """Tickets of one severity: how many, answered by a human, not yet, and of those whose first
    answer was due or given, how many came in time."""

    tickets: int
    answered: int
    due: int
    kept: int


def section(session: Session, asked: Asked) -> Section:
    """The section as it was asked for."""
    counts, scores = _counts(session, asked), _scores(session, asked)
    working = _first(session, asked, Ticket.first_working_s / 3600)
    elapsed = _first(session, asked, _on_the_clock(session))
    chosen = of_tickets(asked)
    then, solved = next_answers(session, chosen), solutions(session, chosen)
    kept = sum(one.kept for one in counts.values())
    due = sum(one.due for one in counts.values())
    everything = sum(scores.values(), Scores())
    return Section(
        "support",
        "Support",
        "How soon and how rightly are questions answered, and does it show in satisfaction?",
        [
            middle("first", "First human answer, working time", working["all"], "hours"),
            middle("first_clock", "First human answer, on the clock", elapsed["all"], "hours"),
            share("kept", "First answers in time", kept, due),
            *then.figures,
            *solved.figures,
            *_correctness(session, asked),
            share("happy", "Good or very good, of those who said", everything.happy, everything.of),
        ],
        [_chart(scores)],
        [
            _by_severity(counts, working, elapsed),
            then.table,
            solved.table,
            _satisfaction(scores),
            _findings(scores),
            handovers(session, chosen),
            held(session, chosen),
        ],
        (
            "Questions that were opened in these days; those merged into others left out. Machines "
            "answer nothing: only a human's first word counts. Working time is that in which the "
            "customer's plan counts: support's hours, or around the clock.",
            "Medians are of questions that were answered; how many were not yet stands beside them. "
            "In time is counted of those whose first answer was given or due.",
            "Those who say how it was are not everybody, and hard questions are both slow and "
            "unhappy: what is found here is no proof of a cause. Differences have the interval of "
            "Newcombe, of the two intervals of Wilson.",
        ),
    )


def of_tickets(asked: Asked) -> list[ColumnElement[bool]]:
    """What narrows a query of tickets to the days and the segment."""
    found = [Ticket.opened_at >= asked.start, Ticket.opened_at < asked.end]
    found.append(Ticket.merged_into_id.is_(None))
    if asked.narrowed:
        customers = select(Turnup.customer_id).where(*within(Turnup.id, asked))
        found.append(Ticket.customer_id.in_(customers))
    return found


def _on_the_clock(session: Session) -> ColumnElement[Any]:
    answered = Ticket.first_response_at.expression
    return hours_between(session, Ticket.asked_at.expression, answered)


def _first(session: Session, asked: Asked, hours: ColumnElement[Any]) -> Mapping[str, Spread]:
    """Hours to the first human answer, by severity and of all."""
    asked_first = Ticket.asked_at.is_not(None)  # not of what a machine asked
    known = (*of_tickets(asked), Ticket.first_response_at.is_not(None), asked_first)
    known = (*known, hours.is_not(None))  # of what was merged it may not be known
    severity = as_type(Ticket.severity, Text)
    found = spreads(session, select(severity, hours).where(*known))
    every = spreads(session, select(literal("all"), hours).where(*known))
    return defaultdict(Spread, {**found, **every})


def _counts(session: Session, asked: Asked) -> dict[int, Counts]:
    now = clock.now()
    answered = Ticket.first_response_at.is_not(None)
    is_due = or_(answered, Ticket.first_due_at < now)
    kept = and_(answered, Ticket.first_response_at <= Ticket.first_due_at)
    counted = [func.sum(case((one, 1), else_=0)) for one in (answered, is_due, kept)]
    query = select(Ticket.severity, func.count(), *counted).where(*of_tickets(asked))
    rows = session.execute(query.group_by(Ticket.severity).order_by(Ticket.severity))
    return {severity: Counts(*map(int, numbers)) for severity, *numbers in rows}


def _wrong() -> ColumnElement[bool]:
    return or_(Ticket.reopened > 0, Ticket.corrected > 0, Ticket.escalated > 1)


def _correctness(session: Session, asked: Asked) -> list[Figure]:
    """Of questions that were solved."""
    kinds = (Ticket.reopened > 0, Ticket.corrected > 0, Ticket.escalated > 1)
    solved = or_(Ticket.resolved_at.is_not(None), Ticket.reopened > 0)
    sums = [func.sum(case((one, 1), else_=0)) for one in kinds]
    row = session.execute(select(func.count(), *sums).where(*of_tickets(asked), solved)).one()
    total, *hits = (int(number or 0) for number in row)
    names = ("Opened again", "Answers corrected", "Escalated twice or more")
    keys = ("reopened", "corrected", "escalated")
    return [share(k, n, h, total) for k, n, h in zip(keys, names, hits, strict=True)]


def _scores(session: Session, asked: Asked) -> dict[tuple[str, bool], Scores]:
    """What customers said, by speed of the first answer (a key of `SPEEDS`) and whether something
    went wrong."""
    hours = Ticket.first_working_s / 3600
    speed = case((hours <= 1, "0"), (hours <= 4, "1"), (hours <= 8, "2"), else_="3")
    wrong = case((_wrong(), 1), else_=0)
    happy = case((Ticket.score >= HAPPY, 1), else_=0)
    query = select(speed.label("speed"), wrong.label("wrong"), happy.label("happy"))
    known = (Ticket.score.is_not(None), hours.is_not(None))
    each = query.where(*of_tickets(asked), *known).subquery()
    groups = (each.c.speed, each.c.wrong)
    rows = session.execute(select(*groups, func.sum(each.c.happy), func.count()).group_by(*groups))
    return {(key, bool(bad)): Scores(int(glad), of) for key, bad, glad, of in rows}


def _by_severity(
    counts: Mapping[int, Counts], working: Mapping[str, Spread], elapsed: Mapping[str, Spread]
) -> Table:
    columns = (
        Column("severity", "Severity"),
        Column("tickets", "Questions", "count"),
        Column("open", "Not answered yet", "count"),
        Column("working", "First answer, working time, median", "hours"),
        Column("working_low", "from", "hours"),
        Column("working_high", "to", "hours"),
        Column("slow", "Slowest tenth over", "hours"),
        Column("elapsed", "On the clock, median", "hours"),
        Column("kept", "In time", "percent"),
        Column("kept_low", "from", "percent"),
        Column("kept_high", "to", "percent"),
    )
    lines = []
    for severity, one in counts.items():
        spread = working[str(severity)]
        low, high = wilson(one.kept, one.due) or (None, None)
        said = f"{severity}: {SEVERITIES.get(severity, '')}"
        times = (spread.median, spread.median_low, spread.median_high, spread.high)
        kept = [_percent(x) for x in (one.kept / one.due if one.due else None, low, high)]
        middle_of = elapsed[str(severity)].median
        lines.append(
            Line((said, one.tickets, one.tickets - one.answered, *times, middle_of, *kept))
        )
    return Table("first", "The first answer, by severity", columns, lines)


def _percent(part: float | None) -> float | None:
    return None if part is None else 100 * part


def _groups(scores: Mapping[tuple[str, bool], Scores]) -> list[tuple[str, str, Scores]]:
    return [
        (name, WRONG if wrong else RIGHT, scores[key, wrong])
        for key, name in SPEEDS.items()
        for wrong in (False, True)
        if (key, wrong) in scores
    ]


def _satisfaction(scores: Mapping[tuple[str, bool], Scores]) -> Table:
    columns = (
        Column("speed", "First answer, working time"),
        Column("correctness", "How rightly"),
        Column("answers", "Who said how it was", "count"),
        Column("happy", "Good or very good", "percent"),
        Column("happy_low", "from", "percent"),
        Column("happy_high", "to", "percent"),
    )
    lines = []
    for speed, rightly, one in _groups(scores):
        low, high = wilson(one.happy, one.of) or (None, None)
        parts = (one.happy / one.of, low, high)
        lines.append(Line((speed, rightly, one.of, *(_percent(part) for part in parts))))
    method = "From and to: Wilson's interval of 95 %."
    return Table(
        "satisfaction", "Speed and correctness against satisfaction", columns, lines, method
    )


def _chart(scores: Mapping[tuple[str, bool], Scores]) -> Chart:
    bars = []
    for speed, rightly, one in _groups(scores):
        low, high = wilson(one.happy, one.of) or (None, None)
        happy = 100 * one.happy / one.of
        said = f"{happy:.0f} % of {one.of}"
        bars.append(Bar(f"{speed}, {rightly}", (happy,), said, _percent(low), _percent(high)))
    return Chart("Good or very good, percent", ("percent",), bars, "satisfaction")


def _findings(scores: Mapping[tuple[str, bool], Scores]) -> Table:
    def of(speeds: Sequence[str], wrong: Sequence[bool]) -> Scores:
        chosen = [scores[key, bad] for key, bad in scores if key in speeds and bad in wrong]
        return sum(chosen, Scores())

    both = (False, True)
    found = (
        finding("Answered within an hour against later", of("0", both), of("123", both)),
        finding("Right at once against not", of("0123", (False,)), of("0123", (True,))),
        finding("Of those answered rightly, within an hour against later",
                of("0", (False,)), of("123", (False,))),
        finding("Of those answered within an hour, right at once against not",
                of("0", (False,)), of("0", (True,))),
    )  # fmt: skip
    lines = [Line((said,)) for said in found] if scores else []
    return Table("findings", "What that says", (Column("finding", "Finding"),), lines)
