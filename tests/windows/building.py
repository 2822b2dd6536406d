"""Searches to begin a test with: a week in March, two teams in London, no traffic unless given."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from onboarding.rosters.terms import BACKUP, PRIMARY, Need, Person
from onboarding.rosters.windows import WorkingHours
from onboarding.windows.asked import Asked, Flip, SiteRoom, Staff, Traffic

MONDAY = datetime(2027, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAYS = frozenset({1, 2, 3, 4, 5})
LONDON = WorkingHours("Europe/London", 540, 1050, DAYS)
NEEDS = tuple(Need(team, role) for team in ("ops", "neteng") for role in (PRIMARY, BACKUP))


def person(name: str, team: str, **changes: Any) -> Person:
    return replace(Person(name, team, LONDON), **changes)


PEOPLE = tuple(person(f"{team}{number}", team) for team in ("ops", "neteng") for number in (1, 2))


def staff(people: tuple[Person, ...] = PEOPLE, **changes: Any) -> Staff:
    return Staff(people, NEEDS, {"ops": "Operations", "neteng": "Networks"}, **changes)


def asked(**changes: Any) -> Asked:
    """Two hours anywhere in the week."""
    plain = Asked(
        "Acme moves", 1, frozenset({"east"}), MONDAY, 7, 120, ((0, 0.5), (60, 1.0)), Traffic()
    )
    return replace(plain, **changes)


def flip(start: datetime, hours: float = 2, **changes: Any) -> Flip:
    return replace(Flip(9, "Globex moves", 9, start, start + hours * HOUR), **changes)


def traffic(rate: float, limit: float = 100.0, taken: float = 0.0) -> Traffic:
    """The same rate in every hour on one site."""
    return Traffic((rate,) * 400, 1.0, (SiteRoom("Tokyo", limit, (taken,) * 400, 1.0),))
