"""Flips: on time, held, rolled back, and why."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, lazyload

from onboarding.cutovers.models import Cutover
from onboarding.reports.asked import Asked
from onboarding.reports.figures import middle, share
from onboarding.reports.run_models import RunFacts
from onboarding.reports.runs import WHY, on_time
from onboarding.reports.segment import within
from onboarding.reports.shape import Bar, Chart, Column, Line, Section, Table
from onboarding.reports.spread import of_values

OUTCOMES = {
    "on_time": "on time",
    "late": "finished late",
    "rolled_back": "rolled back",
    "abandoned": "abandoned",
}
LISTED = 200  # runs in the list


def section(session: Session, asked: Asked) -> Section:
    """The section as it was asked for."""
    runs = of_period(session, asked)
    kinds = Counter(kind(one) for one in runs)
    held = sum(bool(one.holds) for one in runs)
    months: dict[str, Counter[str]] = defaultdict(Counter)
    for one in runs:
        months[f"{one.ended_at:%Y-%m}"][kind(one)] += 1
    lasted = of_values([one.lasted_s / 3600 for one in runs if one.outcome == "finished"])
    return Section(
        "flips",
        "Flips",
        "How many flips are on time, which were held or rolled back, and why?",
        [
            share("on_time", "On time", kinds["on_time"], len(runs)),
            share("held", "Held at least once", held, len(runs)),
            share("rolled_back", "Rolled back", kinds["rolled_back"], len(runs)),
            middle("lasted", "Length of a finished flip", lasted, "hours"),
        ],
        [_chart(months)],
        [_months(months), _reasons(runs), _runs(runs, titles(session, runs[:LISTED]))],
        (
            "Runs of real cutovers that ended in these days; each run of a cutover counts.",
            "On time: begun at most 15 minutes after its window opened, taken to the end of its "
            "plan, and over before the window was.",
        ),
    )


def of_period(session: Session, asked: Asked) -> Sequence[RunFacts]:
    """The runs that are asked about, the last first, without their cutovers: see `titles`."""
    query = select(RunFacts).where(RunFacts.practice.is_(False))
    query = query.options(lazyload(RunFacts.cutover))
    query = query.where(RunFacts.ended_at >= asked.start, RunFacts.ended_at < asked.end)
    query = query.where(*within(RunFacts.turnup_id, asked))
    return session.scalars(query.order_by(RunFacts.ended_at.desc())).all()


def titles(session: Session, runs: Sequence[RunFacts]) -> dict[int, str]:
    """The titles of the cutovers of these runs, by number."""
    query = select(Cutover.id, Cutover.title).where(Cutover.id.in_({r.cutover_id for r in runs}))
    return {row.id: row.title for row in session.execute(query)}


def kind(run: RunFacts) -> str:
    """How it went, a key of `OUTCOMES`."""
    if run.outcome != "finished":
        return run.outcome
    return "on_time" if on_time(run.outcome, run.late_s, run.over_s) else "late"


def _months(months: Mapping[str, Counter[str]]) -> Table:
    columns = [Column("month", "Month"), Column("flips", "Flips", "count")]
    columns += [Column(key, name.capitalize(), "count") for key, name in OUTCOMES.items()]
    lines = [
        Line((month, found.total(), *(found[key] for key in OUTCOMES)))
        for month, found in sorted(months.items())
    ]
    return Table("months", "Flips by month", tuple(columns), lines)


def _chart(months: Mapping[str, Counter[str]]) -> Chart:
    bars = []
    for month, found in sorted(months.items()):
        said = ", ".join(f"{found[key]} {name}" for key, name in OUTCOMES.items() if found[key])
        bars.append(Bar(month, tuple(float(found[key]) for key in OUTCOMES), said))
    return Chart("Flips by month", tuple(OUTCOMES.values()), bars, "months")


def _reasons(runs: Sequence[RunFacts]) -> Table:
    holds, runs_held, backs = Counter[str](), Counter[str](), Counter[str]()
    for one in runs:
        holds.update({key: int(count) for key, count in one.holds.items()})
        runs_held.update(one.holds)
        backs[one.back_why] += bool(one.back_why)
    columns = (
        Column("why", "By"),
        Column("runs_held", "Flips held", "count"),
        Column("holds", "Holds", "count"),
        Column("rolled_back", "Flips rolled back", "count"),
    )
    lines = [
        Line((name, runs_held[key], holds[key], backs[key]))
        for key, name in WHY.items()
        if runs_held[key] or backs[key]
    ]
    return Table("reasons", "What held flips and took them back", columns, lines)


def _runs(runs: Sequence[RunFacts], named: Mapping[int, str]) -> Table:
    columns = (
        Column("cutover", "Cutover"),
        Column("ended", "Ended", "time"),
        Column("outcome", "How it went"),
        Column("late", "Began late by", "number"),
        Column("lasted", "Lasted", "hours"),
        Column("held_by", "Held by"),
        Column("back_by", "Taken back by"),
        Column("pages", "Pages", "count"),
        Column("off", "Traffic off the forecast by", "percent"),
        Column("overruled", "Gates overruled"),
    )
    lines = []
    for one in runs[:LISTED]:
        held = ", ".join(f"{WHY.get(key, key)} {count}x" for key, count in one.holds.items())
        how = (OUTCOMES.get(kind(one), one.outcome), one.late_s / 60, one.lasted_s / 3600)
        ends = (one.pages, None if one.off is None else 100 * one.off)
        why = (held, WHY.get(one.back_why, one.back_why))
        title = named[one.cutover_id]
        cells = (title, one.ended_at, *how, *why, *ends, "yes" if one.overruled else "")
        lines.append(Line(cells, f"/cutovers/{one.cutover_id}/report"))
    method = f"At most the last {LISTED}. Began late by: minutes after its window opened."
    return Table("runs", "Each flip", columns, lines, method)
