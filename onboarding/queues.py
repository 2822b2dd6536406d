"""RQ: where work for the workers goes. Redis may be away; what counts is in the database."""

from functools import cache
from typing import Any

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.exceptions import DuplicateJobError

from onboarding.config import settings

log = structlog.get_logger()
QUEUES = ("urgent", "default", "heavy")


@cache
def redis_client() -> Redis:
    """The Redis connection pool of this process."""
    return Redis.from_url(
        settings().redis, socket_connect_timeout=2, socket_timeout=5, health_check_interval=30
    )


def enqueue(queue: str, job: str, *args: Any, once: str = "") -> bool:
    """Ask a worker to run `job` (a dotted name) on `queue`; `once` folds equal requests that wait.

    False where Redis is away: the periodic sweep then finds the work in the database.
    """
    try:
        extra: dict[str, Any] = {"job_id": once, "unique": True} if once else {}
        Queue(queue, connection=redis_client()).enqueue(
            job, *args, result_ttl=0, failure_ttl=60, **extra
        )
    except DuplicateJobError:
        return True
    except RedisError as away:
        log.warning("queue.away", job=job, error=str(away))
        return False
    return True
