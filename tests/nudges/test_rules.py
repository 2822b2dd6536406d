"""Whoever is reminded is reminded once, by day, and the owner before the manager."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from onboarding.nudges.rules import Overdue, Reader, Sent, reminders, sane

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")
PATIENCE = timedelta(days=2)
DAYS = st.frozensets(st.integers(1, 7), min_size=1)
#: Weeks in which clocks change somewhere, and some in which they do not.
STARTS = st.integers(0, 264 * 24).map(
    lambda hours: datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=hours)
)


@st.composite
def readers(draw: st.DrawFn, number: int) -> Reader:
    return Reader(number, draw(st.sampled_from(ZONES)), draw(DAYS))


@given(STARTS, readers(1), readers(2), readers(3), st.booleans())
def test_forty_days_of_looking_says_each_thing_once(
    start: datetime, one: Reader, two: Reader, manager: Reader, each: bool
) -> None:
    thing = Overdue("a", start, (one, two), each, manager)
    sent: list[Sent] = []
    by_id = {reader.id: reader for reader in (one, two, manager)}
    for tick in range(1, 40 * 24, 2):
        now = start + tick * timedelta(hours=1)
        for found in reminders([thing], sent, now, PATIENCE):
            local = now.astimezone(ZoneInfo(by_id[found.reader].timezone))
            assert 9 <= local.hour < 17
            assert local.isoweekday() in by_id[found.reader].days
            sent.append(Sent(found.key, found.step, found.reader, now))
    said = [(found.step, found.reader) for found in sent]
    assert len(said) == len(set(said))
    first = next(found.at for found in sent if found.step == "owner")
    told = next(found.at for found in sent if found.step == "manager")
    assert told >= first + PATIENCE
    owners = {reader for step, reader in said if step == "owner"}
    assert owners == {1, 2} if each else owners


def test_the_wall_clock_decides_on_the_days_that_clocks_change() -> None:
    berlin = Reader(1, "Europe/Berlin", frozenset(range(1, 8)))
    # 29 March 2026: 09:00 is 07:00 UTC from that night on, 08:00 UTC the day before
    assert not sane(datetime(2026, 3, 28, 7, 59, tzinfo=UTC), berlin)
    assert sane(datetime(2026, 3, 28, 8, 0, tzinfo=UTC), berlin)
    assert sane(datetime(2026, 3, 29, 7, 0, tzinfo=UTC), berlin)
    assert not sane(datetime(2026, 3, 29, 15, 0, tzinfo=UTC), berlin)
    assert sane(datetime(2026, 10, 25, 15, 59, tzinfo=UTC), berlin)
    assert not sane(datetime(2026, 10, 25, 16, 0, tzinfo=UTC), berlin)


def test_no_manager_before_the_owner_and_none_before_it_is_due() -> None:
    noon = datetime(2026, 6, 3, 12, tzinfo=UTC)
    week = frozenset(range(1, 6))
    sleeping, awake = Reader(1, "Pacific/Auckland", week), Reader(2, "UTC", week)
    thing = Overdue("a", noon - timedelta(days=9), (sleeping,), True, awake)
    assert reminders([thing], [], noon, PATIENCE) == []
    alone = Overdue("b", noon - timedelta(days=9), (), True, awake)
    assert [one.step for one in reminders([alone], [], noon, PATIENCE)] == ["manager"]
    early = Overdue("c", noon, (awake,), True, awake)
    assert reminders([early], [], noon, PATIENCE) == []
