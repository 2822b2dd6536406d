"""Pings through Redis: "this stream has moved", and ticks of figures. A lost one costs a read."""

import json
from typing import Any

import structlog
from redis.exceptions import RedisError

from onboarding.queues import redis_client
from onboarding.trail.log import committed

log = structlog.get_logger()
CHANNEL = "turnup:live"


def publish(stream: str, kind: str, data: dict[str, Any]) -> None:
    """Tell every hub. `kind`: "entry" (data: number), "tick" (data: figures) or "wake"."""
    try:
        redis_client().publish(CHANNEL, json.dumps({"stream": stream, "kind": kind, "data": data}))
    except RedisError as away:
        log.warning("live.away", error=str(away))


def _entry_committed(_sender: object, stream: str, number: int) -> None:
    publish(stream, "entry", {"number": number})


def connect() -> None:
    """Publish a ping for every commit to the trail from now on, in this process."""
    committed.connect(_entry_committed)
