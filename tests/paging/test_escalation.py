"""Whom a page calls next: every history keeps the same promises."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from onboarding.paging.escalation import HOLDS_S, Person, Standing, acknowledged, begin, move

START = datetime(2027, 3, 1, 9, tzinfo=UTC)
ADA = Person(1, (("email", "ada@x.example"), ("pager", "ada")))
BEN = Person(2, (("email", "ben@x.example"),))


def run(page: Standing, until: datetime, every_s: int = 5) -> tuple[Standing, list[str]]:
    """What a sweep every few seconds does until then, with the second it happens at."""
    told, now = [], max(START, page.next_at)
    while now <= until:
        step = move(page, now)
        page = step.standing
        if step.what == "nothing":
            now += timedelta(seconds=every_s)
            continue
        who = f" {step.call.user} {step.call.channel}" if step.call else ""
        told.append(f"{(now - START).total_seconds():.0f} {step.what}{who}")
    return page, told


def test_one_channel_after_another_then_the_next_person_then_all_again() -> None:
    page, told = run(begin([ADA, BEN, ADA], "critical", START), START + timedelta(minutes=7))
    assert told == [
        "0 called 1 email",
        "120 called 1 pager",
        "240 called 2 email",
        "360 round",
        "360 called 1 email",
    ]
    assert page.round == 2


def test_a_page_that_nobody_answers_is_called_at_least_hourly_for_ever() -> None:
    _, told = run(begin([BEN], "critical", START), START + timedelta(days=3), 60)
    times = [int(line.split()[0]) for line in told if "called" in line]
    assert len(times) > 70
    assert max(b - a for a, b in pairwise(times)) <= 3600 + 60


def test_an_acknowledgement_holds_is_asked_about_and_runs_out_to_somebody_else() -> None:
    page, _ = run(begin([ADA, BEN], "critical", START), START)
    page = acknowledged(page, 1, START)
    _, told = run(page, START + timedelta(seconds=HOLDS_S))
    assert told == ["1200 remind", "1800 expired", "1800 called 2 email"]


def test_confirmed_in_time_it_holds_on() -> None:
    page = acknowledged(begin([ADA, BEN], "critical", START), 1, START)
    page, told = run(page, START + timedelta(seconds=1500))
    assert told == ["1200 remind"]
    page = acknowledged(page, 1, START + timedelta(seconds=1500))
    _, told = run(page, START + timedelta(seconds=3000))
    assert told == ["2700 remind"]


PEOPLE = st.lists(
    st.builds(
        Person,
        st.integers(1, 6),
        st.lists(st.sampled_from([("email", "a"), ("pager", "b"), ("webhook", "c")]), min_size=1)
        .map(dict.fromkeys)
        .map(tuple),
    ),
    min_size=1,
    max_size=5,
)


@given(PEOPLE, st.lists(st.integers(0, 4000), min_size=1, max_size=60), st.integers(0, 40))
def test_nothing_is_called_early_twice_or_after_the_end(
    people: list[Person], gaps: list[int], over_at: int
) -> None:
    page, now, last = begin(people, "error", START), START, None
    for n, gap in enumerate(gaps):
        now += timedelta(seconds=gap)
        if n == over_at:
            page = replace(page, state="resolved")
        done = move(page, now)
        assert n < over_at or done.what == "nothing"
        if done.what == "called":
            assert page.next_at <= now
            assert last is None or now - last >= timedelta(seconds=page.wait_s)
            last = now
            assert move(done.standing, now).what == "nothing"
        page = done.standing
