"""The worker process: RQ workers on our queues, the outbox's lanes, and the one table of periodic
work."""

import importlib
import logging
import os
import socket
import sys
import threading
import time
from collections.abc import Sequence
from typing import Any

import structlog
from flask import Flask
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.cron import CronScheduler
from rq.executions import Execution
from rq.job import Job
from rq.timeouts import TimerDeathPenalty

from onboarding.channels.names import names
from onboarding.db import db
from onboarding.factory import FOLLOWERS, create_core
from onboarding.outbox import lanes
from onboarding.outbox.jobs import one_batch
from onboarding.queues import QUEUES, beat, begun, gone, out_queue, own_client, redis_client

log = structlog.get_logger()
BEAT_S = 5.0
#: Seconds a thread computes before another gets its turn. A lane waits for the far side many times a
#: letter; beside a job that computes, it would wait as often for its turn: 5 ms each by default.
SWITCH_S = 0.0005
FINISH_S = 20.0  # for letters on their way when a worker is told to stop

#: (job, queue, every so many seconds). Followers are woken by commits; this is for when Redis or
#: a worker was away. A second worker makes a second pass, which finds nothing to do.
PERIODIC: tuple[tuple[str, str, int], ...] = (
    *((job, "urgent", 2) for job in FOLLOWERS),
    ("onboarding.outbox.jobs.sweep", "urgent", 5),
    ("onboarding.posts.jobs.gather", "default", 30),
    ("onboarding.posts.jobs.remind", "urgent", 15),
    ("onboarding.paging.jobs.sweep", "urgent", 5),
    ("onboarding.tickets.jobs.sweep", "urgent", 15),
    ("onboarding.inbox.jobs.sweep", "urgent", 5),
    ("onboarding.inbox.jobs.forget", "default", 3600),
    ("onboarding.people.jobs.lay_out", "default", 3600),
    ("onboarding.people.calendar_jobs.sweep", "default", 300),
    ("onboarding.people.holiday_jobs.lay_out", "default", 21600),
    ("onboarding.checklists.probe_jobs.sweep", "default", 15),
    ("onboarding.comparisons.jobs.sweep", "default", 30),
    ("onboarding.checklists.owner_jobs.follow", "default", 5),
    ("onboarding.checklists.owner_jobs.sweep", "default", 600),
    ("onboarding.board.jobs.follow", "default", 5),
    ("onboarding.board.jobs.sweep", "default", 60),
    ("onboarding.forecasts.jobs.sweep", "default", 15),
    ("onboarding.forecasts.intake_jobs.sweep", "default", 60),
    ("onboarding.forecasts.watch_jobs.judge", "default", 300),
    ("onboarding.forecasts.source_jobs.sweep", "default", 600),
    ("onboarding.forecasts.watch_jobs.look", "default", 600),
    ("onboarding.ramps.metering_jobs.sweep", "default", 300),
    ("onboarding.forecasts.jobs.nightly", "heavy", 900),
    ("onboarding.cutovers.feed_jobs.sweep", "default", 300),
    ("onboarding.cutovers.ship_jobs.sweep", "default", 900),
    ("onboarding.cutovers.feed_jobs.lay_out_holidays", "default", 21600),
    ("onboarding.windows.jobs.sweep", "default", 30),
    ("onboarding.rosters.jobs.sweep", "default", 15),
    ("onboarding.readiness.proof_jobs.sweep", "default", 15),
    ("onboarding.rosters.ahead_jobs.look", "heavy", 3600),
    ("onboarding.rosters.station_jobs.sweep", "urgent", 15),
    ("onboarding.rosters.choice_jobs.sweep", "default", 15),
    ("onboarding.rosters.asking_jobs.sweep", "default", 120),
    ("onboarding.nudges.jobs.sweep", "default", 900),
    ("onboarding.outreach.jobs.probes", "default", 300),
    ("onboarding.outreach.jobs.chances", "default", 3600),
    ("onboarding.reports.jobs.sweep", "default", 120),
    ("onboarding.people.path_jobs.sweep", "default", 21600),
    ("onboarding.rosters.duty_jobs.count", "default", 300),
    ("onboarding.knowledge.jobs.sweep", "default", 3600),
    ("onboarding.reports.jobs.weigh", "heavy", 600),
    ("onboarding.reports.jobs.remind", "default", 900),
    ("onboarding.reports.jobs.mail", "default", 1800),
    ("onboarding.knowledge.jobs.compare", "default", 30),
)


class Worker(SimpleWorker):
    """Runs each job within the app's context, in this process: no fork shares a connection."""

    app: Flask

    def perform_job(self, job: Job, queue: Queue, execution: Execution) -> bool:
        once = (job.meta or {}).get("once")
        if once:
            begun(once)
        with self.app.app_context():
            try:
                return super().perform_job(job, queue, execution)
            finally:
                db.session.remove()

    def handle_exception(self, job: Job, *exc_info: Any) -> None:
        log.error("job.failed", job=job.func_name, args=job.args, exc_info=exc_info)
        super().handle_exception(job, *exc_info)


class Dispatcher(Worker):
    """Takes the lanes' jobs from their queues, in a thread: each only wakes a lane, so that none
    waits for another, whatever the worker itself is busy with."""

    death_penalty_class = TimerDeathPenalty

    def _install_signal_handlers(self) -> None:
        """Those of the process stand."""

    def subscribe(self) -> None:
        """No commands from afar: the process itself is told."""

    def unsubscribe(self) -> None:
        """As it never subscribed."""


class Scheduler(CronScheduler):
    """RQ's cron in a thread of the worker, which has the signal handlers."""

    def _install_signal_handlers(self) -> None:
        """The worker's handlers stand; this thread ends with its process."""


def _schedule() -> None:
    scheduler = Scheduler(connection=redis_client(), logging_level=logging.WARNING)
    for job, queue, interval in PERIODIC:
        module, _, name = job.rpartition(".")
        function = getattr(importlib.import_module(module), name)
        scheduler.register(
            function, queue_name=queue, interval=interval, result_ttl=0, ttl=interval * 2
        )
    while True:
        try:
            scheduler.start()  # type: ignore[no-untyped-call]
        except RedisError as away:
            log.warning("cron.away", error=str(away))
            time.sleep(2)


def _dispatch(app: Flask) -> None:
    """Wake the lanes as their queues say, until the process ends."""
    while True:
        own = own_client()
        dispatcher = Dispatcher(_queues(_lanes_queues(), own), connection=own)
        dispatcher.app = app
        try:
            dispatcher.work(logging_level="WARNING", with_scheduler=False)
        except RedisError as away:
            log.warning("dispatcher.away", error=str(away))
        time.sleep(1)  # it ends by itself only where Redis is away


def _lanes_queues() -> list[str]:
    return [out_queue(name, urgent) for urgent in (True, False) for name in names()]


def _queues(called: Sequence[str], connection: Redis) -> list[Queue]:
    return [Queue(name, connection=connection) for name in called]


def _beat(name: str, queues: Sequence[str]) -> None:
    """Say every few seconds that this process is there, and what its lanes do."""
    while True:
        at_work = lanes.running()
        beat(name, {"queues": list(queues), "lanes": at_work.busy() if at_work else {}})
        time.sleep(BEAT_S)


def _beside(app: Flask, name: str, queues: Sequence[str], periodic: bool) -> None:
    """Start the threads beside the worker's own work."""
    if periodic:
        threading.Thread(target=_schedule, name="cron", daemon=True).start()
    if "urgent" in queues:
        sys.setswitchinterval(SWITCH_S)
        lanes.start(app, one_batch)
        threading.Thread(target=_dispatch, args=(app,), name="dispatcher", daemon=True).start()
    threading.Thread(target=_beat, args=(name, queues), name="beat", daemon=True).start()


def _finish() -> None:
    """Let the letters that are on their way go out; what takes longer is taken over by another."""
    at_work = lanes.running()
    until = time.monotonic() + FINISH_S
    while at_work is not None and at_work.busy() and time.monotonic() < until:
        time.sleep(0.05)
    lanes.stop()


def run(queues: Sequence[str] = QUEUES, *, periodic: bool = True, burst: bool = False) -> None:
    """Work until told to stop (SIGTERM, Ctrl-C: the job at hand is finished); `burst`: until
    nothing waits. Whoever works on `urgent` delivers what is in the outbox too."""
    app = create_core()
    name = f"{socket.gethostname()}:{os.getpid()}"
    called = list(queues)
    if burst and "urgent" in queues:
        called += _lanes_queues()
    if not burst:
        _beside(app, name, queues, periodic)
    own = own_client()
    worker = Worker(_queues(called, own), connection=own)
    worker.app = app
    try:
        worker.work(burst=burst, logging_level="WARNING", with_scheduler=False)
    finally:
        if not burst:
            _finish()
            gone(name)
        with app.app_context():
            db.engine.dispose()  # a burst ends within a process that goes on
