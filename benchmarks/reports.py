"""The median time of the reports over HTTP with 10,000 customers, beside an empty Flask view's.

One gunicorn worker serves both in one run, as in `benchmarks.board`, whose house it asks about: its
stays, waits and journeys as the worker has counted them, and 5,000 questions and runs beside them.
Run: python -m benchmarks.reports [CUSTOMERS] [sqlite] [postgresql]
"""

import os
import secrets
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from benchmarks import board_house
from benchmarks.board import DATABASES, EMPTY, MANAGER, seconds, server, signed_in
from onboarding import clock, config
from onboarding.cli.migrations import migrate_database
from onboarding.cutovers.models import Cutover
from onboarding.db import db, transaction
from onboarding.factory import create_app
from onboarding.ramps.models import Ramp
from onboarding.reports import counting
from onboarding.reports.run_models import RunFacts
from onboarding.reports.sections import SECTIONS
from onboarding.tickets.models import Stint, Ticket, TicketMessage
from tests.services.postgres import running_postgres

ROUNDS = 10
MORE = 5000
AT_ONCE = 2000


def settle(customers: int, password: str) -> None:
    """The tables and everybody in them, counted as the worker counts them."""
    migrate_database()
    app = create_app()
    with app.app_context():
        board_house.fill(customers, MANAGER, password)
        began = time.monotonic()
        for count in (counting.count_stays, counting.count_journeys):
            done = AT_ONCE
            while done == AT_ONCE:
                with transaction() as session:
                    done = count(session, AT_ONCE)
        print(f"counted by the worker          {time.monotonic() - began:8.1f} s")
        _questions_and_runs(customers)
        with db.engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE")
        db.session.remove()
        db.engine.dispose()


def _questions_and_runs(customers: int) -> None:
    now = clock.now()
    tickets = [
        {
            "reference": str(n),
            "customer_id": n % customers + 1,
            "subject": "Q",
            "severity": n % 4 + 1,
            "source": "form",
            "state": "closed",
            "holder_team": "support",
            "owes": "nobody",
            "opened_at": now - timedelta(hours=n % 2000),
            "last_at": now,
            "first_due_at": now - timedelta(hours=n % 2000 - 4),
            "first_response_at": now - timedelta(hours=n % 2000 - n % 7),
            "first_working_s": n % 7 * 3600.0,
            "resolved_at": now,
            "score": n % 5 + 1,
        }
        for n in range(MORE)
    ]
    with transaction() as session:
        session.execute(insert(Ticket), tickets)
        _said_and_held(session, now)
        rows = session.execute(
            select(Cutover.id, Cutover.turnup_id).where(Cutover.state == "done").limit(MORE)
        ).all()
        at = {"started_at": now, "since": now, "ended_at": now}
        ramps = [{"id": c, "cutover_id": c, "run": 1, "state": "finished", **at} for c, _ in rows]
        session.execute(insert(Ramp), ramps)
        known = {"practice": False, "outcome": "finished", "holds": {"guard": 1}, "lasted_s": 60.0}
        facts = [
            {
                "ramp_id": c,
                "cutover_id": c,
                "turnup_id": t,
                "ended_at": now - timedelta(hours=c % 2000),
                "late_s": 0.0,
                "over_s": 0.0,
                **known,
            }
            for c, t in rows
        ]
        session.execute(insert(RunFacts), facts)


def _said_and_held(session: Session, now: datetime) -> None:
    """Of each question four messages, people taking turns, and two teams that had it."""
    said, held = [], []
    for ticket, hours in session.execute(select(Ticket.id, Ticket.opened_at)):
        for number, side in enumerate(("customer", "staff", "customer", "staff"), start=1):
            at = min(now, hours + timedelta(hours=8 * number))
            one = {"ticket_id": ticket, "number": number, "at": at, "side": side, "text": "Words"}
            said.append({**one, "actor": "system", "name": "Somebody", "source": "form"})
        middle = hours + timedelta(hours=5)
        held.append({"ticket_id": ticket, "team": "support", "since": hours, "until": middle})
        held.append({"ticket_id": ticket, "team": "ops", "since": middle, "until": None})
    session.execute(insert(TicketMessage), said)
    session.execute(insert(Stint), held)


def measure(customers: int) -> None:
    """Fill the database that is set up, serve it, and print how long its pages take."""
    config.settings.cache_clear()
    password = secrets.token_urlsafe(12)
    settle(customers, password)
    with server() as address:
        client = signed_in(address, password)
        pages = {EMPTY: f"{address}/empty/", "overview, without figures": f"{address}/reports"}
        pages |= {one.key: f"{address}/reports/{one.key}" for one in SECTIONS}
        took: dict[str, list[float]] = {name: [] for name in pages}
        for _ in range(ROUNDS):
            for name, url in pages.items():
                took[name].append(seconds(partial(client.get, url, timeout=120)))
    medians = {name: statistics.median(times) for name, times in took.items()}
    for name, middle in medians.items():
        ratio = middle / medians[EMPTY]
        print(f"{name:<30} {middle * 1000:8.2f} ms   ratio {ratio:6.1f}")


def main() -> None:
    asked = sys.argv[1:]
    customers = int(next((word for word in asked if word.isdecimal()), "10000"))
    for database in [word for word in asked if word in DATABASES] or list(DATABASES):
        print(f"{database}, {customers} customers, median of {ROUNDS}")
        with ExitStack() as held:
            home = held.enter_context(tempfile.TemporaryDirectory())
            postgres = database == "postgresql"
            url = held.enter_context(running_postgres()).new_database() if postgres else ""
            os.environ.update(TURNUP_HOME=home, DATABASE_URL=url, TURNUP_LOG_LEVEL="ERROR")
            measure(customers)


if __name__ == "__main__":
    main()
