"""Threads that touch switches and read metrics, so that no tick waits for either.

A call that does not come back in time is answered with a PassingFault, and its thread is replaced:
one switch that hangs takes nothing from the others.
"""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog

from onboarding import clock
from onboarding.errors import PassingFault

log = structlog.get_logger()
AT_ONCE = 32  # threads that are not known to be slow
SLOW_S = 0.3  # a call this old no longer counts among them


@dataclass(eq=False)
class Errand:
    """One call on its way. `error` or `result` counts once `done`; `purpose`, `owner` and `about`
    are the caller's own. `running` stays true for as long as the call has not come back, even
    after its time-out; `ended` is when it did."""

    call: Callable[[], Any]
    purpose: str
    owner: int
    about: int
    seconds: float
    began: float | None = None
    ended: float | None = None
    done: bool = False
    running: bool = True
    result: Any = None
    error: Exception | None = None


class Hands:
    """`bell` rings when an errand is done. Threads are started as they are needed."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self.bell = threading.Event()
        self._at_once = at_once
        self._lock = threading.Condition()
        self._waiting: deque[Errand] = deque()
        self._finished: deque[Errand] = deque()
        self._began: set[Errand] = set()
        self._threads = self._idle = self._stuck = 0
        self._closed = False

    def send(
        self,
        call: Callable[[], Any],
        *,
        purpose: str,
        owner: int,
        about: int = 0,
        seconds: float,
        urgent: bool = False,
    ) -> Errand:
        """Have `call` made by a thread; `urgent` ones go before those that wait."""
        errand = Errand(call, purpose, owner, about, seconds)
        with self._lock:
            if urgent:
                self._waiting.appendleft(errand)
            else:
                self._waiting.append(errand)
            if self._idle < len(self._waiting) and self._quick() < self._at_once:
                self._threads += 1
                threading.Thread(target=self._work, name="hand", daemon=True).start()
            self._lock.notify()
        return errand

    def finished(self) -> list[Errand]:
        """Errands that are done since the last call, those out of time among them."""
        self.bell.clear()
        now = clock.ticks()
        with self._lock:
            for errand in [e for e in self._began if e.began and now - e.began > e.seconds]:
                self._give_up(errand)
            found = list(self._finished)
            self._finished.clear()
        return found

    def close(self) -> None:
        """Let idle threads end; a call that hangs dies with the process."""
        with self._lock:
            self._closed = True
            self._lock.notify_all()

    def _quick(self) -> int:
        now = clock.ticks()
        slow = sum(now - (errand.began or now) > SLOW_S for errand in self._began)
        return self._threads - self._stuck - slow

    def _give_up(self, errand: Errand) -> None:
        self._began.discard(errand)
        self._stuck += 1
        errand.error = PassingFault(
            f"no answer within {errand.seconds:g} s", hint="it may have taken effect all the same"
        )
        errand.done = True
        self._finished.append(errand)

    def _work(self) -> None:
        while True:
            with self._lock:
                self._idle += 1
                while not self._waiting and not self._closed:
                    self._lock.wait()
                self._idle -= 1
                if self._closed:
                    return
                errand = self._waiting.popleft()
                errand.began = clock.ticks()
                self._began.add(errand)
            self._run(errand)

    def _run(self, errand: Errand) -> None:
        result, error = None, None
        try:
            result = errand.call()
        except Exception as fault:
            error = fault
        with self._lock:
            errand.running, errand.ended = False, clock.ticks()
            if errand.done:  # it was given up: the thread is one of the hands again
                self._stuck -= 1
                log.warning("hands.late", purpose=errand.purpose, owner=errand.owner)
                return
            self._began.discard(errand)
            errand.result, errand.error, errand.done = result, error, True
            self._finished.append(errand)
        self.bell.set()
