"""The ramps that this process drives: their leases are taken, kept, and let go here."""

import structlog

from onboarding import clock
from onboarding.db import db, transaction
from onboarding.faults import fault_point
from onboarding.ramps import leases
from onboarding.ramps.adapters import Adapters
from onboarding.ramps.drive import Drive
from onboarding.ramps.errands import Errands
from onboarding.ramps.leases import Look
from onboarding.ramps.ledger import write_figures
from onboarding.ramps.models import Ramp
from onboarding.ramps.queries import current
from onboarding.ramps.states import DRIVEN
from onboarding.ramps.trouble import Troubles, away

log = structlog.get_logger()
TAKING_S = 0.4  # seconds of one tick that may go into taking leases


class Fleet:
    """Belongs to one engine. `holder` names the process in the leases; `errands` sends for what
    has to be looked at once a lease was taken, `troubles` says what breaks; `lease` is how long all
    of them still stand."""

    def __init__(
        self, holder: str, adapters: Adapters, errands: Errands, troubles: Troubles
    ) -> None:
        self.holder, self.adapters, self.errands = holder, adapters, errands
        self.troubles = troubles
        self.lease = errands.lease
        self.drives: dict[int, Drive] = {}
        self.by_cutover: dict[int, Drive] = {}

    def take(self) -> None:
        """Take the leases of running ramps that nobody drives, for a part of a tick at most."""
        began = clock.ticks()
        session = db.session()
        try:
            free = list(leases.untended(session, 500))
        finally:
            session.rollback()
        for ramp_id in free:
            if clock.ticks() - began > TAKING_S:
                return
            if ramp_id in self.drives:
                self.drop(self.drives[ramp_id])
            self._take(ramp_id)

    def take_only(self, cutover_id: int) -> None:
        """Take the lease of the latest run of this one cutover, if it is free."""
        session = db.session()
        try:
            ramp = current(session, cutover_id)
            ramp_id = ramp.id if ramp and ramp.state in DRIVEN else None
        finally:
            session.rollback()
        if ramp_id is not None and ramp_id not in self.drives:
            self._take(ramp_id)

    def _take(self, ramp_id: int) -> None:
        """Take one that is free; where that breaks, it is said and the others are taken."""
        if self.troubles.resting(ramp_id):
            return
        try:
            self._take_free(ramp_id)
        except Exception as error:
            if away(error):
                raise
            drive = self.drives.get(ramp_id)
            if drive is not None:
                self.drop(drive)
            self.troubles.driving(ramp_id, drive.fence if drive else None, error)

    def _take_free(self, ramp_id: int) -> None:
        look = self.lease.look()
        with transaction() as session:
            fence = leases.take(session, ramp_id, self.holder)
            if fence is None:
                return
            drive = self.made(leases.held(session, ramp_id, fence))
        self.have(drive, look)

    def made(self, ramp: Ramp) -> Drive:
        """A ramp in memory, within the transaction that took its lease."""
        return Drive(db.session(), ramp, self.adapters)

    def have(self, drive: Drive, look: Look) -> None:
        """Its lease is committed; `look` was taken just before."""
        if not self.drives:
            self.lease.renewed(look)
        self.drives[drive.ramp_id] = self.by_cutover[drive.cutover_id] = drive
        fault_point("ramps.lease_taken")
        self.errands.reconcile(drive)

    def write(self) -> None:
        """Write figures and guards' states, and renew the leases."""
        self.believe()
        look = self.lease.look()
        if self.drives:
            fault_point("ramps.before_figures")
            lost, broken = write_figures(list(self.drives.values()), self.holder)
            for drive in lost:
                log.warning("engine.lease_lost", stream=drive.stream)
                self.drop(drive)
            for drive, error in broken:
                self.drop(drive)
                self.troubles.driving(drive.ramp_id, drive.fence, error)
        self.lease.renewed(look)

    def drop(self, drive: Drive) -> None:
        """Touch it no more."""
        drive.gone = True
        self.drives.pop(drive.ramp_id, None)
        if self.by_cutover.get(drive.cutover_id) is drive:
            del self.by_cutover[drive.cutover_id]

    def believe(self) -> None:
        """Where the leases ran out (this process slept, or the clocks jumped): touch nothing more."""
        if self.lease.good():
            return
        if self.drives:
            log.warning("engine.leases_lost", ramps=len(self.drives))
        for drive in list(self.drives.values()):
            self.drop(drive)
        self.lease.renewed(self.lease.look())

    def release(self) -> None:
        """Give every lease back, as at a clean end: others take over at once."""
        with transaction() as session:
            for drive in self.drives.values():
                leases.release(session, drive.ramp_id, drive.fence)
        fault_point("ramps.given_back")
        for drive in list(self.drives.values()):
            self.drop(drive)
