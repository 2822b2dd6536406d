"""How long things may take by the kind of promise and the severity: as the vendor set it, else as
shipped (`clocks`)."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.errors import BadInput
from onboarding.tickets.clocks import KINDS, SEVERITIES, Target, shipped
from onboarding.tickets.models import PromisedTime
from onboarding.trail.log import Actor, lock_stream, record

Times = Mapping[tuple[str, int], timedelta]
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=365)


def times(session: Session) -> dict[tuple[str, int], timedelta]:
    """Of every kind and severity."""
    own = {(row.kind, row.severity): row.seconds for row in session.scalars(select(PromisedTime))}
    found = {}
    for kind in KINDS:
        for severity in SEVERITIES:
            seconds = own.get((kind, severity))
            known = shipped(kind, severity)
            found[kind, severity] = known if seconds is None else timedelta(seconds=seconds)
    return found


def time(session: Session, kind: str, severity: int) -> timedelta:
    """Of one kind of `clocks.KINDS`."""
    row = session.get(PromisedTime, (kind, severity))
    return shipped(kind, severity) if row is None else timedelta(seconds=row.seconds)


def target(session: Session, plan: str, severity: int) -> Target:
    """What a support plan promises."""
    return Target(
        *(time(session, f"{plan}_{what}", severity) for what in ("first", "next", "resolve"))
    )


def change(session: Session, actor: Actor, given: Times) -> None:
    """What is promised from now on; whatever was promised stays as it was. Raises BadInput at
    `<kind>_<severity>` for less than a minute, more than a year, and where something is solved
    before it is answered."""
    _check({**times(session), **given})
    lock_stream(session, "system")  # two who change it at once: one after the other
    before = times(session)
    changed = {key: span for key, span in given.items() if span != before[key]}
    for (kind, severity), span in changed.items():
        row = session.get(PromisedTime, (kind, severity))
        if span == shipped(kind, severity):
            if row is not None:
                session.delete(row)
            continue
        if row is None:
            row = PromisedTime(kind=kind, severity=severity)
            session.add(row)
        row.seconds = span.total_seconds()
    if changed:
        said = {f"{kind}_{n}": span.total_seconds() for (kind, n), span in changed.items()}
        record(session, "system", "tickets.promised", actor, {"seconds": said})


def _check(wanted: Times) -> None:
    for (kind, severity), span in wanted.items():
        place = f"{kind}_{severity}"
        if not SHORTEST <= span <= LONGEST:
            raise BadInput("this is no time to promise", place=place, hint="1 min to 365 d")
        first = wanted.get((kind.replace("_resolve", "_first"), severity), span)
        if span < first:
            hint = "longer than the first answer takes"
            raise BadInput("it would be solved before it is answered", place=place, hint=hint)
