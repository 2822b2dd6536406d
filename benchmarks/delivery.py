"""Posts at once: from the commit of what happened until a mail server and a webhook have them.

usage: python -m benchmarks.delivery [--posts 1000] [--workers 2] [--seed 1]
asked: p99 <= 10 s, none lost, none doubled with the same key; and, with a channel that hangs, no
other channel delayed by more than 1 s (p99 against the same without it).

The posts are those of ten cutovers a hundred entries each (more or fewer for other --posts), told
in one commit; half of the letters are mails, half webhooks, to a hundred addresses each. Both sinks
run in one process of their own, on this machine. BENCH_DATABASE_URL: another database than SQLite.
"""

import argparse
import hashlib
import json
import multiprocessing
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from typing import Any

import click
import numpy as np
from sqlalchemy import delete, select

from benchmarks.delivery_sinks import serve
from benchmarks.ramp_house import ROOT, house
from onboarding import clock
from onboarding.channels.base import Letter
from onboarding.db import db, transaction
from onboarding.outbox.actions import post
from onboarding.outbox.models import Message
from onboarding.posts.models import Subscription
from onboarding.queues import beats
from onboarding.trail.log import SYSTEM, record
from tests.cast import Cast
from tests.services.ports import Ports
from tests.services.programs import wait_until
from tests.stories import REAL, book, customer

PATIENCE_S = 180
EACH = 100  # entries of one cutover
ADDRESSES = 100


@contextmanager
def sinks(ports: Ports) -> Iterator[tuple[int, int, Connection]]:
    """A mail server and a web server in another process: their ports, and a pipe that tells what
    came: (key, when, channel)."""
    mail, web = ports(), ports()
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(mail, web, theirs))
    process.start()
    try:
        assert ours.recv() == "ready"
        yield mail, web, ours
    finally:
        process.terminate()
        process.join()


@contextmanager
def workers(count: int) -> Iterator[None]:
    """Worker processes on the house; the first does the periodic work."""
    with ExitStack() as stack:
        for number in range(count):
            command = [sys.executable, "-m", "onboarding.cli.main", "worker", "urgent", "default"]
            more = [] if number == 0 else ["--no-periodic"]
            made = stack.enter_context(subprocess.Popen([*command, *more], cwd=ROOT))
            stack.callback(made.terminate)
        wait_until(lambda: len(beats() or {}) >= count, "the workers are there", seconds=120)
        yield


def subscribers(number: int, web: int, chosen: random.Random) -> None:
    """A mail address and a webhook for the cutover, out of a hundred each."""
    who = chosen.randrange(ADDRESSES)
    now = clock.now()
    rows = [("email", f"reader{who}@example.com"), ("webhook", f"http://127.0.0.1:{web}/{who}")]
    with transaction() as session:
        for channel, recipient in rows:
            row = Subscription(scope=f"cutover:{number}", audience="staff", channel=channel)
            row.recipient, row.created_at, row.confirmed_at = recipient, now, now
            session.add(row)


def story(posts: int, web: int, chosen: random.Random) -> list[int]:
    """Cutovers with subscribers, whose booking is told already."""
    from onboarding.posts import jobs  # noqa: PLC0415  settings are read when it is imported

    people = Cast.gather()
    cutovers = []
    for number in range(max(1, posts // EACH)):
        acme = customer(f"Customer{number}")
        despite = "a benchmark"
        cutovers.append(book(people, acme, wiring=REAL, despite=despite))
    jobs.follow()
    with transaction() as session:
        session.execute(delete(Message))
        session.execute(delete(Subscription))
    for number in cutovers:
        subscribers(number, web, chosen)
    return cutovers


def seen_as(channel: str, key: str) -> str:
    """What a sink knows a letter by: its key, or the Message-ID that is made of it."""
    if channel != "email":
        return key
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@localhost>"


def tell(cutovers: list[int], posts: int) -> float:
    """Every post's entry in one commit; when it was made."""
    with transaction() as session:
        for n in range(posts):
            record(
                session,
                f"cutover:{cutovers[n % len(cutovers)]}",
                "post.written",
                SYSTEM,
                {"audience": "staff"},
                {"text": f"Post {n}"},
            )
    return time.time()


def arrived(pipe: Connection, wanted: int) -> tuple[dict[str, float], Counter[str]]:
    """When each key came first, and how often each came; until all came and a little longer."""
    first: dict[str, float] = {}
    count: Counter[str] = Counter()
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if not pipe.poll(2.0 if len(first) >= wanted else 1.0):
            if len(first) >= wanted:
                break
            continue
        key, at, _channel = pipe.recv()
        first.setdefault(key, at)
        count[key] += 1
    return first, count


def at_once(posts: int, web: int, pipe: Connection, seed: int) -> bool:
    """The first figure; whether it is met."""
    cutovers = story(posts, web, random.Random(seed))  # noqa: S311  where letters go, no secret
    began = tell(cutovers, posts)
    first, count = arrived(pipe, 2 * posts)
    db.session().rollback()
    rows = db.session.execute(select(Message.channel, Message.key))
    keys = {seen_as(channel, key) for channel, key in rows}
    seconds = [at - began for at in first.values()]
    said: dict[str, Any] = {
        "what": f"{posts} posts at once, {2 * posts} letters, commit to delivered",
        **{f"p{q}": round(float(np.percentile(seconds, q)), 2) for q in (50, 95, 99)},
        "max": round(max(seconds), 2),
        "lost": 2 * posts - len(keys & set(first)),
        "doubled": sum(times - 1 for times in count.values()),
    }
    met: bool = said["p99"] <= 10 and said["lost"] == 0 and said["doubled"] == 0
    click.echo(json.dumps({**said, "limit": "p99 <= 10 s, 0 lost, 0 doubled", "met": met}))
    return met


def one_by_one(pipe: Connection, prefix: str, letters: int) -> list[float]:
    """Seconds from the commit of a mail to its arrival, ten a second."""
    began = {}
    for n in range(letters):
        key = f"{prefix}:{n}"
        with transaction() as session:
            letter = Letter(key, f"r{n}@example.com", "s", "t")
            post(session, "email", letter, urgent=True)
        began[seen_as("email", key)] = time.time()
        time.sleep(0.1)
    first, _count = arrived(pipe, letters)
    return [first[key] - at for key, at in began.items() if key in first]


def hanging(pipe: Connection, web: int, letters: int) -> bool:
    """The second figure: mails while webhooks hang, against mails before."""
    before = one_by_one(pipe, "before", letters)
    with transaction() as session:
        for n in range(200):  # an address each: none is spared for having failed
            where = f"http://127.0.0.1:{web}/hang/{n}"
            post(session, "webhook", Letter(f"hang:{n}", where, "s", "t"), urgent=True)
    time.sleep(1.0)
    during = one_by_one(pipe, "during", letters)
    points = {
        f"p99 {n}": round(float(np.percentile(s, 99)), 3)
        for n, s in (("alone", before), ("beside it", during))
    }
    delay = points["p99 beside it"] - points["p99 alone"]
    met = delay <= 1.0 and len(during) == letters
    what = f"{letters} mails while 200 webhooks hang"
    click.echo(
        json.dumps(
            {
                "what": what,
                **points,
                "delay": round(delay, 3),
                "lost": letters - len(during),
                "limit": "delay <= 1 s",
                "met": met,
            }
        )
    )
    return met


def main() -> None:
    """Both figures, one line of JSON each; exit 1 where one is not met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--mails", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    ports = Ports()
    with sinks(ports) as (mail, web, pipe):
        os.environ |= {
            "TURNUP_SMTP_URL": f"smtp://127.0.0.1:{mail}",
            "TURNUP_API_ALLOW": "127.0.0.0/8",
        }
        with house(), workers(chosen.workers):
            met = [
                at_once(chosen.posts, web, pipe, chosen.seed),
                hanging(pipe, web, chosen.mails),
            ]
    ports.release()
    sys.exit(0 if all(met) else 1)


if __name__ == "__main__":
    main()
