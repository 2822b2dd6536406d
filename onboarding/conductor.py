"""The conductor: drives all running cutovers that it can lease, once a second and at every wake.

Several conductors share the cutovers. A thread beside them watches the origins of live customers
(`outreach.engine`), which hurries nobody. Between ticks it deals at once with what people ask for (a
Redis ping wakes it, else it looks every 100 ms) and with what switches and sources answer.
"""

import gc
import os
import secrets
import signal
import socket
import threading
import time
from types import FrameType

import structlog
from flask import Flask
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from onboarding.db import db
from onboarding.live.pings import WAKE
from onboarding.outreach.engine import Lookout
from onboarding.queues import own_client
from onboarding.ramps.actions import Ready
from onboarding.ramps.engine import Engine

log = structlog.get_logger()
TICK_S = 1.0
POLL_S = 0.1
LOOK_S = 0.5
LAST_LOOK_S = 5.0  # for what was learnt of origins to be kept at the end


class Conductor:
    """One conductor process. `stop` may be called from a signal handler or another thread."""

    def __init__(self, app: Flask, engine: Engine, *, origins: bool = True) -> None:
        self.app, self.engine, self.origins = app, engine, origins
        self.bell = engine.hands.bell
        self.woken = threading.Event()
        self.stopping = threading.Event()

    def stop(self) -> None:
        """End after the piece of work that is being done."""
        self.stopping.set()
        self.bell.set()

    def run(self) -> None:
        """Drive until told to stop; then give the leases back."""
        threading.Thread(target=self._listen, name="wake", daemon=True).start()
        lookout = threading.Thread(target=self._look_out, name="origins", daemon=True)
        if self.origins:
            lookout.start()
        log.info("conductor.started", holder=self.engine.holder)
        tick_at = poll_at = time.monotonic()
        while not self.stopping.is_set():
            now = time.monotonic()
            try:
                self.engine.settle()
                if now >= poll_at or self.woken.is_set():
                    self.woken.clear()
                    poll_at = now + POLL_S
                    self.engine.commands()
                if now >= tick_at:
                    tick_at = max(tick_at + TICK_S, now + TICK_S / 2)
                    self.engine.tick()
                    self._late(now)
            except SQLAlchemyError as error:
                log.error("conductor.database", error=str(getattr(error, "orig", error)))
                self._pause()
            except Exception as error:  # whatever it is, the cutovers are driven on
                log.error("conductor.broke", exc_info=error)
                self._pause()
            self.bell.wait(max(0.0, min(poll_at, tick_at) - time.monotonic()))
        self.engine.close()
        if self.origins:
            lookout.join(LAST_LOOK_S)
        log.info("conductor.stopped", holder=self.engine.holder)

    def _look_out(self) -> None:
        """Watch the origins of live customers until told to stop."""
        with self.app.app_context():
            lookout = Lookout(self.engine.holder)
            while not self.stopping.wait(LOOK_S):
                try:
                    lookout.beat()
                except Exception as error:  # whatever it is, the origins are watched on
                    log.error("conductor.lookout_broke", exc_info=error)
                    self._pause()
            try:
                lookout.close()
            except SQLAlchemyError as error:
                log.error("conductor.database", error=str(getattr(error, "orig", error)))

    def _pause(self) -> None:
        db.session.remove()
        self.stopping.wait(TICK_S)

    @staticmethod
    def _late(began: float) -> None:
        seconds = time.monotonic() - began
        if seconds > TICK_S:
            log.warning("conductor.slow_tick", seconds=round(seconds, 3))

    def _listen(self) -> None:
        """Ring the bell for each wake. Without Redis the poll of every 100 ms is what remains."""
        away = False
        while not self.stopping.is_set():
            try:
                with own_client() as own, own.pubsub(ignore_subscribe_messages=True) as wakes:
                    wakes.subscribe(WAKE)
                    away = False
                    while not self.stopping.is_set():
                        if wakes.get_message(timeout=1.0) is not None:
                            self.woken.set()
                            self.bell.set()
            except RedisError as error:
                if not away:
                    log.warning("conductor.redis_away", error=str(error))
                away = True
                self.stopping.wait(1.0)


def name() -> str:
    """What this process is called in its leases: never the same twice."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"


def collect_seldom() -> None:
    """Look for garbage less often: among the thousands of objects that each ramp keeps, a look at
    all of them takes a third of a second, and a tick makes hardly any that needs one."""
    gc.set_threshold(50_000, 20, 50)


def run(app: Flask, ready: Ready, *, origins: bool = True) -> None:
    """Run a conductor in this process until SIGTERM or SIGINT; `ready` says what may be started,
    `origins` whether it watches those of live customers too."""
    collect_seldom()
    with app.app_context():
        conductor = Conductor(app, Engine(name(), ready=ready), origins=origins)

        def stop(_signal: int, _frame: FrameType | None) -> None:
            conductor.stop()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        conductor.run()
