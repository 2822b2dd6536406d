"""Outreach: how often we spoke first, by how long, and how often it was needless."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy.orm import Session

from onboarding.outreach.lead import Told, measured
from onboarding.outreach.letters import cause
from onboarding.outreach.measuring import told
from onboarding.outreach.models import Outreach
from onboarding.reports.asked import Asked
from onboarding.reports.chances import chances
from onboarding.reports.figures import share
from onboarding.reports.segment import within
from onboarding.reports.shape import Bar, Chart, Column, Figure, Line, Section, Table

MOST = 500  # rows of the table of all


def section(session: Session, asked: Asked) -> Section:
    """The section as it was asked for."""
    rows = told(session, asked.start, asked.end, *within(Outreach.turnup_id, asked))
    known = measured([one for _, one in rows])
    spoken = known.we + known.they
    lead = known.lead.total_seconds() if known.lead else None
    until = known.until_told.total_seconds() if known.until_told else None
    return Section(
        "outreach",
        "Outreach",
        "How often did we speak first, by how long, and how often needlessly?",
        [
            share("first", "We spoke first", known.we, spoken),
            Figure("lead", "Before the customer's own word, median", lead, "seconds", known.we),
            Figure("told_after", "From onset to our word, median", until, "seconds", known.told),
            share("needless", "Told needlessly", known.needless, known.told),
            share("told", "Told, of what was found", known.told, known.found),
        ],
        [_chart(rows)] if rows else [],
        [_by_cause(rows), chances(session, asked), _all(rows)],
        (
            "Trouble that was found in these days. The customer's own word is the first ticket they "
            "opened, or line they wrote in a room, from 5 minutes before the onset to a day after "
            "it was over; an answer to what we told is none.",
            "Needless: a person said so, the customer answered that it was planned or nothing, or "
            "it was over within 15 minutes and the customer never asked.",
        ),
    )


def _kinds(rows: Sequence[tuple[Outreach, Told]]) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for row, one in rows:
        counts = found.setdefault(cause(row), Counter())
        counts[one.first or "nobody"] += 1
        counts["needless"] += one.needless
    return dict(sorted(found.items(), key=lambda item: -sum(item[1].values())))


def _chart(rows: Sequence[tuple[Outreach, Told]]) -> Chart:
    bars = []
    for name, counts in _kinds(rows).items():
        parts = (counts["we"], counts["they"], counts["nobody"])
        said = f"{parts[0]} we, {parts[1]} they, {parts[2]} nobody"
        bars.append(Bar(name, tuple(float(part) for part in parts), said))
    legend = ("we spoke first", "they did", "nobody said anything")
    return Chart("Who spoke first, by likely cause", legend, bars, "causes")


def _by_cause(rows: Sequence[tuple[Outreach, Told]]) -> Table:
    columns = (
        Column("cause", "Likely cause"),
        Column("we", "We spoke first", "count"),
        Column("they", "They did", "count"),
        Column("nobody", "Nobody said anything", "count"),
        Column("needless", "Needless", "count"),
    )
    keys = ("we", "they", "nobody", "needless")
    lines = [Line((name, *(counts[key] for key in keys))) for name, counts in _kinds(rows).items()]
    return Table("causes", "By likely cause", columns, lines)


def _all(rows: Sequence[tuple[Outreach, Told]]) -> Table:
    columns = (
        Column("customer", "Customer"),
        Column("onset", "Began", "time"),
        Column("told_after", "Told after", "seconds"),
        Column("lead", "Before their own word", "seconds"),
        Column("first", "Spoke first"),
        Column("needless", "Needless"),
        Column("state", "State"),
    )
    return Table("all", "One by one", columns, [_line(*one) for one in rows[::-1][:MOST]])


def _line(row: Outreach, one: Told) -> Line:
    after = (one.sent_at - one.onset).total_seconds() if one.sent_at else None
    lead = (one.asked_at - one.sent_at).total_seconds() if one.sent_at and one.asked_at else None
    needless = "yes" if one.needless else ""
    cells = (row.customer.name, one.onset, after, lead, one.first, needless, row.state)
    return Line(cells, f"/outreach/{row.id}")
