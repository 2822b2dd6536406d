"""Pings through Redis: "this stream has moved", and ticks of figures. A lost one costs a read."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import orjson

from onboarding.queues import ask
from onboarding.trail.log import committed

if TYPE_CHECKING:
    from redis import Redis

CHANNEL = "turnup:live"
WAKE = "turnup:wake"


def publish(stream: str, kind: str, data: dict[str, Any]) -> None:
    """Tell every hub. `kind`: "entry" (data: number) or "tick" (data: figures)."""
    publish_all([(stream, kind, data)])


def publish_all(pings: Sequence[tuple[str, str, dict[str, Any]]]) -> None:
    """Tell every hub of many at once, in one round trip."""

    def tell(client: "Redis") -> None:
        pipeline = client.pipeline(transaction=False)
        for stream, kind, data in pings:
            text = orjson.dumps({"stream": stream, "kind": kind, "data": data})
            pipeline.publish(CHANNEL, text)
        pipeline.execute()

    ask("live.away", tell)


def wake(stream: str) -> None:
    """Wake the conductor that drives `stream`: somebody wrote a command for it."""
    ask("live.away", lambda client: client.publish(WAKE, stream))


def _entry_committed(_sender: object, stream: str, number: int) -> None:
    publish(stream, "entry", {"number": number})


def connect() -> None:
    """Publish a ping for every commit to the trail from now on, in this process."""
    committed.connect(_entry_committed)
