"""The hub against a bare gevent fan-out: deliveries a second of the same bytes, turn by turn.

usage: python -m benchmarks.hub_fan_out [--viewers 2000] [--events 40] [--rounds 5]   (asked: >= 0.7)
Both under gunicorn's gevent worker with one process, both fed through Redis, the same clients.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from redis import Redis

from benchmarks.bare_sse import CHANNEL
from benchmarks.live_house import stage
from benchmarks.ramp_house import ROOT
from benchmarks.sse_clients import Clients
from onboarding import clock
from onboarding.live.feeds import encode
from onboarding.live.pings import publish
from onboarding.sharing import showing
from tests.services.ports import Ports
from tests.services.programs import stop, wait_until

ARM = {"requests": 1200, "errors": 3, "seconds": 1.0}
FIGURES = {"at": clock.iso(clock.now()), "share": 25.0, "target": 25.0, "state": "holding"}


def main() -> None:
    """Each round sends the same events to each, and times the last byte."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--viewers", type=int, default=2000)
    parser.add_argument("--events", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    figures = {**FIGURES, "moved": ARM, "control": ARM}
    with stage(1) as shown, bare() as port:
        wire = encode("tick", showing.figures(figures), 1)
        redis = Redis.from_url(os.environ["REDIS_URL"])
        ours, theirs = Clients(shown.port, shown.path, b"tick"), Clients(port, "/", b"tick")
        ours.connect(chosen.viewers)
        theirs.connect(chosen.viewers)
        need = len(wire) * chosen.events * chosen.viewers
        rates: dict[str, list[float]] = {"hub": [], "bare": []}
        for _ in range(chosen.rounds):
            rates["hub"].append(
                rate(ours, lambda: publish(shown.stream, "tick", figures), need, chosen.events)
            )
            rates["bare"].append(
                rate(theirs, lambda: redis.publish(CHANNEL, wire), need, chosen.events)
            )
        ours.close()
        theirs.close()
    each = {name: [chosen.viewers * chosen.events / took for took in rates[name]] for name in rates}
    ratio = statistics.median(h / b for h, b in zip(each["hub"], each["bare"], strict=True))
    said = {name: round(statistics.median(each[name])) for name in each}
    click.echo(
        json.dumps({"what": "deliveries a second", **said, "ratio": round(ratio, 3), "asked": 0.7})
    )


def rate(clients: Clients, send: Callable[[], object], need: int, events: int) -> float:
    """Seconds from the first of `events` until everybody has had all of them."""
    clients.until(lambda: False, 0.2)
    began, before = time.monotonic(), clients.heard
    for _ in range(events):
        send()
    if not clients.until(lambda: clients.heard - before >= need, 120):
        raise SystemExit(f"{need - clients.heard + before} bytes did not come within 2 minutes")
    return time.monotonic() - began


@contextmanager
def bare() -> Iterator[int]:
    """The yardstick, served; its port."""
    ports = Ports()
    port = ports()
    command = ["--bind", f"127.0.0.1:{port}", "--worker-class", "gevent", "--log-level", "warning"]
    more = ["--worker-connections", "10000", "benchmarks.bare_sse:create()"]
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *command, *more], cwd=ROOT, env=dict(os.environ)
    )
    try:
        wait_until(lambda: ready(port), "the yardstick answers", 30)
        yield port
    finally:
        stop(process)
        ports.release()


def ready(port: int) -> bool:
    """Whether it takes connections."""
    try:
        clients = Clients(port, "/", b"tick")
        clients.connect(1)
    except ConnectionError:
        return False
    clients.close()
    return True


if __name__ == "__main__":
    main()
