"""What goes out over HTTP: a turn for each bridge that has something new, one at a time for each.

A chat gets about one message a second in each channel: what came in the meantime goes together as
one. Each chat has a few threads of its own, so that one that hangs delays no other.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

import structlog
from flask import Flask
from sqlalchemy.exc import DBAPIError

from onboarding import clock
from onboarding.bridges import actions, queries
from onboarding.bridges.holding import Lease
from onboarding.bridges.making import make
from onboarding.bridges.queries import Mark
from onboarding.bridges.turns import Turn, chat_of
from onboarding.config import settings
from onboarding.db import db, transaction
from onboarding.errors import AdapterError, PassingFault, PermanentFault, TurnupError
from onboarding.ramps.leases import LeaseLost

log = structlog.get_logger()
THREADS = 4
PACE_S = 1.1  # between two messages to one channel
AGAIN_S = 60.0  # a bridge gets a turn, whether anything has moved or not
#: How often the other side is read for what did not come by itself.
READ_S = {"slack": 300.0, "mattermost": 3.0}
SLOW_S = 300.0  # what only a person can mend is tried again so seldom


class Carriers:
    """Hands out turns. One thread calls `turn` again and again, within an app context."""

    EACH_S = 0.4

    def __init__(self, app: Flask, lease: Lease) -> None:
        self.app, self.lease = app, lease
        self.kinds = tuple(kind for kind in settings().bridged_to if kind != "irc")
        self.chats = {kind: chat_of(kind, settings()) for kind in self.kinds}
        self.pools = {kind: ThreadPoolExecutor(THREADS, kind) for kind in self.kinds}
        self.busy: set[int] = set()
        self.told: dict[int, tuple[int, int]] = {}
        self.rests_until: dict[int, float] = {}
        self.looked_at: dict[int, float] = {}
        self.read_at: dict[int, float] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _where: TracebackType | None,
    ) -> None:
        for pool in self.pools.values():
            pool.shutdown(cancel_futures=True)

    def turn(self) -> None:
        """Give a turn to each bridge that is due."""
        if not self.lease.good() or not self.kinds:
            return
        try:
            for kind in self.kinds:
                make(kind)
            for mark in queries.marks(db.session(), self.kinds, clock.now()):
                if mark.bridge_id not in self.busy and self._due(mark):
                    self.busy.add(mark.bridge_id)
                    self.pools[mark.kind].submit(self._carry, mark)
        except DBAPIError as away:
            log.error("gateway.database", error=str(away.orig))
        finally:
            db.session.remove()

    def _due(self, mark: Mark) -> bool:
        now, number = time.monotonic(), mark.bridge_id
        if now < self.rests_until.get(number, 0.0):
            return False
        moved = mark.state != "open" or mark.ended or self.told.get(number) != mark.heads
        old = now - self.looked_at.get(number, -AGAIN_S) >= AGAIN_S
        return moved or old or self._reads(mark)

    def _reads(self, mark: Mark) -> bool:
        every = READ_S.get(mark.kind)
        last = self.read_at.get(mark.bridge_id, -1e9)
        return mark.state == "open" and every is not None and time.monotonic() - last >= every

    def _carry(self, mark: Mark) -> None:
        number, posts = mark.bridge_id, 0
        with self.app.app_context():
            try:
                turn = Turn(number, self.lease, self.chats[mark.kind])
                if self._reads(mark):
                    self.read_at[number] = time.monotonic()
                    turn.read()
                posts, more = turn.tell()
                self.looked_at[number] = time.monotonic()
                if more:
                    self.told.pop(number, None)
                else:
                    self.told[number] = mark.heads
            except LeaseLost:
                pass  # the other gateway does it
            except AdapterError as fault:
                self._failed(number, fault)
            except (DBAPIError, TurnupError) as error:
                log.error("gateway.turn", bridge=number, error=str(error))
                self.rests_until[number] = time.monotonic() + 5
            except Exception as error:  # a pool keeps it to itself: it is said here
                log.error("gateway.turn_broken", bridge=number, exc_info=error)
                said = f"the other side answered what was not expected: {error!r}"
                self._failed(number, PermanentFault(said, hint="see the gateway's log"))
            finally:
                db.session.remove()
                rest = time.monotonic() + PACE_S * posts
                self.rests_until[number] = max(rest, self.rests_until.get(number, 0.0))
                self.busy.discard(number)

    def _failed(self, number: int, fault: AdapterError) -> None:
        log.warning("gateway.failed", bridge=number, error=fault.line())
        wait_s = fault.wait_s if isinstance(fault, PassingFault) else SLOW_S
        self.told.pop(number, None)
        try:
            with transaction() as session:
                actions.failed(session, self.lease.fence, number, fault.line(), wait_s)
        except LeaseLost:
            pass
