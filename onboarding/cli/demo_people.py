"""The practice vendor: its people, its sites, and the traffic of its customers."""

import math
import random
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from onboarding.clock import now
from onboarding.forecasts.models import Site
from onboarding.people import rotations, teams
from onboarding.people.actions import add_user, ensure_teams
from onboarding.people.models import User
from onboarding.people.profile import EVERY_DAY
from onboarding.people.rotation import Layer
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
    place: tuple[str, str] = ("", "")  # country and region, whose public holidays they keep
    leads: bool = False

    @property
    def email(self) -> str:
        return f"{self.first}@vendor.example"


ENGLAND = ("GB", "ENG")
#: In every team that stands by somebody keeps no public holidays: a demo that is made on one has
#: people for its cutovers all the same.
STAFF = (
    Person(
        "ann",
        "Ann Archer",
        "account_manager",
        "account_management",
        "Europe/London",
        place=ENGLAND,
        leads=True,
    ),
    Person(
        "sue",
        "Sue Santos",
        "support",
        "support",
        "Europe/London",
        ("comms", "tls"),
        ENGLAND,
        leads=True,
    ),
    Person("sid", "Sid Sommer", "support", "support", "America/New_York", ("comms",)),
    Person("omar", "Omar Okafor", "ops", "ops", "Europe/London", ("linux", "cache"), leads=True),
    Person("olga", "Olga Orlova", "ops", "ops", "America/New_York", ("linux", "logs")),
    Person(
        "nina",
        "Nina Novak",
        "neteng",
        "neteng",
        "Europe/London",
        ("bgp", "dns"),
        ENGLAND,
        leads=True,
    ),
    Person("noah", "Noah Nilsson", "neteng", "neteng", "America/Los_Angeles", ("bgp",)),
    Person(
        "eve",
        "Eve Engel",
        "engineering",
        "engineering",
        "Europe/Berlin",
        ("tls", "vcl"),
        ("DE", "BE"),
        leads=True,
    ),
    Person("emil", "Emil Eriksen", "engineering", "engineering", "Asia/Tokyo", ("api",)),
    Person("adam", "Adam Ames", "admin", "ops", "Europe/London", ("linux",), ENGLAND),
)
SITES = (
    ("Amsterdam", 60_000.0, 21_000.0),
    ("Ashburn", 90_000.0, 38_000.0),
    ("Singapore", 40_000.0, 12_500.0),
)


def add_staff(session: Session, password: str) -> dict[str, User]:
    """Everybody of `STAFF`, with one password between them, in teams with leads and a rotation."""
    known = ensure_teams(session)
    people = {
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
            country=person.place[0],
            subdivision=person.place[1],
        )
        for person in STAFF
    }
    for person in STAFF:
        if person.leads:
            teams.set_lead(session, DEMO, known[person.team], people[person.first].id)
    for key in sorted({person.team for person in STAFF}):
        mine = tuple(
            people[one.first].id for one in STAFF if one.team == key and one.role != "admin"
        )
        rotations.add_layer(session, DEMO, known[key], _week_by_week(mine))
    return people


def _week_by_week(people: tuple[int, ...]) -> Layer:
    """Each is called for a week, day and night, from Monday morning."""
    today = now().date()
    monday = today - timedelta(days=today.weekday())
    nine = time(9)
    return Layer("Week by week", "Europe/London", nine, nine, EVERY_DAY, people, 7, monday)


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
