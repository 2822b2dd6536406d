"""Forecast: what was forecast against what came."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from onboarding.customers.models import Turnup
from onboarding.reports.asked import Asked
from onboarding.reports.figures import middle, share
from onboarding.reports.flips import of_period, titles
from onboarding.reports.run_models import ForecastWeek, RunFacts
from onboarding.reports.segment import within
from onboarding.reports.shape import Bar, Chart, Column, Figure, Line, Section, Table
from onboarding.reports.spread import of_values

PROMISED = 80  # percent of hours that a forecast's band promises to hold
LISTED = 20
Week = Row[ForecastWeek, str]


def section(session: Session, asked: Asked) -> Section:
    """The section as it was asked for."""
    weeks = _weeks(session, asked)
    errors = of_values([100 * one.error for one, _name in weeks])
    planned = [one for one, _name in weeks if one.planned is not None]
    held = sum(one.came <= (one.planned or 0.0) for one in planned)
    runs = [one for one in of_period(session, asked) if one.off is not None]
    flips = of_values([100 * (one.off or 0.0) for one in runs])
    return Section(
        "forecast",
        "Forecast",
        "How far was the traffic that came from what was forecast?",
        [
            middle("error", "Error of a week, part of the traffic", errors, "percent"),
            _within(weeks),
            share("peak_held", "Weeks within the peak planned on", held, len(planned)),
            middle("flips", "Error during flips", flips, "percent"),
        ],
        [_chart(weeks)],
        [_by_week(weeks), _worst(weeks), _flips(session, runs)],
        (
            "Each week (Monday to Sunday, UTC) of each turn-up with at least a day of counted "
            "traffic. An hour is held against the newest forecast made before it was over.",
            f"A forecast's band promises {PROMISED} % of the hours; the peak is what was to be "
            "planned on when the week began. Hours of one week are alike, so no interval is given "
            "for the band.",
        ),
    )


def _weeks(session: Session, asked: Asked) -> Sequence[Week]:
    query = select(ForecastWeek, Turnup.name).join(Turnup, Turnup.id == ForecastWeek.turnup_id)
    query = query.where(ForecastWeek.week >= asked.start, ForecastWeek.week < asked.end)
    query = query.where(ForecastWeek.hours > 0, *within(ForecastWeek.turnup_id, asked))
    return session.execute(query.order_by(ForecastWeek.week)).all()


def _within(weeks: Sequence[Week]) -> Figure:
    hours = sum(one.hours for one, _name in weeks)
    inside = sum(one.hours * one.within for one, _name in weeks)
    value = 100 * inside / hours if hours else None
    return Figure(
        "within", f"Hours within the band ({PROMISED} % promised)", value, "percent", hours
    )


def _by(weeks: Sequence[Week]) -> Mapping[str, Sequence[ForecastWeek]]:
    found: dict[str, list[ForecastWeek]] = defaultdict(list)
    for one, _name in weeks:
        found[f"{one.week:%Y-%m-%d}"].append(one)
    return found


def _by_week(weeks: Sequence[Week]) -> Table:
    columns = (
        Column("week", "Week of"),
        Column("turnups", "Turn-ups", "count"),
        Column("error", "Error, median", "percent"),
        Column("error_low", "from", "percent"),
        Column("error_high", "to", "percent"),
        Column("lean", "More (less: -) came, mean", "percent"),
        Column("within", "Hours within the band", "percent"),
        Column("over", "Over the peak planned on", "count"),
    )
    lines = []
    for week, own in _by(weeks).items():
        one = of_values([100 * row.error for row in own])
        hours = sum(row.hours for row in own)
        inside = 100 * sum(row.hours * row.within for row in own) / hours
        over = sum(row.planned is not None and row.came > row.planned for row in own)
        lean = 100 * sum(row.lean for row in own) / len(own)
        edges = (one.median, one.median_low, one.median_high)
        lines.append(Line((week, len(own), *edges, lean, inside, over)))
    return Table("weeks", "Week by week", columns, lines)


def _chart(weeks: Sequence[Week]) -> Chart:
    bars = []
    for week, own in _by(weeks).items():
        one = of_values([100 * row.error for row in own])
        if one.median is not None:
            said = f"{one.median:.1f} % ({one.count})"
            bars.append(Bar(week, (one.median,), said, one.median_low, one.median_high))
    return Chart("Error, percent of the traffic, median by week", ("percent",), bars, "weeks")


def _worst(weeks: Sequence[Week]) -> Table:
    columns = (
        Column("turnup", "Turn-up"),
        Column("week", "Week of"),
        Column("error", "Error", "percent"),
        Column("lean", "More (less: -) came", "percent"),
        Column("came", "Busiest hour, req/s", "number"),
        Column("planned", "Peak planned on, req/s", "number"),
    )
    ordered = sorted(weeks, key=lambda one: -one[0].error)[:LISTED]
    lines = [
        Line(
            (name, f"{row.week:%Y-%m-%d}", 100 * row.error, 100 * row.lean, row.came, row.planned),
            f"/turnups/{row.turnup_id}",
        )
        for row, name in ordered
    ]
    return Table("worst", "Furthest off", columns, lines)


def _flips(session: Session, runs: Sequence[RunFacts]) -> Table:
    columns = (
        Column("cutover", "Cutover"),
        Column("ended", "Ended", "time"),
        Column("off", "Traffic off the forecast by", "percent"),
    )
    ordered = sorted(runs, key=lambda one: -(one.off or 0.0))[:LISTED]
    named = titles(session, ordered)
    lines = [
        Line(
            (named[one.cutover_id], one.ended_at, 100 * (one.off or 0.0)),
            f"/cutovers/{one.cutover_id}/report",
        )
        for one in ordered
    ]
    return Table("flips", "Flips whose traffic was furthest off", columns, lines)
