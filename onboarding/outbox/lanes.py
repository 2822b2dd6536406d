"""Lanes: each channel's own threads in a worker process, so that one that hangs holds up no other.

A channel has two, what is urgent and what can wait, each with as many threads as it may have
letters on their way at once.
"""

import threading
from collections.abc import Callable

import structlog
from flask import Flask

from onboarding.db import db

log = structlog.get_logger()
#: Letters of a channel on their way at once, in one worker process; of what can wait half as many.
CONCURRENCY = {"email": 4, "webhook": 8, "console": 1}
USUAL = 2
Work = Callable[[str, bool], int]


class Lane:
    """The threads of one lane; they end when nothing waits, and are started by `wake`."""

    def __init__(self, app: Flask, name: str, size: int, work: Callable[[], int]) -> None:
        self.app, self.name, self.size, self.work = app, name, size, work
        self.lock = threading.Lock()
        self.busy = 0
        self.asked = False

    def wake(self) -> None:
        """Something waits: one more thread, where there may be one more."""
        with self.lock:
            self.asked = True
            if self.busy >= self.size:
                return
            self.busy += 1
        threading.Thread(target=self._run, name=f"lane {self.name}", daemon=True).start()

    def _run(self) -> None:
        try:
            with self.app.app_context():
                while self._goes_on():
                    if self.work():
                        self.asked = True
        except Exception as error:
            log.error("lane.failed", lane=self.name, exc_info=error)
            with self.lock:
                self.busy -= 1

    def _goes_on(self) -> bool:
        """Whether to look again: somebody asked since the last look. Else this thread is over."""
        db.session.remove()
        with self.lock:
            if self.asked:
                self.asked = False
                return True
            self.busy -= 1
            return False


class Lanes:
    """The lanes of this process, made as they are first asked for."""

    def __init__(self, app: Flask, work: Work) -> None:
        self.app, self.work = app, work
        self.lanes: dict[tuple[str, bool], Lane] = {}
        self.lock = threading.Lock()

    def wake(self, channel: str, urgent: bool) -> None:
        """Have what waits in the lane delivered; returns at once."""
        with self.lock:
            lane = self.lanes.get((channel, urgent))
            if lane is None:
                size = CONCURRENCY.get(channel, USUAL)
                name = channel if urgent else f"{channel}, can wait"
                lane = Lane(
                    self.app,
                    name,
                    size if urgent else max(1, size // 2),
                    lambda: self.work(channel, urgent),
                )
                self.lanes[channel, urgent] = lane
        lane.wake()

    def busy(self) -> dict[str, int]:
        """Lane → threads that are at work, without those that rest."""
        with self.lock:
            return {one.name: one.busy for one in self.lanes.values() if one.busy}


_running: list[Lanes] = []


def running() -> Lanes | None:
    """The lanes of this process, where it runs them."""
    return _running[0] if _running else None


def start(app: Flask, work: Work) -> Lanes:
    """Run lanes in this process from now on."""
    lanes = Lanes(app, work)
    _running[:] = [lanes]
    return lanes


def stop() -> None:
    """No more lanes in this process; threads at work finish their batch."""
    _running.clear()
