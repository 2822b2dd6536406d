"""Consistency: how much the way to live differs from customer to customer."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.customers.models import Customer, Turnup
from onboarding.customers.stages import STAGES
from onboarding.customers.wording import levels, stage_name
from onboarding.people.models import User
from onboarding.reports.asked import Asked
from onboarding.reports.figures import share
from onboarding.reports.intervals import bootstrap, rank
from onboarding.reports.models import Journey, Stay
from onboarding.reports.segment import within
from onboarding.reports.shape import SCARCE, Bar, Chart, Column, Figure, Line, Section, Table
from onboarding.reports.spread import LEAST_EDGE, Spread, of_values
from onboarding.reports.spreads import spreads

MOST_DRAWN = 400  # values that a bootstrap draws from, evenly chosen of more


@dataclass(frozen=True)
class Way:
    """One turn-up's way to its first day live."""

    days: float
    live_at: datetime
    level: str
    manager: str
    template: str
    returns: int
    items: int
    waived: int
    by_hand: int


def section(session: Session, asked: Asked) -> Section:
    """The section as it was asked for."""
    ways = _ways(session, asked)
    names = {key: name for key, name, _meaning in levels()}
    by_level = _grouped(ways, lambda one: names.get(one.level, one.level))
    by_month = _grouped(ways, lambda one: f"{one.live_at:%Y-%m}")
    by_manager = _grouped(ways, lambda one: one.manager)
    by_template = _grouped(ways, lambda one: one.template or "no checklist")
    usual = Counter(one.template for one in ways).most_common(1)
    return Section(
        "consistency",
        "Consistency",
        "How much does the way differ from customer to customer?",
        [
            _ratio(ways),
            _share("went_back", "Went back to an earlier stage", ways, lambda one: one.returns > 0),
            _share(
                "usual",
                "Followed the usual checklist",
                ways,
                lambda one: one.template == usual[0][0],
            ),
        ],
        [_chart(by_month)],
        [
            _groups("levels", "By level of help", "Level", by_level),
            _groups("managers", "By account manager", "Account manager", by_manager),
            _groups("months", "By month of going live", "Month", by_month),
            _groups("templates", "By checklist", "Checklist and version", by_template),
            _stages(session, asked),
        ],
        (
            "Turn-ups that went live for the first time in these days, practice left out.",
            "A group is slower or quicker than the others where the intervals of 95 % of the two "
            "medians do not meet; else no difference is shown.",
        ),
    )


def _ways(session: Session, asked: Asked) -> list[Way]:
    query = (
        select(
            Journey.days,
            Journey.live_at,
            Customer.help_level,
            User.name,
            Journey.template,
            Journey.returns,
            Journey.items,
            Journey.waived,
            Journey.by_hand,
        )
        .join(Turnup, Turnup.id == Journey.turnup_id)
        .join(Customer, Customer.id == Turnup.customer_id)
        .outerjoin(User, User.id == Customer.account_manager_id)
        .where(Journey.live_at >= asked.start, Journey.live_at < asked.end)
        .where(*within(Journey.turnup_id, asked))
    )
    return [
        Way(days, at, level, manager or "nobody", template, returns, items, waived, by_hand)
        for days, at, level, manager, template, returns, items, waived, by_hand in session.execute(
            query
        )
    ]


def _grouped(ways: Sequence[Way], by: Callable[[Way], str]) -> dict[str, list[Way]]:
    found: dict[str, list[Way]] = defaultdict(list)
    for one in ways:
        found[by(one)].append(one)
    return dict(sorted(found.items()))


def _ratio(ways: Sequence[Way]) -> Figure:
    days = sorted(one.days for one in ways)
    name = "Slowest tenth against quickest tenth"
    if len(days) < LEAST_EDGE:
        return Figure("ratio", name, None, "ratio", len(days))
    every = max(1, len(days) // MOST_DRAWN)
    interval = bootstrap(days[::every], _edges) or (None, None)
    return Figure("ratio", name, _edges(days), "ratio", len(days), *interval)


def _edges(values: Sequence[float]) -> float:
    ordered = sorted(values)
    low = ordered[rank(len(ordered), 0.1) - 1]
    high = ordered[rank(len(ordered), 0.9) - 1]
    return high / max(low, 1 / 24)  # nobody is quicker than an hour


def _share(key: str, name: str, ways: Sequence[Way], chosen: Callable[[Way], bool]) -> Figure:
    return share(key, name, sum(chosen(one) for one in ways), len(ways))


def compared(one: Spread, others: Spread) -> str:
    """In a word, how a group's median lies to that of all others."""
    edges = (one.median_low, one.median_high, others.median_low, others.median_high)
    low, high, their_low, their_high = edges
    if low is None or high is None or their_low is None or their_high is None:
        return SCARCE
    if low > their_high:
        return "slower"
    return "quicker" if high < their_low else "no difference shown"


def _groups(key: str, title: str, heading: str, groups: Mapping[str, Sequence[Way]]) -> Table:
    columns = (
        Column("group", heading),
        Column("count", "Turn-ups", "count"),
        Column("median", "Days, median", "days"),
        Column("median_low", "from", "days"),
        Column("median_high", "to", "days"),
        Column("compared", "Beside the others"),
        Column("returns", "Went back, % of them", "percent"),
        Column("waived", "Items waived, %", "percent"),
        Column("by_hand", "Items added by hand, %", "percent"),
    )
    lines = []
    for name, own in groups.items():
        rest = [one for other, theirs in groups.items() if other != name for one in theirs]
        lines.append(_line(name, own, of_values([one.days for one in rest])))
    return Table(key, title, columns, lines)


def _line(name: str, own: Sequence[Way], others: Spread) -> Line:
    spread = of_values([one.days for one in own])
    items = sum(one.items for one in own)
    parts: list[Any] = [
        None if not items else 100 * sum(counts) / items
        for counts in ([one.waived for one in own], [one.by_hand for one in own])
    ]
    back = 100 * sum(one.returns > 0 for one in own) / len(own)
    edges = (spread.median, spread.median_low, spread.median_high)
    return Line((name, len(own), *edges, compared(spread, others), back, *parts))


def _stages(session: Session, asked: Asked) -> Table:
    query = select(Stay.stage, Stay.days).where(
        Stay.left_at >= asked.start, Stay.left_at < asked.end, *within(Stay.turnup_id, asked)
    )
    found = spreads(session, query)
    lines = [
        Line((stage_name(stage), one.count, one.low, one.median, one.high, one.ratio))
        for stage in STAGES
        if (one := found.get(stage)) is not None
    ]
    columns = (
        Column("stage", "Stage"),
        Column("count", "Cases", "count"),
        Column("low", "Quickest tenth under", "days"),
        Column("median", "Median", "days"),
        Column("high", "Slowest tenth over", "days"),
        Column("ratio", "Slowest against quickest", "ratio"),
    )
    return Table("stages", "Where the way differs most: days in each stage", columns, lines)


def _chart(by_month: Mapping[str, Sequence[Way]]) -> Chart:
    bars = []
    for month, own in by_month.items():
        one = of_values([way.days for way in own])
        if one.median is not None:
            said = f"{one.median:.1f} days ({one.count})"
            bars.append(Bar(month, (one.median,), said, one.median_low, one.median_high))
    return Chart("Days from signup to live, median by month", ("days",), bars, "months")
