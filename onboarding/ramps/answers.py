"""What an engine makes of the answers of switches and sources."""

from typing import Protocol

import structlog

from onboarding import clock
from onboarding.db import transaction
from onboarding.errors import TurnupError
from onboarding.faults import fault_point
from onboarding.ramps import actions, leases
from onboarding.ramps.alarms import GUARD, tell_alarms
from onboarding.ramps.course import Aim, found_at, is_at
from onboarding.ramps.drive import Drive
from onboarding.ramps.errands import Errands
from onboarding.ramps.hands import Errand
from onboarding.ramps.models import Ramp
from onboarding.ramps.states import DRIVEN
from onboarding.ramps.telling import RULE, Change, drifted
from onboarding.ramps.touching import Outcome
from onboarding.ramps.verdicts import Verdict
from onboarding.switches.base import Position
from onboarding.switches.selectors import from_json
from onboarding.trail.log import record

log = structlog.get_logger()
TRIES = 3  # times a switch is asked for a step before it counts as failed
STRAY_S = 60.0  # after which a call that hangs is taken for dead
BY_HAND_S = 60.0  # for a person to turn a switch back, before others are called as well
SILENT_READS = 3  # reads in a row without an answer after which a ramp is held


class Changing(Protocol):
    """How an engine takes an event through the machine; `pursue` as in `Engine.change`."""

    def __call__(self, drive: Drive, change: Change, *, pursue: bool = True) -> bool: ...


class Answers:
    """Belongs to one engine: `change` is its way to write, `errands` its way to ask again."""

    def __init__(self, change: Changing, errands: Errands) -> None:
        self.change, self.errands = change, errands

    def came(self, drive: Drive, errand: Errand) -> None:
        """One answer; those to questions that were dropped meanwhile only free the way."""
        if errand is drive.metrics_errand:
            self._counts(drive, errand)
            return
        if errand is not drive.switch_errand:
            return
        drive.switch_errand = None
        outcome = self._outcome(errand)
        drive.switch_fault = outcome.fault.line() if outcome.fault else ""
        if errand.running:  # it was given up: nobody knows what it will still do
            drive.strays.append(errand)
            drive.renew_switch(clock.now())
        if errand.purpose == "touch":
            self._touched(drive, errand, outcome)
        elif errand.purpose == "undo":
            self._undone(drive, errand, outcome)
        else:
            self._read(drive, errand, outcome)

    @staticmethod
    def _outcome(errand: Errand) -> Outcome:
        if errand.error is None:
            assert isinstance(errand.result, Outcome)
            return errand.result
        if isinstance(errand.error, TurnupError):
            return Outcome(None, errand.error)
        log.error("switch.broke", owner=errand.owner, exc_info=errand.error)
        kind = type(errand.error).__name__
        return Outcome(None, TurnupError(f"the switch's adapter broke ({kind}): {errand.error}"))

    # counts

    def _counts(self, drive: Drive, errand: Errand) -> None:
        if errand.error is not None:
            known = isinstance(errand.error, TurnupError)
            text = errand.error.line() if known else repr(errand.error)  # type: ignore[attr-defined]
            drive.metrics_fault = text
            if not known:
                log.error("metrics.broke", stream=drive.stream, exc_info=errand.error)
            return
        verdicts = drive.took(errand.result)
        if not drive.moved:
            return  # nothing is on the new path: there is nothing to hold or to take back
        alarms = [v for v in verdicts if v.action != "undecided" and v.new]
        # of several seconds that came at once, as after a crash, each alarm is told once
        alarms = list({(v.signal, v.action): v for v in reversed(alarms)}.values())[::-1]
        rollback = next((v for v in verdicts if v.action == "rollback"), None)
        hold = next((v for v in alarms if v.action == "hold"), None)
        if alarms:
            drive.gathering.alarm()
        done = False
        if rollback is not None:
            done = self._guard(drive, drive.way_back(), rollback, alarms)
        elif hold is not None:
            done = self._guard(drive, "guard_hold", hold, alarms)
        if alarms and not done:  # they lead nowhere, and are told all the same
            with transaction() as session:
                actions.lock(session, drive.cutover_id)
                ramp = leases.held(session, drive.ramp_id, drive.fence)
                tell_alarms(session, ramp, drive, alarms)
            fault_point("ramps.alarmed")

    def _guard(self, drive: Drive, event: str, verdict: Verdict, alarms: list[Verdict]) -> bool:
        if not drive.possible(event):
            return False
        detail, said = {"signal": verdict.signal}, drive.watch.told(verdict)
        change = Change(event, GUARD, reason=said, detail=detail, alarms=tuple(alarms))
        return self.change(drive, change)

    # the switch

    def _touched(self, drive: Drive, errand: Errand, outcome: Outcome) -> None:
        asked = drive.asked
        if asked is None or asked.id != errand.about:
            drive.read_at = 0.0  # something else is wanted by now: look again soon
            if asked is not None:
                self.errands.touch(drive)
            return
        found = outcome.position
        if found is not None and self._is_at(drive, found, asked.aim):
            self._reached(drive, errand, found)
            return
        if drive.by_hand and not outcome.final() and not self._overdue(drive):
            return  # a person turns it and will confirm it
        why = self._why(outcome, asked.aim)
        drive.tries += 1
        if drive.state == "rolling_back":
            log.error("ramp.stuck", stream=drive.stream, tries=drive.tries, why=why)
            self.change(drive, Change("failed", reason=why, found=found), pursue=False)
        elif outcome.final() or drive.tries >= TRIES:
            self.change(drive, Change("failed", reason=why, found=found))

    @staticmethod
    def _overdue(drive: Drive) -> bool:
        """Whether a person has been asked to take traffic back, and has had the time to."""
        asked = drive.asked
        if asked is None or drive.state != "rolling_back":
            return False
        return (clock.now() - asked.opened_at).total_seconds() >= BY_HAND_S

    @staticmethod
    def _why(outcome: Outcome, wanted: Aim) -> str:
        if outcome.fault is not None or outcome.position is None:
            fault = outcome.fault.line() if outcome.fault else "it was not read"
            return f"The switch did not get to {wanted}: {fault}"
        return f"The switch was set to {wanted} and was read at {found_at(outcome.position)}"

    def _reached(self, drive: Drive, errand: Errand, found: Position) -> None:
        """What is wanted was read by `errand`; a roll-back believes it only where no older call may
        have turned the switch since, and else looks again at the next beat."""
        if drive.state == "rolling_back" and any(_may_turn_it(one, errand) for one in drive.strays):
            return
        drive.strays = []
        drive.read_at, drive.read_failures = drive.beat_at, 0
        self.change(drive, Change("reached", found=found))

    def _undone(self, drive: Drive, errand: Errand, outcome: Outcome) -> None:
        """An intent older than this lease: it had taken effect, or nobody wants it any more."""
        asked, found = drive.asked, outcome.position
        if asked is None:
            return
        if found is None:
            return  # asked again at the next beat
        if self._is_at(drive, found, asked.aim):
            self._reached(drive, errand, found)
        else:
            why = (
                f"No conductor was there to finish moving to {asked.aim}; "
                f"the switch was read at {found_at(found)}"
            )
            self.change(drive, Change("failed", reason=why, found=found))

    def _read(self, drive: Drive, errand: Errand, outcome: Outcome) -> None:
        drive.read_at = drive.beat_at
        found = outcome.position
        if found is None:
            drive.read_failures += 1
            if drive.read_failures == SILENT_READS and drive.possible("failed"):
                why = f"The switch cannot be read: {drive.switch_fault}"
                self.change(drive, Change("failed", reason=why))
            return
        drive.read_failures = 0
        if drive.asked is not None:
            if self._is_at(drive, found, drive.asked.aim):
                self._reached(drive, errand, found)
            return
        if drive.state == "drifted" and self._is_at(drive, found, drive.course.aim(drive.step)):
            self.change(drive, Change("settled", found=found))
        elif not self._is_at(drive, found, drive.expected):
            if drive.possible("drift"):
                self.change(drive, Change("drift", found=found))
        elif drive.share is None and drive.possible("settled"):
            self.change(drive, Change("settled", found=found))

    @staticmethod
    def _is_at(drive: Drive, found: Position, aim: Aim) -> bool:
        return is_at(found, aim, drive.switch.ability)


def _may_turn_it(stray: Errand, reading: Errand) -> bool:
    """Whether a call that nobody waits for may have turned the switch after `reading` looked at it,
    or may still: it is on its way, and not for ever, or came back since. One that has not begun
    finds that something else is wanted."""
    if stray.began is None or reading.began is None:
        return False
    if stray.running:
        return clock.ticks() - stray.began < STRAY_S
    return stray.ended is not None and stray.ended >= reading.began


def too_late(errand: Errand) -> None:
    """A switch was set under a lease that ran out in the middle of the call, as where a machine is
    suspended. Whoever drives the ramp by now reads the switch and finds it; of a run that has
    ended nobody does, so that it is said here."""
    outcome = errand.result
    if errand.purpose != "touch" or not isinstance(outcome, Outcome) or outcome.position is None:
        return
    with transaction() as session:
        ramp = session.get(Ramp, errand.owner)
        if ramp is None or ramp.state in DRIVEN or ramp.share is None:
            return
        actions.lock(session, ramp.cutover_id)
        expected = Aim(ramp.share, from_json(ramp.selector))
        if found_at(outcome.position) != expected:
            log.error("switch.set_too_late", stream=ramp.cutover.stream)
            payload = drifted(outcome.position, expected)
            record(session, ramp.cutover.stream, "switch.drift", RULE, {"run": ramp.run, **payload})
