"""The yardstick of the hub: the least that fans one Redis channel out to SSE viewers with gevent.

Each viewer has a queue, each message is put into all of them as it is, and nothing else is done.
Run by gunicorn's gevent worker, as the product is.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import gevent
from gevent.queue import Queue
from redis import Redis

CHANNEL = "bare"
viewers: "set[Queue[bytes]]" = set()


def listen() -> None:
    """Put every message of the channel into every queue."""
    subscription = Redis.from_url(os.environ["REDIS_URL"]).pubsub(ignore_subscribe_messages=True)
    subscription.subscribe(CHANNEL)
    for message in subscription.listen():
        for viewer in viewers:
            viewer.put(message["data"])


def stream() -> Iterator[bytes]:
    """What one viewer gets."""
    waiting: Queue[bytes] = Queue()
    viewers.add(waiting)
    try:
        yield b": hello\n\n"
        while True:
            yield waiting.get()
    finally:
        viewers.discard(waiting)


def application(_environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Every address is the stream."""
    start("200 OK", [("Content-Type", "text/event-stream")])
    return stream()


def create() -> Callable[..., Iterable[bytes]]:
    """The application, listening."""
    gevent.spawn(listen)
    return application
