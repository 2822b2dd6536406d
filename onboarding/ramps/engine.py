"""The engine: drives every ramp under this process's lease, one short piece of work at a time.

Intent committed → switch set (idempotent, with a key) → read back → what was read is recorded.
Each piece is its own transaction, which checks the fence; the calls to switches and sources are
errands of `hands`, so that no ramp waits for another's. Made within an app context; used by one
thread.
"""

from collections.abc import Callable
from contextlib import suppress

import structlog
from flask import Flask, current_app
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.db import db, transaction
from onboarding.faults import fault_point
from onboarding.ramps import actions, leases, muting
from onboarding.ramps.adapters import REGISTERED, Adapters
from onboarding.ramps.alarms import tell_alarms
from onboarding.ramps.answers import Answers, too_late
from onboarding.ramps.drive import Drive
from onboarding.ramps.effects import carry_out
from onboarding.ramps.errands import Errands
from onboarding.ramps.fleet import Fleet
from onboarding.ramps.hands import Errand, Hands
from onboarding.ramps.keeping import keep_end
from onboarding.ramps.leases import LeaseClock, LeaseLost
from onboarding.ramps.leaving import check
from onboarding.ramps.machine import Refusal, decide
from onboarding.ramps.models import Ramp
from onboarding.ramps.queries import current, waiting
from onboarding.ramps.seeing import tell_blind
from onboarding.ramps.states import DRIVEN
from onboarding.ramps.telling import Change
from onboarding.ramps.trouble import Troubles, away

log = structlog.get_logger()
CHUNK = 50  # ramps between two looks at what people ask for


class Engine:
    """Drives ramps. `holder` names this process in the leases. `only` restricts it to one
    cutover, `automatic` false leaves guard and clock to a conductor: both for a caller that
    stands in where no conductor is."""

    def __init__(
        self,
        holder: str,
        *,
        ready: actions.Ready,
        adapters: Adapters = REGISTERED,
        hands: Hands | None = None,
        only: int | None = None,
        automatic: bool = True,
    ) -> None:
        self.app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        self.holder, self.ready = holder, ready
        self.hands = hands or Hands()
        self.only, self.automatic = only, automatic
        self.errands = Errands(self.app, self.hands, LeaseClock())
        self.troubles = Troubles(holder)
        self.fleet = Fleet(holder, adapters, self.errands, self.troubles)
        self.answers = Answers(self.change, self.errands)

    @property
    def drives(self) -> dict[int, Drive]:
        """The ramps under this process's leases, by their ids."""
        return self.fleet.drives

    def tick(self) -> None:
        """What is due each second: leases, guards' data, clocks, figures."""
        self.fleet.believe()
        if self.only is None:
            self.fleet.take()
        fault_point("ramps.before_tick")
        for number, drive in enumerate(list(self.drives.values())):
            if number % CHUNK == CHUNK - 1:
                self.settle()
                self.commands()
            self._guarded(drive, self._beat)
        self.fleet.write()
        fault_point("ramps.ticked")

    def settle(self) -> None:
        """Deal with what switches and sources have answered."""
        for errand in self.hands.finished():
            drive = self.drives.get(errand.owner)
            if drive is not None and self.fleet.lease.good():
                self._guarded(drive, lambda d, e=errand: self.answers.came(d, e))  # type: ignore[misc]
            else:
                self._too_late(errand)

    def commands(self) -> None:
        """Carry out what people have asked for, oldest first."""
        session = db.session()
        try:
            found = [(c.id, c.cutover_id) for c in waiting(session)]
        finally:
            session.rollback()
        for command_id, cutover_id in found:
            if self.only in (None, cutover_id):
                self._command(command_id, cutover_id)

    def change(self, drive: Drive, change: Change, *, pursue: bool = True) -> bool:
        """Take an event through the machine in a transaction; False where it leads nowhere.
        `pursue`: touch the switch at once where that follows, not at the next tick. Raises
        LeaseLost."""
        with transaction() as session:
            actions.lock(session, drive.cutover_id)
            ramp = leases.held(session, drive.ramp_id, drive.fence)
            move = decide(ramp.state, change.event)
            if isinstance(move, Refusal):
                return False
            ramp.held_s = drive.held_s
            if change.alarms:
                tell_alarms(session, ramp, drive, change.alarms)
            carry_out(session, ramp, drive.course, move, change)
            self._mirror(session, drive, ramp)
            fault_point("ramps.before_change")
        fault_point("ramps.changed")
        log.info("ramp.changed", stream=drive.stream, happened=change.event, state=drive.state)
        if pursue or drive.state not in DRIVEN:
            self.after(drive)
        return True

    def after(self, drive: Drive) -> None:
        """What follows a committed change: pursue the intent, or let an ended run go."""
        if drive.state not in DRIVEN:
            self.fleet.drop(drive)
            fault_point("ramps.released")
        elif drive.asked is not None:
            self.errands.touch(drive)

    def _mirror(self, session: Session, drive: Drive, ramp: Ramp) -> None:
        session.flush()
        drive.refresh(session, ramp)
        if ramp.state not in DRIVEN:
            ramp.lease_holder, ramp.lease_until = "", None
            keep_end(session, drive)

    def _guarded(self, drive: Drive, work: Callable[[Drive], object]) -> None:
        """One ramp's trouble stays its own: it is let go and said, taken anew and reconciled."""
        try:
            work(drive)
        except LeaseLost:
            log.warning("engine.lease_lost", stream=drive.stream)
            self.fleet.drop(drive)
        except Exception as error:
            self.fleet.drop(drive)
            self.troubles.driving(drive.ramp_id, drive.fence, error)

    def _too_late(self, errand: Errand) -> None:
        try:
            too_late(errand)
        except Exception as error:
            if away(error):
                raise
            log.error("engine.broke", ramp=errand.owner, exc_info=error)

    def _beat(self, drive: Drive) -> None:
        event = drive.beat() if self.automatic else None
        if self.automatic and (gone := muting.over(drive.muted, clock.now())):
            self.change(drive, Change("mute_over", detail={"signal": ", ".join(gone)}))
        if keys := drive.to_check(event):
            check(drive, keys)
        if self.automatic and drive.blindness.turns(why := drive.blind(), drive.state):
            tell_blind(drive, why)
        if drive.unmet and event in ("hold_over", "plan_over"):
            event = None
        if event is not None:
            doubt = drive.doubt() if event == "unjudged" else ""
            self.change(drive, Change(event, reason=doubt))
        if drive.ramp_id in self.drives:
            self.errands.send_due(drive, metrics=self.automatic)

    def _command(self, command_id: int, cutover_id: int) -> None:
        drive = self.fleet.by_cutover.get(cutover_id)
        try:
            if drive is None:
                self._adopt(command_id, cutover_id)
            else:
                self._handle(drive, command_id)
        except LeaseLost:
            if drive is not None:
                self.fleet.drop(drive)
        except Exception as error:
            if away(error):  # every command waits for it
                raise
            drive = drive or self.fleet.by_cutover.get(cutover_id)
            if drive is not None:
                self.fleet.drop(drive)
            self.troubles.command(command_id, cutover_id, error)

    def _handle(self, drive: Drive, command_id: int) -> None:
        with transaction() as session:
            actions.lock(session, drive.cutover_id)
            ramp = leases.held(session, drive.ramp_id, drive.fence)
            command = actions.take_command(session, command_id)
            if command is None:
                return
            fault_point("ramps.before_command")
            ramp.held_s = drive.held_s
            actions.handle(session, command, ramp)
            if command.verb == "confirm":
                drive.read_at = 0.0  # what they turned is read at once
            self._mirror(session, drive, ramp)
        fault_point("ramps.command_handled")
        self.after(drive)

    def _adopt(self, command_id: int, cutover_id: int) -> None:
        """A command for a cutover that this engine does not drive: start a run, or take the lease
        of the one there is, if it is free."""
        look = self.fleet.lease.look()
        with transaction() as session:
            actions.lock(session, cutover_id)
            command = actions.take_command(session, command_id)
            if command is None:
                return
            ramp = current(session, cutover_id)
            if ramp is None or (command.verb == "start" and ramp.state not in DRIVEN):
                ramp = actions.start_run(session, command, self.holder, self.ready)
                if ramp is None:
                    return
            else:
                fence = leases.take(session, ramp.id, self.holder)
                if fence is None:
                    return
                ramp = leases.held(session, ramp.id, fence)
                actions.handle(session, command, ramp)
            fault_point("ramps.before_command")
            drive = self.fleet.made(ramp)
            self._mirror(session, drive, ramp)
        fault_point("ramps.command_handled")
        if drive.state in DRIVEN:
            self.fleet.have(drive, look)

    def close(self) -> None:
        """End cleanly."""
        with suppress(LeaseLost):
            self.fleet.release()
        self.hands.close()
