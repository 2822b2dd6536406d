"""What may come in as a history, and what is refused, where and why."""

import gzip
import io
import tracemalloc
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.errors import BadInput
from onboarding.forecasts.tables import Columns, read_history

START = datetime(2026, 3, 2, tzinfo=UTC)


def read(text: str | bytes, name: str = "shop.csv"):
    return read_history(io.BytesIO(text.encode() if isinstance(text, str) else text), name)


def table(values, minutes: int = 60, skip=()) -> str:
    rows = [
        f"{(START + timedelta(minutes=i * minutes)).isoformat()},{y}"
        for i, y in enumerate(values)
        if i not in skip
    ]
    return "\n".join(["ds,y", *rows]) + "\n"


def test_hours_come_in_as_they_are():
    (one,) = read(table([1, 2.5, 0]))
    assert (one.unique_id, one.start, list(one.values)) == ("shop", START, [1, 2.5, 0])
    assert one.spacing_minutes == 60
    assert one.end == START + timedelta(hours=3)


def test_minutes_become_hourly_means():
    (one,) = read(table([1, 3] * 60, minutes=1))
    assert (list(one.values), one.spacing_minutes) == ([2, 2], 1)


@pytest.mark.parametrize("minutes", [5, 15, 30])
def test_spacing_is_found_in_spite_of_gaps(minutes: int):
    (one,) = read(table(range(2000), minutes=minutes, skip=range(100, 160)))
    assert one.spacing_minutes == minutes


def test_gzip_is_found_by_its_content():
    (one,) = read(gzip.compress(table([1, 2]).encode()), "shop.csv.gz")
    assert (one.unique_id, list(one.values)) == ("shop", [1, 2])


def test_gaps_are_filled_from_the_week_around_and_counted():
    (one,) = read(table([i % 168 for i in range(504)], skip=range(200, 203)))
    assert one.filled == (200, 201, 202)
    assert list(one.values[200:203]) == [32, 33, 34]
    assert "3 of 504 hours" in one.warnings[0]


def test_a_gap_with_no_like_hour_is_bridged_by_a_line():
    (one,) = read(table([7, 0, 0, 0, 3, 3], skip=[2, 3]))
    assert list(one.values) == [7, 0, 1, 2, 3, 3]


def test_series_are_kept_apart_and_in_order():
    text = (
        "unique_id,ds,y\nb,2026-03-02,1\na,2026-03-02,5\nb,2026-03-02T01:00,2\na,2026-03-02T01,6\n"
    )
    b, a = read(text)
    assert (b.unique_id, list(b.values)) == ("b", [1, 2])
    assert (a.unique_id, list(a.values)) == ("a", [5, 6])


def test_rows_need_not_be_sorted():
    head, *rows = table(range(50)).splitlines()
    (one,) = read("\n".join([head, *reversed(rows)]))
    assert (one.start, list(one.values)) == (START, list(range(50)))


def test_an_offset_is_turned_into_utc_also_over_a_clock_change():
    text = "ds,y\n2026-03-29T00:00+01:00,1\n2026-03-29T01:00+01:00,2\n2026-03-29T03:00+02:00,3\n"
    (one,) = read(text)
    assert (one.start.isoformat(), list(one.values)) == ("2026-03-28T23:00:00+00:00", [1, 2, 3])


def test_columns_may_have_other_names_where_somebody_says_so():
    stream = io.BytesIO(b"when,other,rps\n2026-03-02,x,1\n2026-03-02T01,x,2\n")
    (one,) = read_history(stream, "log.csv", Columns(ds="when", y="rps", unique_id=""))
    assert list(one.values) == [1, 2]


OK = "ds,y\n2026-03-02T00:00Z,1\n2026-03-02T01:00Z,2\n"


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("", "shop.csv:1", "empty"),
        ("time,value\n1,2\n", "shop.csv:1", "ds,y or unique_id,ds,y"),
        ("ds,y,z\n", "shop.csv:1", "ds,y or unique_id,ds,y"),
        ("ds,y\n", "shop.csv:2", "no rows"),
        ("ds,y\n2026-03-02,1\n", "shop.csv:2", "at least two"),
        (OK + "2026-03-02T01:00Z,3\n", "shop.csv:4", "second value for 2026-03-02T01:00:00Z"),
        (OK + "2026-03-02T00:00Z,3\n", "shop.csv:4", "second value for 2026-03-02T00:00:00Z"),
        (OK + "2026-03-02T02:00Z,-1\n", "shop.csv:4", "-1 is not a rate"),
        (OK + "2026-03-02T02:00Z,nan\n", "shop.csv:4", "nan is not a rate"),
        (OK + "2026-03-02T02:00Z,inf\n", "shop.csv:4", "inf is not a rate"),
        (OK + "2026-03-02T02:00Z,1e400\n", "shop.csv:4", "1e400 is not a rate"),
        (OK + "2026-03-02T02:00Z,1e18\n", "shop.csv:4", "check the unit"),
        (OK + "2026-03-02T02:00Z,abc\n", "shop.csv:4", "'abc' is not a number"),
        (OK + "2026-03-02T02:00Z,1_0\n", "shop.csv:4", "not a number"),
        (OK + "2026-03-02T02:00Z,\n", "shop.csv:4", "not a number"),
        (OK + "yesterday,3\n", "shop.csv:4", "ISO 8601"),
        (OK + "0026-03-02T02:00Z,3\n", "shop.csv:4", "from 1970"),
        (OK + "2026-03-02T02:00Z,3,4\n", "shop.csv:4", "3 fields where the header has 2"),
        (OK + "2026-03-02T02:00,3\n", "shop.csv:4", "mixed time zones"),
        (OK + "2026-03-02T07:30+05:30,3\n", "shop.csv:4", "mixed time zones"),
        (OK + "2027-03-02T02:00Z,3\n", "shop.csv:4", "no data for 365 days"),
        ("ds,y\n2026-03-02,1\n2026-03-03,1\n2026-03-04,1\n", "shop.csv:2", "1440 minutes apart"),
        ("ds,y\n2026-03-02T00:00:00,1\n2026-03-02T00:00:20,1\n", "shop.csv:2", "1 to 60 minutes"),
        ("unique_id,ds,y\n,2026-03-02,1\n", "shop.csv:2", "empty unique_id"),
        (OK.encode() + b"2026-03-02T02:00Z,\xff\n", "shop.csv:4", "not UTF-8"),
        (OK.encode("utf-16"), "shop.csv:1", "not UTF-8"),
        (OK + "9" * 5000, "shop.csv:4", "more than 4096 bytes"),
    ],
)
def test_unusable_input_is_refused_with_its_line(text: str | bytes, place: str, says: str):
    with pytest.raises(BadInput) as refused:
        read(text)
    assert refused.value.place == place
    assert says in refused.value.line()


def test_an_alternating_zone_is_refused_though_a_clock_change_is_not():
    rows = [f"2026-03-02T{3 * i:02}:30:00+0{i % 2}:00,1" for i in range(6)]
    with pytest.raises(BadInput, match="mixed time zones"):
        read("\n".join(["ds,y", *rows]))


def test_broken_gzip_is_refused():
    packed = gzip.compress(table(range(500)).encode())
    with pytest.raises(BadInput, match="broken or cut short"):
        read(packed[: len(packed) // 2])


def test_a_decompression_bomb_is_refused_before_it_is_unpacked():
    times = (START + timedelta(hours=i) for i in range(5000))
    rows = (f"{at:%Y-%m-%dT%H:%M},{'0' * 4000}\n" for at in times)
    packed = gzip.compress(("ds,y\n" + "".join(rows)).encode())
    assert len(packed) < 200_000
    with pytest.raises(BadInput, match="unpacks to over 100 times its size"):
        read(packed, "bomb.csv.gz")


def most_memory(rows: int) -> int:
    """Bytes held at the worst moment of reading a table of so many minutes."""
    text = io.BytesIO(table([1.25] * rows, minutes=1).encode())
    tracemalloc.start()
    (one,) = read_history(text, "long.csv")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(one.values) == rows // 60
    return most


def test_a_long_table_is_not_held_in_memory():
    # In a process of its own: the threads that other tests leave behind allocate too.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
        alone.submit(most_memory, 1_200).result()  # what is allocated once, whatever is read
        short, long = alone.map(most_memory, (15_000, 75_000))
    # the text alone is 1,800,000 bytes longer
    assert long - short < 90_000


@given(
    st.lists(st.floats(0, 1e15, allow_subnormal=False), min_size=2, max_size=60),
    st.data(),
)
def test_what_was_measured_is_never_changed(values: list[float], data: st.DataObject):
    inner = range(1, len(values) - 1)
    skip = data.draw(st.sets(st.sampled_from(inner)) if len(inner) else st.just(set()))
    if 4 * len(skip) > len(values):
        skip = set()
    (one,) = read(table(values, skip=skip))
    assert len(one.values) == len(values)
    assert one.filled == tuple(sorted(skip))
    assert all(one.values[i] == values[i] for i in range(len(values)) if i not in skip)
    assert min(values) * (1 - 1e-9) <= min(one.values)
    assert max(one.values) <= max(values) * (1 + 1e-9)
