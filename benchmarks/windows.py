"""Five windows for one cutover over 28 days, and 20 cutovers planned together, with 200 people.

    python -m benchmarks.windows [SEED …]

Asked: 2 s; 20 s with a gap to the bound of at most 5 %.
"""

import math
import random
import sys
import time
from datetime import UTC, datetime, timedelta

from onboarding.rosters.terms import BACKUP, PRIMARY, Need, Person
from onboarding.rosters.windows import WorkingHours
from onboarding.windows.asked import Asked, Duty, Flip, Obstacle, SiteRoom, Staff, Traffic
from onboarding.windows.best import best, document
from onboarding.windows.pricing import priced
from onboarding.windows.together import plan

START = datetime(2027, 3, 1, 9, tzinfo=UTC)
DAYS, HOURS = 28, 28 * 24 + 200
TEAMS = ("ops", "neteng", "engineering", "support")
ZONES = ("Europe/London", "America/New_York", "Asia/Tokyo", "Australia/Sydney", "Europe/Berlin")
REGIONS = ("east", "west", "south")


def staff(chance: random.Random, each: int) -> Staff:
    """`each` people a team over five zones, some away, some standing by elsewhere, some learning."""
    people, duties = [], []
    for team in TEAMS:
        for number in range(each):
            zone, begin = chance.choice(ZONES), chance.choice((480, 540, 600))
            name = f"{team}{number}"
            away = START + timedelta(days=chance.uniform(0, DAYS))
            working = WorkingHours(zone, begin, begin + 510, frozenset({1, 2, 3, 4, 5}))
            off = ((away, away + timedelta(days=chance.choice((1, 5, 14)))),)
            people.append(Person(name, team, working, trainee=chance.random() < 0.1, away=off))
            busy = START + timedelta(hours=chance.randrange(DAYS * 24))
            duties.append(Duty(name, busy, busy + timedelta(hours=4)))
    needs = tuple(Need(team, role) for team in TEAMS for role in (PRIMARY, BACKUP))
    return Staff(tuple(people), needs, {}, tuple(duties))


def asked(chance: random.Random, number: int) -> Asked:
    """A cutover of four to six hours with a day's shape of traffic on three sites."""
    top = chance.uniform(2_000, 20_000)
    phase = chance.randrange(24)
    rates = tuple(
        top * (0.6 + 0.4 * math.sin(2 * math.pi * (hour + phase) / 24)) for hour in range(HOURS)
    )
    sites = tuple(SiteRoom(region, 150_000.0, (60_000.0,) * HOURS, 1 / 3) for region in REGIONS)
    freeze = START + timedelta(days=chance.uniform(0, DAYS))
    obstacles = (
        Obstacle("a freeze", freeze, freeze + timedelta(days=3)),
        Obstacle("a ship", freeze + timedelta(days=6), freeze + timedelta(days=6.5), False, 6.0),
    )
    return Asked(
        f"Cutover {number}", number, frozenset(REGIONS), START, DAYS, chance.choice((240, 300, 360)),
        ((0, 0.05), (60, 0.5), (120, 1.0)), Traffic(rates, 1.2, sites), obstacles,
        WorkingHours(chance.choice(ZONES), 1320, 360, frozenset(range(1, 8))), number=number,
    )  # fmt: skip


def measure(seed: int) -> None:
    """One round, printed."""
    chance = random.Random(seed)  # noqa: S311  # no secret hangs on it
    people = staff(chance, 50)
    begun = time.perf_counter()
    one = asked(chance, 0)
    flips = [
        Flip(
            n,
            f"F{n}",
            100 + n,
            START + timedelta(days=n, hours=5),
            START + timedelta(days=n, hours=9),
        )
        for n in range(10)
    ]
    found = priced(one, people, flips)
    document(found, one, people, flips)
    alone = time.perf_counter() - begun
    print(
        f"seed {seed}: five windows in {alone:.2f} s: {[found.grid.at(s).isoformat()[:16] for s in best(found)]}"
    )
    for each, count in ((50, 20), (6, 20), (3, 20)):
        people = staff(chance, each)
        begun = time.perf_counter()
        many = [asked(chance, n) for n in range(count)]
        result = plan(many, [priced(a, people, ()) for a in many])
        took = time.perf_counter() - begun
        empty = sum(start is None for start in result.starts)
        print(
            f"  {count} together, {4 * each} people: {took:.1f} s, price {result.price:.1f}, "
            f"bound {result.bound:.1f}, gap {result.gap:.2%}, without a window {empty}"
        )


if __name__ == "__main__":
    for given in sys.argv[1:] or ("1", "2", "3"):
        measure(int(given))
