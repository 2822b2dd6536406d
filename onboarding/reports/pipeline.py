"""Pipeline: how long turn-ups are in each stage, where customers wait, and on whom."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, literal, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.board.models import Summary
from onboarding.customers.models import Turnup
from onboarding.customers.stages import STAGES
from onboarding.customers.wording import stage_name, team_name
from onboarding.reports.asked import Asked
from onboarding.reports.figures import SPREAD, cells, middle
from onboarding.reports.models import Journey, Stay, Wait
from onboarding.reports.segment import within
from onboarding.reports.shape import Bar, Chart, Column, Figure, Line, Section, Table
from onboarding.reports.spread import Spread
from onboarding.reports.spreads import spreads
from onboarding.reports.waits import MOVING, side

SIDES = {"customer": "the customer", "us": "us", "window": "the window", "nobody": "nobody named"}
LONGEST = 10  # open waits in the list
Waits = Mapping[str, Mapping[str, float]]


def section(session: Session, asked: Asked) -> Section:
    """The section as it was asked for."""
    left = select(Stay.stage, Stay.days).where(*_of_stays(asked))
    by_stage, waits = spreads(session, left), _waits(session, asked)
    stays = sum(one.count for stage, one in by_stage.items() if stage not in MOVING)
    ways = _ways(session, asked)
    overall = ways.get("all", Spread())
    owners = _owners(waits)
    return Section(
        "pipeline",
        "Pipeline",
        "How long is each stage, where do customers wait, and on whom?",
        [
            middle("to_live", "Signup to live", overall),
            _share("on_customer", "Waiting for the customer", "customer", waits, stays),
            _share("on_us", "Waiting for us", "us", waits, stays),
        ],
        [_chart_of_stages(by_stage), _chart_of_sides(waits)],
        [
            _stages(by_stage),
            _sides(waits),
            _by_owner(owners),
            _styles(ways),
            _now(session, asked),
            _waiting_longest(session, asked),
        ],
        (
            "Stages that were left in these days, practice left out. A turn-up that went back is "
            "counted each time.",
            "The days until a thing was settled count for whoever had to settle it; what comes "
            "after the last thing of a stage was no task. Stages in which traffic moves wait for "
            "nobody.",
        ),
    )


def _of_stays(asked: Asked) -> list[ColumnElement[bool]]:
    period = (Stay.left_at >= asked.start, Stay.left_at < asked.end)
    return [*period, *within(Stay.turnup_id, asked)]


def _waits(session: Session, asked: Asked) -> dict[str, dict[str, float]]:
    """Days by stage and owner."""
    query = select(Stay.stage, Wait.owner, func.sum(Wait.days))
    query = query.join(Wait, Wait.entry_id == Stay.entry_id).where(*_of_stays(asked))
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for stage, owner, days in session.execute(query.group_by(Stay.stage, Wait.owner)):
        found[stage][owner] = float(days)
    return found


def _by_side(owners: Mapping[str, float]) -> dict[str, float]:
    found = dict.fromkeys(SIDES, 0.0)
    for owner, days in owners.items():
        found[side(owner)] += days
    return found


def _owners(waits: Waits) -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    for owners in waits.values():
        for owner, days in owners.items():
            found[owner] += days
    return found


def _ways(session: Session, asked: Asked) -> dict[str, Spread]:
    """Days from signup to live: of all ("all"), and by style of the first flip."""
    own = (Journey.live_at >= asked.start, Journey.live_at < asked.end)
    where = [*own, *within(Journey.turnup_id, asked)]
    every = spreads(session, select(literal("all"), Journey.days).where(*where))
    styles = select(Journey.style, Journey.days).where(*where, Journey.style != "")
    return {**spreads(session, styles), **every}


def _share(key: str, name: str, whom: str, waits: Waits, stays: int) -> Figure:
    """Of the days of stays in stages with tasks."""
    sides = _by_side(_owners(waits))
    total = sum(sides.values())
    return Figure(key, name, 100 * sides[whom] / total if total else None, "percent", stays)


def _stages(by_stage: Mapping[str, Spread]) -> Table:
    lines = [
        Line((stage_name(stage), *cells(by_stage[stage]))) for stage in STAGES if stage in by_stage
    ]
    columns = (Column("stage", "Stage"), *SPREAD)
    method = "From and to: interval of 95 % of the median, by order statistics."
    return Table("stages", "Days in each stage", columns, lines, method)


def _chart_of_stages(by_stage: Mapping[str, Spread]) -> Chart:
    bars = [
        Bar(
            stage_name(stage),
            (one.median,),
            f"{one.median:.1f} days ({one.count})",
            one.median_low,
            one.median_high,
        )
        for stage in STAGES
        if (one := by_stage.get(stage)) is not None and one.median is not None
    ]
    return Chart("Median days in each stage", ("days",), bars, "stages")


def _chart_of_sides(waits: Waits) -> Chart:
    bars = []
    for stage in STAGES:
        parts = _by_side(waits.get(stage, {}))
        total = sum(parts.values())
        if total:
            said = ", ".join(
                f"{SIDES[key]} {100 * days / total:.0f} %" for key, days in parts.items() if days
            )
            shares = tuple(100 * days / total for days in parts.values())
            bars.append(Bar(stage_name(stage), shares, said))
    return Chart("Who is waited for, percent of the days", tuple(SIDES.values()), bars, "sides")


def _sides(waits: Waits) -> Table:
    columns = [Column("stage", "Stage"), Column("days", "Days in all", "days")]
    columns += [Column(key, f"{name}, %", "percent") for key, name in SIDES.items()]
    lines = []
    for stage in STAGES:
        parts = _by_side(waits.get(stage, {}))
        total = sum(parts.values())
        if total:
            shares = [100 * days / total for days in parts.values()]
            lines.append(Line((stage_name(stage), total, *shares)))
    return Table("sides", "Who is waited for in each stage", tuple(columns), lines)


def _by_owner(owners: Mapping[str, float]) -> Table:
    total = sum(owners.values())
    columns = (
        Column("owner", "Waited for"),
        Column("days", "Days", "days"),
        Column("share", "Of all days", "percent"),
    )
    ordered: Sequence[tuple[str, float]] = sorted(owners.items(), key=lambda one: -one[1])
    lines = [
        Line((SIDES.get(owner) or team_name(owner), days, 100 * days / total))
        for owner, days in ordered
        if days
    ]
    return Table("owners", "Who is waited for, by team", columns, lines)


def _styles(ways: Mapping[str, Spread]) -> Table:
    lines = [Line((name, *cells(one))) for name, one in sorted(ways.items())]
    columns = (Column("style", "First flip"), *SPREAD)
    return Table("ways", "Days from signup to live, by how the first flip went", columns, lines)


def _now(session: Session, asked: Asked) -> Table:
    """Turn-ups that are in a stage with tasks now, by who has the ball."""
    ball = func.coalesce(Summary.ball, "")
    query = (
        select(Turnup.stage, ball, func.count(), func.min(Turnup.entered_at))
        .outerjoin(Summary, Summary.turnup_id == Turnup.id)
        .where(Turnup.archived_at.is_(None), Turnup.stage.not_in(MOVING))
        .where(*within(Turnup.id, asked))
        .group_by(Turnup.stage, ball)
    )
    rows = sorted(session.execute(query), key=lambda row: (STAGES.index(row[0]), -row[2]))
    now = clock.now()
    lines = [
        Line((stage_name(stage), team_name(whom) if whom else "", count, _days(now, since)))
        for stage, whom, count, since in rows
    ]
    columns = (
        Column("stage", "Stage"),
        Column("ball", "Whose turn it is"),
        Column("count", "Turn-ups", "count"),
        Column("longest", "Longest there", "days"),
    )
    return Table("now", "Where they are now, whatever the days", columns, lines)


def _waiting_longest(session: Session, asked: Asked) -> Table:
    query = (
        select(Turnup, Summary.ball)
        .outerjoin(Summary, Summary.turnup_id == Turnup.id)
        .where(Turnup.archived_at.is_(None), Turnup.stage.not_in(MOVING))
        .where(*within(Turnup.id, asked))
        .order_by(Turnup.entered_at, Turnup.id)
        .limit(LONGEST)
    )
    now = clock.now()
    lines = [
        Line(
            (
                turnup.name,
                stage_name(turnup.stage),
                team_name(ball) if ball else "",
                _days(now, turnup.entered_at),
            ),
            f"/turnups/{turnup.id}",
        )
        for turnup, ball in session.execute(query).unique()
    ]
    columns = (
        Column("turnup", "Turn-up"),
        Column("stage", "Stage"),
        Column("ball", "Whose turn it is"),
        Column("days", "Days there", "days"),
    )
    return Table("longest", "Longest in their stage now", columns, lines)


def _days(now: datetime, since: datetime) -> float:
    return (now - since) / timedelta(days=1)
