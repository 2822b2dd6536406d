"""Reads of rehearsals with a script: their runs, and the score of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.cutovers.models import Cutover
from onboarding.ramps.comparing import compared
from onboarding.ramps.guarding import watched_of
from onboarding.ramps.models import Ramp
from onboarding.ramps.scoring import (
    ENDS,
    STOPS,
    Happening,
    Score,
    Verdict,
    expected,
    overall,
    scores,
)
from onboarding.rosters import queries as rosters
from onboarding.simulation.library import FAULTS
from onboarding.simulation.scripts import Planned, script
from onboarding.trail.models import Entry, Stream

CALLED = ("primary", "backup")
SHOWN = 10  # rehearsals in a list, the latest first


@dataclass(frozen=True)
class Broken:
    """One fault of a rehearsal, and how it was answered."""

    planned: Planned
    title: str
    score: Score


@dataclass(frozen=True)
class Rehearsed:
    """One rehearsal: its run, its faults in their order, the verdict on all of it, and how many of
    the seats that are called were on station when the first fault began."""

    ramp: Ramp
    faults: Sequence[Broken]
    verdict: Verdict
    on_station: int
    seats: int


def of_turnup(session: Session, turnup_id: int) -> list[Rehearsed]:
    """The latest rehearsals with a script of the turn-up, the latest first."""
    query = select(Ramp).join(Cutover).where(Cutover.turnup_id == turnup_id, Ramp.script != "")
    query = query.order_by(Ramp.started_at.desc(), Ramp.id.desc()).limit(SHOWN)
    return [of_run(session, ramp) for ramp in session.scalars(query)]


def of_run(session: Session, ramp: Ramp) -> Rehearsed:
    """One run that follows a script."""
    faults, until = script(ramp.script), ramp.ended_at or clock.now()
    watched = watched_of(ramp.cutover)
    wanted = [expected(one.kind, watched) for one in faults]
    begins = {int(n): datetime.fromtimestamp(at, UTC) for n, at in ramp.faults_at.items()}
    happened = _happened(session, ramp)
    found = scores(happened, faults, begins, wanted, until, partial(compared, session, ramp))
    called = [one for one in rosters.seats(session, ramp.cutover_id) if one.role in CALLED]
    at = min((one.began for one in found if one.began), default=until)
    there = [one for one in called if one.on_station_at and one.on_station_at <= at]
    broken = [
        Broken(one, FAULTS[one.kind].title, its) for one, its in zip(faults, found, strict=True)
    ]
    return Rehearsed(ramp, broken, overall(found), len(there), len(called))


def _happened(session: Session, ramp: Ramp) -> Sequence[Happening]:
    """What the trail tells of this run. Its last entries are a little younger than its end."""
    after = select(func.min(Ramp.started_at)).where(
        Ramp.cutover_id == ramp.cutover_id, Ramp.run > ramp.run
    )
    query = (
        select(Entry)
        .join(Stream)
        .where(Stream.name == ramp.cutover.stream, Entry.kind.in_(("ramp.intent", *STOPS, *ENDS)))
        .where(Entry.at >= ramp.started_at)
        .order_by(Entry.number)
    )
    if (next_run := session.scalar(after)) is not None:
        query = query.where(Entry.at < next_run)
    return [Happening(one.at, one.kind, one.payload) for one in session.scalars(query)]
