"""What a file holds is guessed from its first lines; what cannot be told is asked."""

import gzip
import io
from datetime import UTC, datetime, timedelta

import pytest

from onboarding.errors import BadInput
from onboarding.forecasts.intake.choice import Choice
from onboarding.forecasts.intake.declared import DAYS, declared
from onboarding.forecasts.intake.doubts import doubt
from onboarding.forecasts.intake.guess import guess
from onboarding.forecasts.intake.reading import read

START = datetime(2026, 6, 1, tzinfo=UTC)


def rows(template: str, hours: int = 48) -> str:
    lines = []
    for i in range(hours):
        at = START + timedelta(hours=i)
        lines.append(
            template.format(
                iso=at.isoformat().replace("+00:00", "Z"),
                local=f"{at:%Y-%m-%d %H:%M}",
                dmy=f"{at:%d/%m/%Y %H:%M}",
                epoch=int(at.timestamp()),
                value=100 + i % 24,
            )
        )
    return "\n".join(lines) + "\n"


def test_the_plain_format_needs_no_question() -> None:
    found = guess(("ds,y\n" + rows("{iso},{value}")).encode(), "a.csv", "Europe/Berlin")
    assert found.certain
    assert (found.choice.time, found.choice.value, found.choice.zone) == (0, 1, "UTC")


@pytest.mark.parametrize(
    ("text", "time", "value", "times", "delimiter", "unit", "asks"),
    [
        ("host,Timestamp,rps\n" + rows("a,{iso},{value}"), 1, 2, "iso", ",", "req/s", ()),
        ("Zeit;Wert\n" + rows("{local};{value},5"), 0, 1, "iso", ";", "req/s", ("unit", "zone")),
        (
            "requests\twhen\n" + rows("{value}\t{epoch}"),
            1,
            0,
            "epoch_s",
            "\t",
            "requests per row",
            (),
        ),
        (rows("{epoch},{value}"), 0, 1, "epoch_s", ",", "req/s", ("unit",)),
        ("date,mbit\n" + rows("{dmy},{value}", 12), 0, 1, "dmy", ",", "Mbit/s", ("times", "zone")),
        ("date,mbit\n" + rows("{dmy},{value}", 480), 0, 1, "dmy", ",", "Mbit/s", ("times", "zone")),
    ],
)
def test_columns_units_and_times_are_guessed(
    text, time, value, times, delimiter, unit, asks
) -> None:
    found = guess(text.encode(), "a.csv", "Europe/Berlin")
    choice = found.choice
    assert (choice.time, choice.value, choice.times) == (time, value, times)
    assert (choice.delimiter, choice.unit, found.asks) == (delimiter, unit, asks)
    assert not found.certain
    assert choice.zone == ("Europe/Berlin" if "zone" in asks else "UTC")


def test_a_packed_file_is_looked_into() -> None:
    data = gzip.compress(("ds,y\n" + rows("{iso},{value}")).encode())
    assert guess(data, "a.csv.gz").columns == ("ds", "y")


@pytest.mark.parametrize(
    "data", [b"", b"\x00\x01\x02" * 99, b"one column\n1\n2\n", b"\x1f\x8b rubbish"]
)
def test_what_is_no_table_and_no_log_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput) as wrong:
        guess(data, "a.csv")
    assert wrong.value.place == "a.csv:1"


@pytest.mark.parametrize(
    ("choice", "first"),
    [
        (Choice(unit="req/min"), 100 / 60),
        (Choice(unit="requests per row"), 100 / 3600),
        (Choice(unit="million req/s"), 1e8),
        (Choice(unit="Mbit/s", mean_bytes=12_500), 1000.0),
        (Choice(multiply=1e-6), 1e-4),
    ],
)
def test_every_unit_becomes_requests_a_second(choice: Choice, first: float) -> None:
    text = "t,v\n" + rows("{iso},{value}")
    taken = read(io.BytesIO(text.encode()), "a.csv", choice)
    assert taken.history.values[0] == pytest.approx(first)
    assert taken.history.unit == "req/s"


def test_bits_without_the_size_of_a_response_are_refused_at_the_field() -> None:
    with pytest.raises(BadInput) as wrong:
        read(io.BytesIO(b"t,v\n"), "a.csv", Choice(unit="Gbit/s"))
    assert wrong.value.place == "mean_bytes"


def test_a_wrong_row_is_named_by_its_line() -> None:
    text = "t,v\n" + rows("{iso},{value}") + "2026-06-09T00:00:00Z,-4\n"
    with pytest.raises(BadInput, match="not a rate") as wrong:
        read(io.BytesIO(text.encode()), "a.csv", Choice())
    assert wrong.value.place == "a.csv:50"


@pytest.mark.parametrize(
    ("top", "known", "multiply"),
    [
        (2e9, 2100, 1e-6),
        (2e9, 0, 1e-6),
        (2e-4, 0, 1e6),
        (3, 2900, 1e3),
        (2000, 1500, None),
        (0, 9, None),
    ],
)
def test_a_size_that_is_far_off_is_asked_about(top, known, multiply) -> None:
    found = doubt([top / 2, top], known)
    assert (found.multiply if found else None) == multiply


@pytest.mark.parametrize("shape", DAYS)
def test_a_declared_peak_is_the_highest_hour_of_every_week(shape: str) -> None:
    history = declared("x", shape, START + timedelta(hours=5), peak=700)
    weeks = [history.values[i : i + 168] for i in range(0, 672, 168)]
    assert {max(week) for week in weeks} == {700.0}
    mean = declared("x", shape, START, mean=700).values
    assert sum(mean) / len(mean) == pytest.approx(700)
