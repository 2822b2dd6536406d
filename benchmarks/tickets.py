"""The median time of lists and searches of tickets over HTTP with 100,000 of them, as a ratio to an
empty Flask view's on the same server.

One gunicorn worker, as `turnup web` starts it, serves both in one run (see `benchmarks.board`). Each
ticket has two messages and some sixty different words, drawn as words come in a language (the n-th
frequent one in one of n); three in a hundred are open, spread over all ages.
Run: python -m benchmarks.tickets [TICKETS] [sqlite] [postgresql]
"""

import os
import random
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from itertools import accumulate
from typing import Any

from sqlalchemy import insert, text

from benchmarks.board import DATABASES, EMPTY, MANAGER, ROUNDS, seconds, server, signed_in
from onboarding import clock, config
from onboarding.cli.migrations import migrate_database
from onboarding.customers.models import Customer
from onboarding.db import db, transaction
from onboarding.factory import create_app
from onboarding.people.actions import add_user, ensure_teams
from onboarding.people.models import User
from onboarding.tickets.handoff import OPEN, STATES, SUPPORT
from onboarding.tickets.models import Ticket, TicketMessage, TicketWords
from onboarding.trail.log import SYSTEM
from tests.services.postgres import running_postgres

ASKED = 60
PAGES = {
    EMPTY: "/empty/",
    "list, open": "/tickets",
    "list, all": "/tickets?view=all",
    "list, all, page 200": "/tickets?view=all&page=200",
    "list, mine": "/tickets?view=mine",
    "list, due": "/tickets?view=due",
    "list, over, held by ops": "/tickets?view=over&team=ops",
    "search, a frequent word": "/tickets?view=all&q=w1",
    "search, three words": "/tickets?view=all&q=w2x+w17x+w40x",
    "search, a rare word": "/tickets?view=all&q=w3901x",
    "search, open only": "/tickets?view=open&q=w9x",
    "one ticket": "/tickets/500",
}
AT_ONCE = 5000
VOCABULARY = [f"w{n}x" for n in range(5000)]
FREQUENCIES = list(accumulate(1 / (n + 1) for n in range(5000)))


def fill(tickets: int, password: str) -> None:
    """The people, twenty customers, then the tickets, by the thousand."""
    with transaction() as session:
        ensure_teams(session)
        for number in range(10):
            email = MANAGER if number == 0 else f"support{number}@example.com"
            add_user(
                session, SYSTEM, email=email, name=f"Support {number}", role="support",
                password=password, team="support",
            )  # fmt: skip
        now = clock.now()
        names = ({"slug": f"c{n}", "name": f"Customer {n}", "created_at": now} for n in range(20))
        session.execute(insert(Customer), [_customer(one) for one in names])
        session.flush()
        users = [number for (number,) in session.execute(text("SELECT id FROM users ORDER BY id"))]
        customers = [number for (number,) in session.execute(text("SELECT id FROM customers"))]
    dice = random.Random(7)  # noqa: S311 - a house that is the same at every run
    for start in range(1, tickets + 1, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, tickets + 1))
        with transaction() as session:
            drawn = {n: dice.choices(VOCABULARY, cum_weights=FREQUENCIES, k=90) for n in numbers}
            session.execute(insert(Ticket), list(_tickets(numbers, drawn, users, customers, dice)))
            session.execute(insert(TicketMessage), list(_messages(numbers, drawn)))
            words = ({"ticket_id": n, "words": " ".join(dict.fromkeys(drawn[n]))} for n in numbers)
            session.execute(insert(TicketWords), list(words))
    with db.engine.begin() as connection:
        connection.execute(text("ANALYZE"))


def _customer(given: dict[str, Any]) -> dict[str, Any]:
    return given | {"timezone": "UTC", "help_level": "guided", "facts": {}}


def _tickets(
    numbers: range,
    drawn: dict[int, list[str]],
    users: list[int],
    customers: list[int],
    dice: random.Random,
) -> Iterator[dict[str, Any]]:
    now, over = clock.now(), ("closed", "closed", "closed", "merged")
    for n in numbers:
        state = dice.choice(OPEN) if dice.random() < 0.03 else dice.choice(over)
        at = now - timedelta(minutes=5 * (numbers.stop + 100_000 - n))
        owner = None if state == "new" else dice.choice(users)
        holder = "ops" if STATES[state].holder == "team" else SUPPORT
        yield {
            "id": n,
            "reference": f"{n:024x}",
            "customer_id": dice.choice(customers),
            "requester_name": "Cora",
            "requester_email": f"cora{n % 500}@example.com",
            "subject": " ".join(drawn[n][:6]),
            "severity": dice.choice((2, 3, 3, 4)),
            "source": "mail",
            "state": state,
            "owner_id": owner,
            "holder_team": holder,
            "holder_id": owner,
            "owes": STATES[state].owes,
            "opened_at": at,
            "last_at": at + timedelta(hours=dice.random() * 90),
            "look_at": now + timedelta(hours=dice.random() * 40) if state in OPEN else None,
            "first_due_at": now + timedelta(hours=9) if state == "new" else None,
        }


def _messages(numbers: range, drawn: dict[int, list[str]]) -> Iterator[dict[str, Any]]:
    now = clock.now()
    for n in numbers:
        for number, side in ((1, "customer"), (2, "staff")):
            half = drawn[n][:45] if number == 1 else drawn[n][45:]
            yield {
                "ticket_id": n,
                "number": number,
                "at": now,
                "side": side,
                "actor": "system",
                "name": "Cora",
                "team": "",
                "text": " ".join(half),
                "source": "mail",
                "message_id": "",
            }


def measure(tickets: int) -> bool:
    """Fill the database that is set up, serve it, and print how long its pages take; whether every
    one is within what is asked."""
    config.settings.cache_clear()
    password, began = secrets.token_urlsafe(12), time.monotonic()
    migrate_database()
    app = create_app()
    with app.app_context():
        fill(tickets, password)
        assert db.session.query(User).count() == 10
        db.session.remove()
        db.engine.dispose()
    print(f"set up in                      {time.monotonic() - began:8.1f} s")
    with server() as address:
        client = signed_in(address, password)
        pages = {name: address + path for name, path in PAGES.items()}
        for name, url in pages.items():
            page = client.get(url, timeout=60)
            assert name == EMPTY or "T-" in page.text, f"{name} shows no ticket"
        took: dict[str, list[float]] = {name: [] for name in pages}
        for _ in range(ROUNDS):
            for name, url in pages.items():
                took[name].append(seconds(partial(client.get, url, timeout=60)))
    medians = {name: statistics.median(times) for name, times in took.items()}
    for name, middle in medians.items():
        print(f"{name:<30} {middle * 1000:8.2f} ms   ratio {middle / medians[EMPTY]:6.1f}")
    return max(medians.values()) <= ASKED * medians[EMPTY]


def main() -> None:
    asked = sys.argv[1:]
    tickets = int(next((word for word in asked if word.isdecimal()), "100000"))
    well = True
    for database in [word for word in asked if word in DATABASES] or list(DATABASES):
        load = os.getloadavg()[0]
        print(f"{database}, {tickets} tickets, median of {ROUNDS}, load {load:.1f}")
        with ExitStack() as held:
            home = held.enter_context(tempfile.TemporaryDirectory())
            postgres = database == "postgresql"
            url = held.enter_context(running_postgres()).new_database() if postgres else ""
            os.environ.update(TURNUP_HOME=home, DATABASE_URL=url, TURNUP_LOG_LEVEL="ERROR")
            well = measure(tickets) and well
    print(f"asked: at most {ASKED} each")
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
