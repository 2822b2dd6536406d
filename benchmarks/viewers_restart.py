"""Restart every web process in turn under open pages: is an event lost?

usage: python -m benchmarks.viewers_restart [--viewers 500] [--events 40]   (asked: 0 lost)
Lost is what a page was never told: an entry of the trail that no event it got stands for.
"""

import argparse
import json
import os
import signal
import time

import click

from benchmarks.live_house import Stage, answers, stage, workers, writer
from benchmarks.sse_clients import Clients
from tests.services.programs import wait_until


def main() -> None:
    """End each process while entries are committed; every page must come to the last of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--viewers", type=int, default=500)
    parser.add_argument("--events", type=int, default=40)
    chosen = parser.parse_args()
    with stage(2) as shown:
        clients = Clients(shown.port, shown.path, b"page")
        clients.connect(chosen.viewers)
        with writer(shown.stream, 0.5, chosen.events) as committed:
            for pid in workers(shown.web):
                clients.until(lambda: False, 4)
                restart(shown, pid)
            clients.until(lambda: False, 0.5 * chosen.events)
        last = max(committed)
        clients.until(lambda: all(c.seen >= last for c in clients.open.values()), 30)
        lost = sum(last - client.seen for client in clients.open.values())
        returned = clients.returned
        clients.close()
    said = {"what": "events lost by restarts", "viewers": chosen.viewers, "events": chosen.events}
    click.echo(json.dumps({**said, "reconnected": returned, "lost": lost, "met": lost == 0}))


def restart(shown: Stage, pid: int) -> None:
    """End one worker; gunicorn starts another."""
    os.kill(pid, signal.SIGTERM)
    time.sleep(0.2)
    wait_until(
        lambda: pid not in workers(shown.web) and len(workers(shown.web)) == 2, "it is back", 30
    )
    wait_until(lambda: answers(shown.port), "the web answers", 30)


if __name__ == "__main__":
    main()
