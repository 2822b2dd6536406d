"""What is due, in working time and around the clock."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from onboarding.tickets.clocks import Span, Week, due, together, worked, working

HOUR = timedelta(hours=1)
OFFICE = Week("Europe/Berlin", time(9), time(17), (1, 2, 3, 4, 5), frozenset({date(2027, 3, 26)}))


def at(day: int, hour: int, month: int = 3) -> datetime:
    return datetime(2027, month, day, hour, tzinfo=UTC)


def test_working_time_goes_over_nights_weekends_holidays_and_a_change_of_clocks() -> None:
    """26 March 2027 is Good Friday; clocks go forward on Sunday the 28th."""
    hours = working([OFFICE], at(24, 0), at(31, 0))
    assert hours == [
        Span(at(24, 8), at(24, 16)),
        Span(at(25, 8), at(25, 16)),
        Span(at(29, 7), at(29, 15)),
        Span(at(30, 7), at(30, 15)),
    ]
    assert due(at(25, 15), 2 * HOUR, hours) == at(29, 8)
    assert worked(at(25, 15), at(29, 8), hours) == 2 * HOUR
    assert due(at(25, 15), 2 * HOUR, None) == at(25, 17)
    assert worked(at(25, 15), at(29, 8), None) == at(29, 8) - at(25, 15)


def test_a_night_shift_and_two_offices_are_one_row_of_spans() -> None:
    night = Week("UTC", time(22), time(6), (1, 2, 3, 4, 5))
    morning = Week("UTC", time(6), time(12), (2,))
    found = working([night, morning], at(23, 0), at(24, 0))  # a Tuesday
    assert found == [Span(at(23, 0), at(23, 12)), Span(at(23, 22), at(24, 0))]


moments = st.integers(0, 7 * 24).map(lambda hours: at(1, 0) + hours * HOUR)
spans = st.lists(st.tuples(moments, moments).map(lambda pair: Span(*pair)), max_size=6)


@given(spans, moments, st.integers(0, 60).map(lambda n: n * timedelta(minutes=17)))
def test_what_is_due_has_just_the_length_of_work_before_it(
    given_spans: list[Span], start: datetime, length: timedelta
) -> None:
    hours = together(given_spans)
    assert all(one.end < other.start for one, other in pairwise(hours))
    end = due(start, length, hours)
    known = max((span.end for span in hours), default=start)
    if end <= known:
        assert worked(start, end, hours) == length
    assert end >= start + length
