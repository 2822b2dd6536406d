"""Access logs in: three formats, broken lines, gaps; what holds no time is refused by line."""

import gzip
import io
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from onboarding.errors import BadInput
from onboarding.forecasts.intake.choice import Choice
from onboarding.forecasts.intake.guess import guess
from onboarding.forecasts.intake.reading import Taken, read

START = datetime(2026, 11, 1, tzinfo=UTC)
PER_HOUR = 120


def times(hours: int) -> Iterator[datetime]:
    for i in range(hours * PER_HOUR):
        yield START + i * timedelta(seconds=3600 / PER_HOUR)


def common(at: datetime) -> str:
    local = at + timedelta(hours=-7)
    return f'192.0.2.7 - frank [{local:%d/%b/%Y:%H:%M:%S} -0700] "GET /a?x=[1] HTTP/1.1" 200 2000'


def combined(at: datetime) -> str:
    return f'{common(at)} "https://example.com/" "Mozilla/5.0 (X11; é)"'


def json_line(at: datetime) -> str:
    return json.dumps({"time": at.isoformat(), "status": 200, "bytes_sent": 2000})


def json_epoch(at: datetime) -> str:
    return json.dumps({"ts": at.timestamp() * 1000, "bytes": 2000})


def take(text: str, *, packed: bool = False) -> Taken:
    data = gzip.compress(text.encode()) if packed else text.encode()
    found = guess(data[:262144], "access.log")
    assert found.choice.shape == "log"
    return read(io.BytesIO(data), "access.log", found.choice)


@pytest.mark.parametrize("line", [common, combined, json_line, json_epoch])
@pytest.mark.parametrize("packed", [False, True])
def test_requests_an_hour_and_bytes_a_request(line, packed: bool) -> None:
    taken = take("\n".join(map(line, times(48))), packed=packed)
    assert taken.history.start == START
    assert set(taken.history.values) == {PER_HOUR / 3600}
    assert (len(taken.history.values), taken.rows, taken.broken) == (48, 48 * PER_HOUR, 0)
    assert taken.mean_bytes == 2000


def test_a_broken_line_is_counted_and_passed_over() -> None:
    lines = list(map(combined, times(48)))
    lines[3000] = lines[3000][:17] + "\x00\x01 cut"
    lines.insert(4000, "{not json")
    taken = take("\n".join(lines))
    assert taken.broken == 2
    assert "line 3001" in taken.history.warnings[0]
    assert sum(taken.history.values) * 3600 == pytest.approx(48 * PER_HOUR - 1)


def test_lines_out_of_order_count_the_same() -> None:
    lines = list(map(common, times(48)))
    shuffled = lines[:]
    random.Random(1).shuffle(shuffled)
    assert take("\n".join(shuffled)).history.values == take("\n".join(lines)).history.values


def test_an_hour_recorded_in_part_is_left_out() -> None:
    late = [
        at
        for at in times(50)
        if START + timedelta(minutes=20) <= at < START + timedelta(hours=49.5)
    ]
    taken = take("\n".join(map(common, late)))
    assert taken.history.start == START + timedelta(hours=1)
    assert len(taken.history.values) == 48


def test_hours_without_a_line_are_a_gap_where_there_is_traffic() -> None:
    kept = [at for at in times(72) if not 30 <= (at - START) / timedelta(hours=1) < 33]
    taken = take("\n".join(map(common, kept)))
    assert taken.history.filled == (30, 31, 32)
    assert min(taken.history.values) > 0


@pytest.mark.parametrize("line", ['{"status": 200}', "192.0.2.1 - - GET / 200"])
def test_a_log_without_times_is_refused_naming_the_line(line: str) -> None:
    with pytest.raises(BadInput, match="no timestamp") as wrong:
        read(io.BytesIO((line + "\n").encode() * 50), "a.log", Choice(shape="log"))
    assert wrong.value.place == "a.log:1"


def test_a_log_that_turns_into_something_else_is_refused_where_it_does() -> None:
    text = "\n".join([*map(common, times(2)), *["nothing"] * 50])
    with pytest.raises(BadInput, match="no timestamp") as wrong:
        read(io.BytesIO(text.encode()), "a.log", Choice(shape="log"))
    assert wrong.value.place == f"a.log:{2 * PER_HOUR + 1}"


def test_a_bomb_is_refused() -> None:
    line = common(START).encode() + b" " * 4000 + b"\n"
    bomb = gzip.compress(line * 20_000)
    with pytest.raises(BadInput, match="unpacks to over 250 times"):
        read(io.BytesIO(bomb), "a.log.gz", Choice(shape="log"))


def test_the_highest_five_minutes_are_learnt() -> None:
    lines = []
    for hour in range(48):
        for minute in range(60):
            hits = 20 if minute < 5 else 4
            at = START + timedelta(hours=hour, minutes=minute)
            lines += [common(at)] * hits
    mean = (5 * 20 + 55 * 4) / 60
    assert take("\n".join(lines)).five_minutes == pytest.approx(20 / mean, abs=0.001)
