"""The gateway's lease as its threads see it: whether they may still act, under which fence."""

from typing import Any

import structlog

from onboarding.bridges import leases
from onboarding.db import db, transaction
from onboarding.ramps.leases import LeaseClock, LeaseLost

log = structlog.get_logger()


class Lease:
    """Tended by one thread, read by all. `facts` is what the connections say of themselves."""

    def __init__(self, holder: str) -> None:
        self.holder = holder
        self.facts: dict[str, Any] = {}
        self._fence: int | None = None
        self._clock = LeaseClock()

    def good(self) -> bool:
        """Whether this gateway is the active one."""
        return self._fence is not None and self._clock.good()

    @property
    def fence(self) -> int:
        """The number that writes are checked under. Raises LeaseLost."""
        fence = self._fence
        if fence is None or not self._clock.good():
            raise LeaseLost("Another gateway is active now")
        return fence

    def check(self) -> None:
        """Raises LeaseLost where this gateway is not the active one."""
        if not self.good():
            raise LeaseLost("Another gateway is active now")

    def tend(self) -> None:
        """Renew it, or take it where it is free."""
        look = self._clock.look()
        if self._fence is None:
            if leases.current(db.session()) is not None:
                return
            with transaction() as session:
                fence = leases.take(session, self.holder)
            if fence is not None:
                self._clock.renewed(look)
                self._fence = fence
                log.info("gateway.active", holder=self.holder, fence=fence)
            return
        try:
            with transaction() as session:
                leases.renew(session, self._fence, dict(self.facts))
        except LeaseLost:
            log.warning("gateway.lease_lost", holder=self.holder)
            self._fence = None
            return
        self._clock.renewed(look)

    def give_up(self) -> None:
        """Leave it to another."""
        fence, self._fence = self._fence, None
        if fence is not None:
            with transaction() as session:
                leases.release(session, fence)
