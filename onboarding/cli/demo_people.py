"""The practice vendor: its people, its sites, and the traffic of its customers."""

import math
import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from onboarding.forecasts.models import Site
from onboarding.people.actions import add_user, ensure_teams
from onboarding.people.models import User
from onboarding.trail.log import Actor

DEMO = Actor("demo", "cli")


@dataclass(frozen=True)
class Person:
    """Somebody at the practice vendor."""

    first: str
    name: str
    role: str
    team: str
    timezone: str
    skills: tuple[str, ...] = ()

    @property
    def email(self) -> str:
        return f"{self.first}@vendor.example"


STAFF = (
    Person("ann", "Ann Archer", "account_manager", "account_management", "Europe/London"),
    Person("sue", "Sue Santos", "support", "support", "Europe/London", ("comms", "tls")),
    Person("sid", "Sid Sommer", "support", "support", "America/New_York", ("comms",)),
    Person("omar", "Omar Okafor", "ops", "ops", "Europe/London", ("linux", "cache")),
    Person("olga", "Olga Orlova", "ops", "ops", "America/New_York", ("linux", "logs")),
    Person("nina", "Nina Novak", "neteng", "neteng", "Europe/London", ("bgp", "dns")),
    Person("noah", "Noah Nilsson", "neteng", "neteng", "America/Los_Angeles", ("bgp",)),
    Person("eve", "Eve Engel", "engineering", "engineering", "Europe/Berlin", ("tls", "vcl")),
    Person("emil", "Emil Eriksen", "engineering", "engineering", "Asia/Tokyo", ("api",)),
    Person("adam", "Adam Ames", "admin", "ops", "Europe/London", ("linux",)),
)
SITES = (
    ("Amsterdam", 60_000.0, 21_000.0),
    ("Ashburn", 90_000.0, 38_000.0),
    ("Singapore", 40_000.0, 12_500.0),
)


def add_staff(session: Session, password: str) -> dict[str, User]:
    """Everybody of `STAFF`, with one password between them."""
    ensure_teams(session)
    return {
        person.first: add_user(
            session,
            DEMO,
            email=person.email,
            name=person.name,
            role=person.role,
            password=password,
            team=person.team,
            timezone=person.timezone,
            skills=list(person.skills),
        )
        for person in STAFF
    }


def add_sites(session: Session) -> None:
    """The network that customers' traffic is held against (req/s)."""
    session.add_all(Site(name=name, limit=limit, base_load=base) for name, limit, base in SITES)


def history(mean: float, until: datetime, seed: int, weeks: int = 4) -> str:
    """A CSV of hourly requests a second: days and weekends, an evening peak, some noise."""
    noise, lines = random.Random(seed), ["ds,y"]  # noqa: S311  a practice world, not a secret
    start = until.replace(minute=0, second=0, microsecond=0) - timedelta(weeks=weeks)
    for hour in range(weeks * 168):
        at = start + timedelta(hours=hour)
        day = 1 + 0.55 * math.sin((at.hour - 13) / 24 * 2 * math.pi)
        weekend = 0.75 if at.isoweekday() > 5 else 1.0
        lines.append(f"{at:%Y-%m-%dT%H:%M:%S},{mean * day * weekend * noise.gauss(1, 0.05):.2f}")
    return "\n".join(lines) + "\n"
