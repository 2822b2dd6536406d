"""Keep what runs have seen, as the conductor's ticks go by."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.ramps.drive import Drive
from onboarding.ramps.history import moments
from onboarding.ramps.models import Moment
from onboarding.ramps.moments import Gathering, Seen, pairs, together

FIELDS = tuple(Seen.__dataclass_fields__)


def keep(session: Session, drives: Sequence[Drive]) -> None:
    """Take this second of `drives` in and write what is to be kept. One run a tick, at most, has
    its neighbours put together: no tick grows long by many runs of the same age."""
    rows = []
    for drive in drives:
        rows += [_row(drive.ramp_id, one) for one in drive.gathering.tick(_seen(drive))]
    if rows:
        session.execute(insert(Moment), rows)
    crowded = next((drive for drive in drives if drive.gathering.too_many), None)
    if crowded is not None:
        _halve(session, crowded.ramp_id, crowded.gathering)


def keep_end(session: Session, drive: Drive) -> None:
    """A run ended: keep what is left of it, and where it ended."""
    rows = [*drive.gathering.rest(), _seen(drive)]
    session.execute(insert(Moment), [_row(drive.ramp_id, one) for one in rows])


def _seen(drive: Drive) -> Seen:
    guard = drive.watch.guard
    evidence = guard.evidence() if guard else {}
    return Seen(
        at=clock.now(),
        seconds=drive.seen_s(),
        state=drive.state,
        step=drive.step,
        share=drive.share,
        evidence={signal: float(f"{value:.3g}") for signal, value in evidence.items()},
    )


def _row(ramp_id: int, seen: Seen) -> dict[str, Any]:
    return {"ramp_id": ramp_id, **{name: getattr(seen, name) for name in FIELDS}}


def _halve(session: Session, ramp_id: int, gathering: Gathering) -> None:
    found = moments(session, ramp_id)
    seen = [Seen(**{name: getattr(row, name) for name in FIELDS}) for row in found]
    gone = []
    for one, other in pairs(seen):
        for name, value in asdict(together([seen[one], seen[other]])).items():
            setattr(found[other], name, value)
        gone.append(found[one].id)
    session.execute(delete(Moment).where(Moment.id.in_(gone)))
    session.flush()
    gathering.halved(len(found) - len(gone))
