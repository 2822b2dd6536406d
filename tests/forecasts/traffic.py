"""Traffic for tests: a turn-up of the cast's customer, and tables of hours."""

import io
import math
from datetime import UTC, datetime, timedelta

from onboarding.customers.actions import sign_up
from onboarding.db import transaction

START = datetime(2026, 10, 1, tzinfo=UTC)


def a_turnup(company: str = "Acme", timezone: str = "Europe/Berlin") -> int:
    """The id of a new customer's turn-up."""
    email = f"carl@{company.lower()}.example"
    with transaction() as session:
        _, turnup, _ = sign_up(
            session,
            company=company,
            name="Carl",
            email=email,
            password="correct horse battery",
            timezone=timezone,
        )
        return turnup.id


def rate(hour: int) -> float:
    """A daily wave between 100 and 300 req/s."""
    return 200 + 100 * math.sin(hour * math.tau / 24)


def table(
    hours: int, *, header: str = "ds,y", scale: float = 1.0, start: datetime = START
) -> bytes:
    """`hours` of `rate` as a table."""
    rows = [
        f"{start + timedelta(hours=i):%Y-%m-%dT%H:%M:%SZ},{rate(i) * scale}" for i in range(hours)
    ]
    return "\n".join([header, *rows, ""]).encode()


def file(data: bytes, name: str = "traffic.csv") -> tuple[io.BytesIO, str]:
    """As a form's file."""
    return io.BytesIO(data), name
