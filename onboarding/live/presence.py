"""Who is at what just now, such as writing an answer: in Redis, forgotten by itself. Where Redis is
away nobody is shown, and nothing else changes."""

import json
from typing import TYPE_CHECKING, Any

from onboarding import clock
from onboarding.queues import ask

if TYPE_CHECKING:
    from redis import Redis

FRESH_S = 25  # whoever has said nothing for so long is not there any more


def say(place: str, who: int, name: str) -> None:
    """`who` (called `name`) is at `place`, such as `ticket:7`, now."""
    told = json.dumps({"name": name, "at": clock.now().timestamp()})

    def put(client: "Redis") -> None:
        pipeline = client.pipeline()
        pipeline.hset(_key(place), str(who), told)
        pipeline.expire(_key(place), 4 * FRESH_S)
        pipeline.execute()

    ask("presence.away", put)


def leave(place: str, who: int) -> None:
    """`who` is not there any more."""
    ask("presence.away", lambda client: client.hdel(_key(place), str(who)))


def there(place: str) -> dict[int, str]:
    """The names of who is at `place`, by their number."""
    found: Any = ask("presence.away", lambda client: client.hgetall(_key(place))) or {}
    told = {int(who): json.loads(said) for who, said in found.items()}
    now = clock.now().timestamp()
    fresh = {who: one["name"] for who, one in told.items() if now - one["at"] <= FRESH_S}
    return dict(sorted(fresh.items()))


def _key(place: str) -> str:
    return f"turnup:there:{place}"
