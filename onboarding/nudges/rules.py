"""Who is reminded of what, and when. Pure.

Hours are what the wall clock shows in the reader's own zone, so that a change to summer time moves
nobody's letters into the night.
"""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

OPENS, CLOSES = time(9), time(17)
STEPS = ("owner", "manager")


@dataclass(frozen=True)
class Reader:
    """Somebody who may be written to: their id, IANA zone, working days (ISO, 1 = Monday), and those
    public holidays of their country that may matter now."""

    id: int
    timezone: str
    days: frozenset[int]
    holidays: frozenset[date] = frozenset()


@dataclass(frozen=True)
class Overdue:
    """A thing that should be done by now.

    `key` names it for ever (item and due time: a new due time is another thing). `owners` are
    asked; `each` of them (a customer's people) or, of a team, only those who work right now and
    only once. `manager` is told later, None where the manager is the owner or there is none.
    """

    key: str
    due: datetime
    owners: tuple[Reader, ...]
    each: bool
    manager: Reader | None = None


@dataclass(frozen=True)
class Sent:
    """A reminder that went out: of which thing, as which step, to whom, when."""

    key: str
    step: str
    reader: int
    at: datetime


@dataclass(frozen=True)
class Reminder:
    """One that is to go out now."""

    key: str
    step: str
    reader: int


def sane(at: datetime, reader: Reader) -> bool:
    """Whether 09:00 ≤ the reader's clock < 17:00 on a working day of theirs that is no holiday; `at`
    is aware."""
    local = at.astimezone(ZoneInfo(reader.timezone))
    works = local.isoweekday() in reader.days and local.date() not in reader.holidays
    return works and OPENS <= local.time() < CLOSES


def sane_from(at: datetime, reader: Reader) -> datetime:
    """`at` where that is sane for the reader, else the next time that they begin a working day;
    `at` where they have none."""
    if sane(at, reader) or not reader.days:
        return at
    zone = ZoneInfo(reader.timezone)
    day = at.astimezone(zone).date()
    mornings = (
        datetime.combine(day + timedelta(days=ahead), OPENS, zone).astimezone(at.tzinfo)
        for ahead in range(15)
    )
    return next((one for one in mornings if one >= at and sane(one, reader)), at)


def reminders(
    things: Iterable[Overdue], sent: Iterable[Sent], now: datetime, patience: timedelta
) -> list[Reminder]:
    """What is to be sent at `now`. Nobody is reminded twice of the same thing in the same step.

    The manager is told `patience` after the owner was first reminded; where nobody could be,
    `patience` after the due time.
    """
    known = list(sent)
    said = {(one.key, one.step, one.reader) for one in known}
    first: dict[str, datetime] = {}
    for one in known:
        if one.step == "owner":
            first[one.key] = min(one.at, first.get(one.key, one.at))
    found = []
    for thing in things:
        found += _to_owners(thing, said, now)
        late = now >= first.get(thing.key, thing.due) + patience
        if thing.owners and thing.key not in first:
            late = False  # the owner comes first, however late it is
        if thing.manager is not None and late and sane(now, thing.manager):
            found.append(Reminder(thing.key, "manager", thing.manager.id))
    return [one for one in found if (one.key, one.step, one.reader) not in said]


def _to_owners(thing: Overdue, said: Set[tuple[str, str, int]], now: datetime) -> list[Reminder]:
    told = any(key == thing.key and step == "owner" for key, step, _reader in said)
    if thing.due >= now or (told and not thing.each):
        return []
    return [Reminder(thing.key, "owner", one.id) for one in thing.owners if sane(now, one)]
