"""What can be done to a practice world. None of it enters the trail: whoever does it says so.

Like every `actions`, nothing here commits. The switch and the metrics of a rehearsal work on the
same rows from the conductor's side.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.errors import BadInput, PassingFault
from onboarding.simulation.library import FAULTS
from onboarding.simulation.models import PracticeWorld
from onboarding.simulation.world import RATE, moved_part, seed_of

KEPT = 200  # moves and faults that a row remembers
LONGEST = 86400.0  # seconds a fault may last


def world(
    session: Session, key: str, *, rate: float | None = None, seed: int | None = None
) -> PracticeWorld:
    """The world of `key`, locked until the transaction ends; made where it is new. A `rate` or
    `seed` that differs from the row's replaces it."""
    query = select(PracticeWorld).where(PracticeWorld.key == key).with_for_update()
    query = query.execution_options(populate_existing=True)
    row = session.scalar(query)
    if row is None:
        module = sqlite if session.connection().dialect.name == "sqlite" else postgresql
        values = {"key": key, "seed": seed_of(key), "rate": RATE, "share": 0.0}
        fresh = module.insert(PracticeWorld).values(
            **values, moves=[], faults=[], selector={}, started_at=clock.now()
        )
        session.execute(fresh.on_conflict_do_nothing())
        row = session.scalars(query).one()
    if rate is not None:
        row.rate = rate
    if seed is not None:
        row.seed = seed
    return row


def set_share(
    session: Session,
    key: str,
    share: float,
    set_key: str,
    selector: Mapping[str, Any] | None = None,
) -> PracticeWorld:
    """Turn the world's switch to `share` percent of what `selector` does not pick, and all that it
    does; a `set_key` that was seen changes nothing.

    Raises PassingFault while the fault `switch_refuses` is on. Under `wrong_direction` the switch
    takes the other path's share for its own, and stays so until it is set again.
    """
    row, now = world(session, key), clock.now().timestamp()
    if any(known == set_key for _, _, known in row.moves):
        return row
    if row.world().active("switch_refuses", now):
        raise PassingFault(
            "the practice switch refuses every change",
            hint="the traffic stays where it is; clear the fault, or wait until it ends",
        )
    found = 100.0 - share if row.world().active("wrong_direction", now) else share
    row.share, row.selector = found, dict(selector or {})
    moved = moved_part(found, row.selector)
    row.moves = [*row.moves[1 - KEPT :], [now, moved, set_key]]
    return row


def inject(
    session: Session,
    key: str,
    kind: str,
    seconds: float = 60.0,
    strength: float | None = None,
    after_s: float = 0.0,
) -> PracticeWorld:
    """Begin a fault of the library, now or in `after_s` seconds. `strength` is the part of the moved traffic it reaches.

    Raises BadInput naming `kind`, `seconds` or `strength`.
    """
    if kind not in FAULTS:
        raise BadInput(
            f"there is no fault {kind!r}", place="kind", hint=f"one of {', '.join(FAULTS)}"
        )
    if not 0 < seconds <= LONGEST:
        raise BadInput(
            f"a fault of {seconds:g} seconds", place="seconds", hint="above 0 and up to 86400"
        )
    given = FAULTS[kind].strength if strength is None else strength
    if not 0 < given <= 1:
        raise BadInput(
            f"a strength of {given:g}", place="strength", hint="above 0 and up to 1, such as 0.2"
        )
    row, now = world(session, key), clock.now().timestamp()
    since = now + after_s
    fault = {"kind": kind, "since": since, "until": since + seconds, "strength": given}
    row.faults = [*row.faults[1 - KEPT :], fault]
    return row


def clear(session: Session, key: str, kind: str = "") -> PracticeWorld:
    """End the faults that are on, or only those of `kind`, and drop those to come; what they did
    stays done."""
    row, now = world(session, key), clock.now().timestamp()
    row.faults = [
        {**fault, "until": now}
        if fault["since"] <= now < fault["until"] and kind in ("", fault["kind"])
        else fault
        for fault in row.faults
        if fault["since"] <= now or kind not in ("", fault["kind"])
    ]
    return row
