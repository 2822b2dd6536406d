"""Reads of rehearsals with a script: their runs, and the score of each."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.cutovers.models import Cutover
from onboarding.ramps.guarding import watched_of
from onboarding.ramps.models import Ramp
from onboarding.ramps.scoring import ENDS, STOPS, Happening, Score, expected, score
from onboarding.rosters import queries as rosters
from onboarding.simulation.library import FAULTS
from onboarding.simulation.scripts import SCRIPTS
from onboarding.trail.models import Entry, Stream

CALLED = ("primary", "backup")
SHOWN = 10  # rehearsals in a list, the latest first


@dataclass(frozen=True)
class Rehearsed:
    """One rehearsal: its run, the fault's title, the score, and how many of the seats that are
    called were on station when the fault began."""

    ramp: Ramp
    title: str
    score: Score
    on_station: int
    seats: int


def of_turnup(session: Session, turnup_id: int) -> list[Rehearsed]:
    """The latest rehearsals with a script of the turn-up, the latest first."""
    query = select(Ramp).join(Cutover).where(Cutover.turnup_id == turnup_id, Ramp.script != "")
    query = query.order_by(Ramp.started_at.desc(), Ramp.id.desc()).limit(SHOWN)
    return [_rehearsed(session, ramp) for ramp in session.scalars(query)]


def _rehearsed(session: Session, ramp: Ramp) -> Rehearsed:
    script, until = SCRIPTS[ramp.script], ramp.ended_at or clock.now()
    wanted = expected(script.kind, watched_of(ramp.cutover))
    found = score(_happened(session, ramp), script, ramp.fault_at, wanted, until)
    called = [one for one in rosters.seats(session, ramp.cutover_id) if one.role in CALLED]
    at = found.began or until
    there = [one for one in called if one.on_station_at and one.on_station_at <= at]
    return Rehearsed(ramp, FAULTS[script.kind].title, found, len(there), len(called))


def _happened(session: Session, ramp: Ramp) -> Sequence[Happening]:
    """What the trail tells of this run."""
    query = (
        select(Entry)
        .join(Stream)
        .where(Stream.name == ramp.cutover.stream, Entry.kind.in_(("ramp.intent", *STOPS, *ENDS)))
        .where(Entry.at >= ramp.started_at, Entry.at <= (ramp.ended_at or clock.now()))
        .order_by(Entry.number)
    )
    return [Happening(one.at, one.kind, one.payload) for one in session.scalars(query)]
