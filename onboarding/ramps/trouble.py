"""What breaks while one ramp is driven stays that ramp's own: it is held where it may be, and said.

An error that nobody foresaw (of an adapter from elsewhere, of a row that cannot be read) must end
neither the conductor nor the other ramps, and must not go unseen.
"""

import structlog
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.db import transaction
from onboarding.errors import TurnupError
from onboarding.ramps import actions, leases
from onboarding.ramps.calling import ring
from onboarding.ramps.course import Course
from onboarding.ramps.effects import carry_out
from onboarding.ramps.machine import Move, decide
from onboarding.ramps.models import Command, Ramp
from onboarding.ramps.queries import current
from onboarding.ramps.states import DRIVEN, MOVING
from onboarding.ramps.telling import RULE, Change
from onboarding.trail.log import record

log = structlog.get_logger()
HELD_IN = ("holding", "undecided", "waiting_go", "advancing")  # nothing stops what goes back
REST_S = 10.0  # seconds until a ramp that could not be taken is tried again
AGAIN_S = 300.0  # seconds between two entries about the same ramp
LONGEST = 300  # characters of an error


def away(error: Exception) -> bool:
    """Whether the database is away or has no connection to spare: no ramp's fault, and what was
    asked for waits until it is back."""
    if isinstance(error, OperationalError | InterfaceError | NoConnection):
        return True
    return isinstance(error, DBAPIError) and error.connection_invalidated


def in_words(error: Exception) -> str:
    """The error for people: a statement and its values are for the log alone."""
    if isinstance(error, TurnupError):
        return error.line()[:LONGEST]
    kind = type(error).__name__
    said = "" if isinstance(error, SQLAlchemyError) else str(error)
    return f"{kind}: {said}"[:LONGEST] if said else kind


class Troubles:
    """Belongs to one engine; `holder` names it in the leases."""

    def __init__(self, holder: str) -> None:
        self.holder = holder
        self._rest: dict[int, float] = {}
        self._told: dict[int, float] = {}

    def resting(self, ramp_id: int) -> bool:
        """Whether the ramp could not be taken a moment ago."""
        until = self._rest.get(ramp_id)
        return until is not None and clock.ticks() < until

    def driving(self, ramp_id: int, fence: int | None, error: Exception) -> None:
        """Driving it broke, or taking it (`fence` None): hold it, write it in the trail, page."""
        log.error("engine.broke", ramp=ramp_id, exc_info=error)
        now = clock.ticks()
        if fence is None:
            self._rest[ramp_id] = now + REST_S
        if away(error):
            return
        try:
            self._hold(ramp_id, fence, in_words(error))
        except leases.LeaseLost:
            log.warning("engine.lease_lost", ramp=ramp_id)
        except Exception as another:
            log.error("engine.cannot_tell", ramp=ramp_id, exc_info=another)

    def _hold(self, ramp_id: int, fence: int | None, words: str) -> None:
        with transaction() as session:
            cutover_id = session.scalars(select(Ramp.cutover_id).where(Ramp.id == ramp_id)).one()
            actions.lock(session, cutover_id)
            taken = fence if fence is not None else leases.take(session, ramp_id, self.holder)
            if taken is None:
                return
            ramp = leases.held(session, ramp_id, taken)
            ramp.lease_holder, ramp.lease_until = "", None  # whoever can drive it may
            why = f"Turnup could not drive it ({words}); the conductor's log says more"
            move = decide(ramp.state, "failed")
            if ramp.state in HELD_IN and isinstance(move, Move):
                carry_out(session, ramp, Course(()), move, Change("failed", reason=why))
            elif ramp.state in DRIVEN and self._due(ramp_id):
                _tell(session, ramp, why)

    def _due(self, ramp_id: int) -> bool:
        now, told = clock.ticks(), self._told.get(ramp_id)
        if told is not None and now - told < AGAIN_S:
            return False
        self._told[ramp_id] = now
        return True

    def command(self, command_id: int, cutover_id: int, error: Exception) -> None:
        """A command broke: it is refused with the reason, and whoever stands by is called."""
        log.error("engine.command_broke", command=command_id, exc_info=error)
        try:
            with transaction() as session:
                actions.lock(session, cutover_id)
                command: Command | None = actions.take_command(session, command_id)
                why = f"It could not be carried out ({in_words(error)}); the conductor's log says more"
                if command is not None:
                    actions.refuse(session, command, why)
                ramp = current(session, cutover_id, lock=True)
                if ramp is not None and ramp.state in DRIVEN:
                    if ramp.lease_holder == self.holder:
                        ramp.lease_holder, ramp.lease_until = (
                            "",
                            None,
                        )  # taken anew at the next tick
                    _tell(session, ramp, why)
        except Exception as another:
            log.error("engine.cannot_tell", command=command_id, exc_info=another)


def _tell(session: Session, ramp: Ramp, why: str) -> None:
    """In the trail, and to whoever stands by; nobody is called for practice."""
    record(session, ramp.cutover.stream, "ramp.broke", RULE, {"run": ramp.run, "reason": why})
    if not ramp.cutover.practice:
        ring(session, ramp, "critical" if ramp.state in MOVING else "error", why)
