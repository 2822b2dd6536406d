"""What a tick leaves behind: figures, guards' states and renewed leases, in one transaction."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, select, update

from onboarding import clock
from onboarding.cutovers.models import Cutover
from onboarding.db import transaction
from onboarding.live import pings
from onboarding.ramps.drive import Drive
from onboarding.ramps.figures import figures
from onboarding.ramps.keeping import keep
from onboarding.ramps.leases import LEASE_S, held
from onboarding.ramps.models import Ramp
from onboarding.ramps.trouble import away

table = Ramp.__table__
WRITE = (
    update(Ramp)
    .where(table.c.id == bindparam("ramp"), table.c.fence == bindparam("under"))
    .values(
        lease_until=bindparam("until"),
        held_s=bindparam("held"),
        guard=bindparam("watch"),
        figures=bindparam("shown"),
        metrics_until=bindparam("counted"),
    )
)


Broken = list[tuple[Drive, Exception]]


def write_figures(drives: Sequence[Drive], holder: str) -> tuple[list[Drive], Broken]:
    """Renew the leases of `drives` and write the tick of each; those that another conductor has
    taken are given back, and those that break the writing with what they broke it by. One whose
    plan was changed takes the new plan over. Raises SQLAlchemyError where the database is away."""
    try:
        return _written(drives, holder), []
    except Exception as error:
        if away(error):
            raise
        lost: list[Drive] = []
        broken: Broken = []
        for drive in drives:  # which of them it is
            try:
                lost += _written([drive], holder)
            except Exception as own:
                if away(own):
                    raise
                broken.append((drive, own))
        return lost, broken


def _written(drives: Sequence[Drive], holder: str) -> list[Drive]:
    shown = {drive.ramp_id: figures(drive) for drive in drives}
    until = clock.now() + timedelta(seconds=LEASE_S)
    with transaction() as session:
        query = select(Ramp.id, Ramp.fence, Cutover.version).join(Cutover)
        query = query.where(Ramp.lease_holder == holder).with_for_update(of=Ramp)
        mine = {row.id: (row.fence, row.version) for row in session.execute(query)}
        lost = [drive for drive in drives if mine.get(drive.ramp_id, (0, 0))[0] != drive.fence]
        kept = [drive for drive in drives if drive not in lost]
        for drive in kept:
            if mine[drive.ramp_id][1] != drive.version:
                drive.plan(session, held(session, drive.ramp_id, drive.fence))
        if kept:
            rows = [_row(drive, until, shown[drive.ramp_id]) for drive in kept]
            session.connection().execute(WRITE, rows)
            keep(session, kept)
    pings.publish_all([(drive.stream, "tick", shown[drive.ramp_id]) for drive in kept])
    return lost


def _row(drive: Drive, until: Any, shown: dict[str, Any]) -> dict[str, Any]:
    return {
        "ramp": drive.ramp_id,
        "under": drive.fence,
        "until": until,
        "held": drive.held_s,
        "watch": drive.watch.state(),
        "shown": shown,
        "counted": drive.metrics_until,
    }
