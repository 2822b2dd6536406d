"""Wait for the answer to a command; where no conductor is alive, carry it out oneself."""

import os
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from onboarding import clock
from onboarding.db import db
from onboarding.errors import Negative, Refused, Stale
from onboarding.ramps.actions import Ready
from onboarding.ramps.leases import alive
from onboarding.ramps.models import Command
from onboarding.ramps.queries import current

if TYPE_CHECKING:
    from onboarding.ramps.engine import Engine

log = structlog.get_logger()
PATIENCE_S = 0.5  # a conductor that is alive has seen the command by then
LOOK_S = 0.02
ANSWERED = ("done", "refused", "failed")


@dataclass(frozen=True)
class Answer:
    """What came of a command: `state` as in `Command`, `text` for the person who asked."""

    command: int
    verb: str
    state: str
    text: str

    def check(self) -> "Answer":
        """Itself where it was done or is under way; raises Refused or Negative where not."""
        if self.state == "refused":
            first = " first: " in self.text
            raise (Stale if first else Refused)(self.text, hint="look where the ramp stands now")
        if self.state == "failed":
            raise Negative(self.text, hint="look where the ramp stands now")
        return self


def _engine(name: str, ready: Ready, cutover_id: int) -> "Engine":
    # It brings numpy, which the web process needs in an emergency alone.
    from onboarding.ramps.engine import Engine  # noqa: PLC0415

    return Engine(name, ready=ready, only=cutover_id, automatic=False)


def answer(command_id: int, ready: Ready, *, seconds: float) -> Answer:
    """The answer to the command, waited for at most `seconds`. Where nobody's lease is alive, this
    process takes it, acts, and releases it: the switch is turned with web, Redis and conductor
    down. Call it within an app context, outside `transaction()`."""
    began = clock.ticks()
    engine: Engine | None = None
    ticked = 0.0
    try:
        while True:
            found, untended, cutover_id = _look(command_id)
            now = clock.ticks()
            if found.state in ANSWERED or now - began >= seconds:
                return found
            if engine is None and untended and now - began >= PATIENCE_S:
                name = f"stand-in:{os.getpid()}:{secrets.token_hex(3)}"
                log.warning("ramp.stand_in", cutover=cutover_id, holder=name)
                engine = _engine(name, ready, cutover_id)
            if engine is None:
                time.sleep(LOOK_S)
                continue
            engine.settle()
            engine.commands()
            if not engine.drives:
                engine.fleet.take_only(cutover_id)
            if now - ticked >= 1.0:
                ticked = now
                engine.tick()
            engine.hands.bell.wait(LOOK_S)
    finally:
        if engine is not None:
            engine.close()


def unanswered(commands: Iterable[tuple[int, int]], ready: Ready, *, seconds: float) -> list[str]:
    """Wait for the answers to several (command, cutover), at most so many seconds in all; the words
    of those that were not done."""
    until, left = clock.ticks() + seconds, []
    for command_id, cutover_id in commands:
        found = answer(command_id, ready, seconds=max(0.1, until - clock.ticks()))
        if found.state != "done":
            left.append(f"cutover {cutover_id}: {found.text or 'not answered yet'}")
    return left


def _look(command_id: int) -> tuple[Answer, bool, int]:
    """The answer so far, whether nobody's lease on the ramp is alive, and whose cutover it is."""
    session = db.session()
    try:
        command = session.get_one(Command, command_id, populate_existing=True)
        ramp = current(session, command.cutover_id)
        tended = ramp is not None and alive(ramp)
        found = Answer(command.id, command.verb, command.state, command.answer)
        return found, not tended, command.cutover_id
    finally:
        session.rollback()
