"""RQ: where work for the workers goes. Redis may be away; what counts is in the database."""

from functools import cache
from typing import Any

import structlog
from redis import Redis
from redis.exceptions import RedisError

from onboarding.config import settings

log = structlog.get_logger()
ONCE_S = 10
USUAL_S = 180
QUEUES = ("urgent", "default", "heavy")


@cache
def redis_client() -> Redis:
    """The Redis connection pool of this process."""
    return Redis.from_url(
        settings().redis, socket_connect_timeout=2, socket_timeout=5, health_check_interval=30
    )


def enqueue(queue: str, job: str, *args: Any, once: str = "", most_s: int = USUAL_S) -> bool:
    """Ask a worker to run `job` (a dotted name) on `queue`; `once` folds equal requests that wait. A
    job that takes over `most_s` seconds is stopped.

    RQ's own unique jobs stay taken for minutes when a worker dies, so a key that runs out does it.
    False where Redis is away: the periodic sweep then finds the work in the database.
    """
    from rq import Queue  # noqa: PLC0415 - it weighs, and most web processes' requests need none

    try:
        client = redis_client()
        if once and not client.set(_once(once), "1", nx=True, ex=ONCE_S):
            return True
        meta = {"once": once} if once else None
        Queue(queue, connection=client).enqueue(
            job, args=args, result_ttl=0, failure_ttl=86400, meta=meta, job_timeout=most_s
        )
    except RedisError as away:
        log.warning("queue.away", job=job, error=str(away))
        return False
    return True


def begun(once: str) -> None:
    """The job enqueued with `once` is being run: what is asked from now on is asked anew."""
    redis_client().delete(_once(once))


def _once(name: str) -> str:
    return f"turnup:once:{name}"
