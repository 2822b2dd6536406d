"""The hub: one Redis subscription per process feeds all of its SSE viewers."""

import json
import queue
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import structlog
from redis import ConnectionPool
from redis.client import PubSub
from redis.exceptions import RedisError

from onboarding.config import settings
from onboarding.live.pings import CHANNEL

log = structlog.get_logger()
WAITING = 256


@dataclass(frozen=True)
class Ping:
    """`kind` is "entry", "tick" or "lost" (the viewer was too slow; it should come back)."""

    kind: str
    data: dict[str, Any]


@dataclass(eq=False)
class Viewer:
    """One open page. Its queue is bounded: who does not read is dropped, the hub unharmed."""

    pings: "queue.Queue[Ping]" = field(default_factory=lambda: queue.Queue(WAITING))
    dropped: bool = False

    def next(self, timeout: float) -> Ping | None:
        """The next ping, or None after `timeout` seconds without one."""
        if self.dropped:
            return Ping("lost", {})
        try:
            return self.pings.get(timeout=timeout)
        except queue.Empty:
            return None


class Hub:
    """Fans out what Redis publishes. Started by the first viewer; survives Redis going away."""

    def __init__(self) -> None:
        self._viewers: dict[str, set[Viewer]] = defaultdict(set)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    @contextmanager
    def viewer(self, stream: str) -> Iterator[Viewer]:
        """A viewer of `stream` for the length of the block."""
        viewer = Viewer()
        with self._lock:
            self._viewers[stream].add(viewer)
            if self._thread is None:
                self._thread = threading.Thread(target=self._listen, name="hub", daemon=True)
                self._thread.start()
        try:
            yield viewer
        finally:
            with self._lock:
                self._viewers[stream].discard(viewer)
                if not self._viewers[stream]:
                    del self._viewers[stream]

    def count(self) -> int:
        """How many viewers this process holds."""
        with self._lock:
            return sum(map(len, self._viewers.values()))

    def fan_out(self, stream: str, ping: Ping) -> None:
        """Give `ping` to every viewer of `stream`; one whose queue is full is dropped."""
        with self._lock:
            viewers = list(self._viewers.get(stream, ()))
        for viewer in viewers:
            try:
                viewer.pings.put_nowait(ping)
            except queue.Full:
                viewer.dropped = True

    def _listen(self) -> None:
        while True:
            try:
                with PubSub(_pool(), ignore_subscribe_messages=True) as subscription:
                    subscription.subscribe(CHANNEL)
                    self._catch_up()
                    self._relay(subscription)
            except RedisError as away:
                log.warning("hub.away", error=str(away))
                time.sleep(1)

    def _catch_up(self) -> None:
        """Pings may have been missed: everybody reads the trail once."""
        for stream in list(self._viewers):
            self.fan_out(stream, Ping("entry", {}))

    def _relay(self, subscription: PubSub) -> None:
        while True:
            message = subscription.get_message(timeout=1.0)
            if message is not None:
                said = json.loads(message["data"])
                self.fan_out(said["stream"], Ping(said["kind"], said["data"]))


def _pool() -> ConnectionPool:
    """A connection of its own: silence on it is no fault, so its reads have no time-out."""
    return ConnectionPool.from_url(settings().redis, health_check_interval=15)


hub = Hub()
