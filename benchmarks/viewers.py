"""Viewers of one customer's page: how many are held, and how long from commit to the browser.

usage: python -m benchmarks.viewers [--viewers 10000] [--events 20] [--every 2] [--processes 2]
asked: 10,000 viewers on 2 cores with the clients beside them, p99 <= 1 s
"""

import argparse
import json

import click
import numpy as np

from benchmarks.live_house import stage, writer
from benchmarks.sse_clients import Clients


def main() -> None:
    """Hold them, write to the trail, and time each delivery."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--viewers", type=int, default=10_000)
    parser.add_argument("--events", type=int, default=20)
    parser.add_argument("--every", type=float, default=2.0)
    parser.add_argument("--processes", type=int, default=2)
    chosen = parser.parse_args()
    with stage(chosen.processes) as shown:
        clients = Clients(shown.port, shown.path, b"page")
        clients.connect(chosen.viewers)
        with writer(shown.stream, chosen.every, chosen.events) as committed:
            seconds = chosen.events * chosen.every + 60
            clients.until(lambda: whole(clients, chosen.events), seconds)
        late = [
            client.came[number] - at
            for client in clients.open.values()
            for number, at in committed.items()
            if number in client.came
        ]
        clients.close()
    asked = chosen.viewers * chosen.events
    figures = {f"p{q}": round(float(np.percentile(late, q)), 3) for q in (50, 95, 99)}
    met = len(late) == asked and figures["p99"] <= 1.0
    said = {"what": "commit to browser, s", "viewers": chosen.viewers, **figures}
    click.echo(
        json.dumps({**said, "max": round(max(late), 3), "missed": asked - len(late), "met": met})
    )


def whole(clients: Clients, events: int) -> bool:
    """Whether everybody has had everything."""
    return all(len(client.came) >= events for client in clients.open.values())


if __name__ == "__main__":
    main()
