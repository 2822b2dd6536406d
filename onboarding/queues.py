"""RQ: where work for the workers goes. Redis may be away; what counts is in the database."""

import json
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

import structlog

from onboarding import clock
from onboarding.config import settings

if TYPE_CHECKING:
    from redis import Redis

log = structlog.get_logger()
Answer = TypeVar("Answer")
ONCE_S = 10
USUAL_S = 180
QUEUES = ("urgent", "default", "heavy")
BEATS = "turnup:workers"
FORGOTTEN_S = 3600


def out_queue(channel: str, urgent: bool) -> str:
    """The queue of one channel's lane: what is urgent apart from what can wait."""
    return f"out:{channel}" if urgent else f"out:{channel}:bulk"


@cache
def redis_client() -> "Redis":
    """The Redis connection pool of this process."""
    return own_client()


def own_client() -> "Redis":
    """A pool apart: for who waits on Redis for minutes, which RQ's workers set on their pool."""
    from redis import Redis  # noqa: PLC0415 - it weighs, and a web process starts without it

    return Redis.from_url(
        settings().redis, socket_connect_timeout=2, socket_timeout=5, health_check_interval=30
    )


def ask(event: str, question: "Callable[[Redis], Answer]", **said: Any) -> Answer | None:
    """What Redis answers to `question`; None where it is away, which is logged as `event`."""
    from redis.exceptions import RedisError  # noqa: PLC0415 - as above

    try:
        return question(redis_client())
    except RedisError as away:
        log.warning(event, error=str(away), **said)
        return None


def enqueue(queue: str, job: str, *args: Any, once: str = "", most_s: int = USUAL_S) -> bool:
    """Ask a worker to run `job` (a dotted name) on `queue`; `once` folds equal requests that wait. A
    job that takes over `most_s` seconds is stopped.

    RQ's own unique jobs stay taken for minutes when a worker dies, so a key that runs out does it.
    False where Redis is away: the periodic sweep then finds the work in the database.
    """
    from rq import Queue  # noqa: PLC0415 - it weighs, and most web processes' requests need none

    def put(client: "Redis") -> bool:
        if once and not client.set(_once(once), "1", nx=True, ex=ONCE_S):
            return True
        meta = {"once": once} if once else None
        Queue(queue, connection=client).enqueue(
            job, args=args, result_ttl=0, failure_ttl=86400, meta=meta, job_timeout=most_s
        )
        return True

    return bool(ask("queue.away", put, job=job))


def wake(jobs: Sequence[str], queue: str = "urgent") -> bool:
    """Ask workers to run each of `jobs` (dotted names) that does not wait already, all in two turns:
    as `enqueue` does with the job's name as `once`. False where Redis is away."""
    from rq import Queue  # noqa: PLC0415 - as above

    def put(client: "Redis") -> bool:
        with client.pipeline(transaction=False) as asking:
            for job in jobs:
                asking.set(_once(job), "1", nx=True, ex=ONCE_S)
            fresh = [job for job, taken in zip(jobs, asking.execute(), strict=True) if taken]
        if fresh:
            Queue(queue, connection=client).enqueue_many(
                Queue.prepare_data(
                    job,
                    result_ttl=0,
                    failure_ttl=86400,
                    meta={"once": job},
                    timeout=USUAL_S,
                )
                for job in fresh
            )
        return True

    return bool(ask("queue.away", put, jobs=len(jobs)))


def begun(once: str) -> None:
    """The job enqueued with `once` is being run: what is asked from now on is asked anew."""
    redis_client().delete(_once(once))


def _once(name: str) -> str:
    return f"turnup:once:{name}"


def beat(name: str, said: dict[str, Any]) -> None:
    """Say that the worker process called `name` is there; `said` is what it is doing."""
    told = json.dumps({**said, "at": clock.iso(clock.now())})
    ask("beat.away", lambda client: client.hset(BEATS, name, told))


def beats() -> dict[str, dict[str, Any]] | None:
    """Worker processes by name, with what each last said and when (`at`); None without Redis."""
    found: Any = ask("beat.away", lambda client: client.hgetall(BEATS))
    if found is None:
        return None
    told = {name.decode(): json.loads(said) for name, said in found.items()}
    return dict(sorted(told.items()))


def gone(name: str) -> None:
    """The worker process ends as it was told to."""
    ask("beat.away", lambda client: client.hdel(BEATS, name))


def clear_beats() -> None:
    """Forget workers that have said nothing for `FORGOTTEN_S` seconds."""
    now = clock.now()
    for name, said in (beats() or {}).items():
        if (now - clock.parse(said["at"])).total_seconds() > FORGOTTEN_S:
            gone(name)
