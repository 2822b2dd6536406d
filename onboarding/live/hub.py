"""The hub: one Redis subscription per process feeds all of its SSE viewers."""

import json
import threading
import time
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any

import structlog

from onboarding.config import settings
from onboarding.live.feeds import Feed, Source, Viewer
from onboarding.live.pings import CHANNEL

if TYPE_CHECKING:
    from redis import ConnectionPool
    from redis.client import PubSub

log = structlog.get_logger()


class Hub:
    """Holds the feeds of this process. Started by the first viewer; survives Redis going away."""

    def __init__(self) -> None:
        self._feeds: dict[Hashable, Feed] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def join(
        self,
        view: Hashable,
        source: Source,
        within: Callable[[Callable[[], Any]], Any],
        viewer: Viewer,
    ) -> tuple[Feed, int]:
        """Let `viewer` watch the feed of `view`, made from `source` where nobody watches it yet.

        Everybody who names the same `view` gets the same events. The number is the entry after
        which they come.
        """
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._listen, name="hub", daemon=True)
                self._thread.start()
            feed = self._feeds.get(view)
            number = feed.join(viewer) if feed else None
            if feed is None or number is None:
                feed = self._feeds[view] = Feed(source, within, viewer)
                number = feed.number
                follow = threading.Thread(target=self._follow, args=(view, feed), daemon=True)
                follow.start()
            return feed, number

    def count(self) -> int:
        """How many viewers this process holds."""
        with self._lock:
            return sum(len(feed.viewers) for feed in self._feeds.values())

    def fan_out(self, stream: str, kind: str, data: dict[str, Any]) -> None:
        """Tell the feeds of `stream`: an "entry" was committed, or there is a "tick" of figures."""
        with self._lock:
            feeds = [feed for feed in self._feeds.values() if feed.source.stream == stream]
        for feed in feeds:
            if kind == "tick":
                feed.tick(data)
            else:
                feed.look()

    def _follow(self, view: Hashable, feed: Feed) -> None:
        feed.follow()
        with self._lock:
            if self._feeds.get(view) is feed:
                del self._feeds[view]

    def _listen(self) -> None:
        # It weighs, and a web process whose pages nobody watches needs none.
        from redis.client import PubSub  # noqa: PLC0415
        from redis.exceptions import RedisError  # noqa: PLC0415

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
        """Pings may have been missed: every feed reads the trail once."""
        with self._lock:
            feeds = list(self._feeds.values())
        for feed in feeds:
            feed.look()

    def _relay(self, subscription: "PubSub") -> None:
        while True:
            message = subscription.get_message(timeout=1.0)
            if message is not None:
                said = json.loads(message["data"])
                self.fan_out(said["stream"], said["kind"], said["data"])


def _pool() -> "ConnectionPool":
    """A connection of its own: silence on it is no fault, so its reads have no time-out."""
    from redis import ConnectionPool  # noqa: PLC0415 - as above

    return ConnectionPool.from_url(settings().redis, health_check_interval=15)


hub = Hub()
