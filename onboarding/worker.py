"""The worker process: RQ workers on our queues, and the one table of periodic work."""

import importlib
import logging
import threading
import time
from collections.abc import Sequence
from typing import Any

import structlog
from flask import Flask
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.cron import CronScheduler
from rq.executions import Execution
from rq.job import Job

from onboarding.db import db
from onboarding.factory import FOLLOWERS, create_core
from onboarding.queues import QUEUES, begun, redis_client

log = structlog.get_logger()

#: (job, queue, every so many seconds). Followers are woken by commits; this is for when Redis or
#: a worker was away. A second worker makes a second pass, which finds nothing to do.
PERIODIC: tuple[tuple[str, str, int], ...] = (
    *((job, "urgent", 2) for job in FOLLOWERS),
    ("onboarding.outbox.jobs.sweep", "urgent", 5),
    ("onboarding.paging.jobs.sweep", "urgent", 5),
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
    ("onboarding.cutovers.feed_jobs.lay_out_holidays", "default", 21600),
    ("onboarding.windows.jobs.sweep", "default", 30),
    ("onboarding.rosters.jobs.sweep", "default", 15),
    ("onboarding.readiness.proof_jobs.sweep", "default", 15),
    ("onboarding.rosters.ahead_jobs.look", "heavy", 3600),
    ("onboarding.rosters.station_jobs.sweep", "urgent", 15),
    ("onboarding.rosters.choice_jobs.sweep", "default", 15),
    ("onboarding.rosters.asking_jobs.sweep", "default", 120),
    ("onboarding.nudges.jobs.sweep", "default", 900),
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


def run(queues: Sequence[str] = QUEUES, *, periodic: bool = True, burst: bool = False) -> None:
    """Work until told to stop (SIGTERM, Ctrl-C: the job at hand is finished); `burst`: until
    nothing waits."""
    app = create_core()
    connection = redis_client()
    if periodic:
        threading.Thread(target=_schedule, name="cron", daemon=True).start()
    worker = Worker([Queue(name, connection=connection) for name in queues], connection=connection)
    worker.app = app
    try:
        worker.work(burst=burst, logging_level="WARNING", with_scheduler=False)
    finally:
        with app.app_context():
            db.engine.dispose()  # a burst ends within a process that goes on
