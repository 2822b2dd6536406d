"""Guard: how soon it sees trouble, and how often it cries wolf."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onboarding.reports.asked import Asked
from onboarding.reports.figures import middle, share
from onboarding.reports.run_models import Alarm, Rehearsed, RunFacts
from onboarding.reports.segment import within
from onboarding.reports.shape import Bar, Chart, Column, Figure, Line, Section, Table
from onboarding.reports.spread import Spread, of_values
from onboarding.simulation.library import FAULTS

UNTOLD = ("open", "short")  # say nothing of the guard
HELD_BY = ("hold", "rollback")
LISTED = 50
LEAST_HOURS = 10.0  # watched, under which no rate of false alarms is said


def section(session: Session, asked: Asked) -> Section:
    """The section as it was asked for."""
    faults, alarms = _faults(session, asked), _alarms(session, asked)
    met = [one for one in faults if one.verdict not in UNTOLD]
    wanted = [one for one in met if one.expected in HELD_BY]
    judged = [one for one in alarms if one.verdict]
    false = sum(one.verdict == "false" for one in judged)
    right = sum(one.verdict == "right" for one in met)
    return Section(
        "guard",
        "Guard",
        "How soon does the guard see trouble, and how often is it wrong?",
        [
            middle(
                "detection", "Fault to hold or roll-back, in rehearsals", _times(wanted), "seconds"
            ),
            share("right", "Rehearsed faults answered rightly by itself", right, len(met)),
            share("false", "False among judged alarms", false, len(judged)),
            _rate(session, asked, false, len(judged), len(alarms)),
        ],
        [_chart_of_times(wanted), _chart_of_alarms(alarms)],
        [_by_fault(met), _by_signal(alarms), _unjudged(alarms)],
        (
            "In rehearsals it is known when a fault began: seconds count from there to the first "
            "hold, proposal or roll-back. Faults that a person answered first count as not "
            "answered by the guard; those that were over before it could tell are left out.",
            "In real flips nobody knows when trouble began: seconds count from where the guard "
            "made out its beginning. Whether an alarm was real is what people judge on the "
            "cutover's report.",
        ),
    )


def _faults(session: Session, asked: Asked) -> Sequence[Rehearsed]:
    query = select(Rehearsed).join(RunFacts, RunFacts.ramp_id == Rehearsed.ramp_id)
    query = query.where(RunFacts.ended_at >= asked.start, RunFacts.ended_at < asked.end)
    if asked.narrowed:
        query = query.where(*within(RunFacts.turnup_id, asked))
    return session.scalars(query).all()


def _alarms(session: Session, asked: Asked) -> Sequence[Alarm]:
    query = select(Alarm).join(RunFacts, RunFacts.ramp_id == Alarm.ramp_id)
    query = query.where(Alarm.at >= asked.start, Alarm.at < asked.end)
    query = query.where(*within(RunFacts.turnup_id, asked))
    return session.scalars(query.order_by(Alarm.at.desc(), Alarm.id.desc())).unique().all()


def _times(faults: Sequence[Rehearsed]) -> Spread:
    return of_values([one.held_s for one in faults if one.held_s is not None])


def _rate(session: Session, asked: Asked, false: int, judged: int, alarms: int) -> Figure:
    """False alarms for 100 hours watched; nothing while alarms wait to be judged."""
    query = select(func.sum(RunFacts.watched_s)).where(RunFacts.practice.is_(False))
    query = query.where(RunFacts.ended_at >= asked.start, RunFacts.ended_at < asked.end)
    hours = float(session.scalar(query.where(*within(RunFacts.turnup_id, asked))) or 0.0) / 3600
    known = judged == alarms and hours >= LEAST_HOURS
    rate = 100 * false / hours if known else None
    return Figure("rate", "False alarms in 100 hours watched", rate, "ratio", round(hours))


def _title(fault: str) -> str:
    return FAULTS[fault].title if fault in FAULTS else fault


def _grouped(faults: Sequence[Rehearsed]) -> Mapping[str, Sequence[Rehearsed]]:
    found: dict[str, list[Rehearsed]] = defaultdict(list)
    for one in faults:
        found[one.kind].append(one)
    return found


def _by_fault(faults: Sequence[Rehearsed]) -> Table:
    columns = (
        Column("fault", "Fault"),
        Column("met", "Met", "count"),
        Column("right", "Answered rightly", "count"),
        Column("person", "A person was first", "count"),
        Column("wrong", "Wrongly or not", "count"),
        Column("median", "To the answer, median", "seconds"),
        Column("median_low", "from", "seconds"),
        Column("median_high", "to", "seconds"),
        Column("slowest", "Slowest", "seconds"),
    )
    lines = []
    for fault, own in sorted(_grouped(faults).items(), key=lambda one: _title(one[0])):
        verdicts, times = Counter(one.verdict for one in own), _times(own)
        counts = (len(own), verdicts["right"], verdicts["person"], verdicts["wrong"])
        edges = (times.median, times.median_low, times.median_high)
        slowest = max((one.held_s for one in own if one.held_s is not None), default=None)
        lines.append(Line((_title(fault), *counts, *edges, slowest)))
    return Table("faults", "Faults in rehearsals", columns, lines)


def _chart_of_times(faults: Sequence[Rehearsed]) -> Chart:
    bars = []
    for fault, own in sorted(_grouped(faults).items(), key=lambda one: _title(one[0])):
        one = _times(own)
        if one.median is not None:
            said = f"{one.median:.1f} s ({one.count})"
            bars.append(Bar(_title(fault), (one.median,), said, one.median_low, one.median_high))
    return Chart("Seconds from fault to answer, median", ("seconds",), bars, "faults")


def _by_signal(alarms: Sequence[Alarm]) -> Table:
    columns = (
        Column("signal", "Signal"),
        Column("action", "What it asked for"),
        Column("alarms", "Alarms", "count"),
        Column("real", "Judged real", "count"),
        Column("false", "Judged false", "count"),
        Column("open", "Not judged", "count"),
        Column("median", "Since its beginning, median", "seconds"),
    )
    found: dict[tuple[str, str], list[Alarm]] = defaultdict(list)
    for one in alarms:
        found[one.signal, one.action].append(one)
    lines = []
    for (signal, action), own in sorted(found.items()):
        verdicts = Counter(one.verdict for one in own)
        counts = (len(own), verdicts["real"], verdicts["false"], verdicts[""])
        lines.append(Line((signal, action, *counts, of_values([a.seconds for a in own]).median)))
    return Table("alarms", "Alarms in real flips", columns, lines)


def _chart_of_alarms(alarms: Sequence[Alarm]) -> Chart:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for one in alarms:
        found[one.signal][one.verdict] += 1
    bars = []
    for signal, verdicts in sorted(found.items()):
        parts = (verdicts["real"], verdicts["false"], verdicts[""])
        said = f"{parts[0]} real, {parts[1]} false, {parts[2]} not judged"
        bars.append(Bar(signal, tuple(map(float, parts)), said))
    return Chart("Alarms in real flips", ("real", "false", "not judged"), bars, "alarms")


def _unjudged(alarms: Sequence[Alarm]) -> Table:
    columns = (
        Column("what", "What the guard saw"),
        Column("at", "When", "time"),
        Column("action", "What it asked for"),
    )
    waiting = [one for one in alarms if not one.verdict]
    lines = [
        Line(
            (one.sentence or one.signal, one.at, one.action),
            f"/cutovers/{one.run.cutover_id}/report#alarms",
        )
        for one in waiting[:LISTED]
    ]
    method = f"At most the last {LISTED}; each leads to where it is judged."
    return Table("unjudged", "Alarms that nobody has judged", columns, lines, method)
