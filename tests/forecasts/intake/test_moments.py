"""Wall-clock times: the hour that is written twice is told apart, the one that is not is refused."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.errors import BadInput
from onboarding.forecasts.intake.moments import Moments

BERLIN = ZoneInfo("Europe/Berlin")
BACK = datetime(2026, 10, 25, 1, tzinfo=UTC)  # when clocks go back


@given(
    step=st.sampled_from([1, 5, 10, 15, 30, 60]),
    before=st.integers(2, 5),
    after=st.integers(2, 6),
    backwards=st.booleans(),
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Sydney", "UTC"]),
)
def test_local_times_around_a_clock_change_come_back_as_they_were(
    step: int, before: int, after: int, backwards: bool, zone: str
) -> None:
    back = {
        "America/New_York": datetime(2026, 11, 1, 6, tzinfo=UTC),
        "Australia/Sydney": datetime(2026, 4, 4, 16, tzinfo=UTC),
    }.get(zone, BACK)
    start = back - timedelta(hours=before)
    count = (before + after) * 60 // step
    truth = [start + i * timedelta(minutes=step) for i in range(count)]
    if backwards:
        truth.reverse()
    local = [at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for at in truth]
    moments = Moments("iso", zone)
    assert [moments(at.isoformat())[0] for at in local] == [int(at.timestamp()) for at in truth]


def test_an_hour_that_never_was_points_at_the_zone() -> None:
    with pytest.raises(BadInput, match="no 02:30 on 2026-03-29 in Europe/Berlin") as wrong:
        Moments("iso", "Europe/Berlin")("2026-03-29T02:30:00")
    assert "another zone" in wrong.value.hint


@pytest.mark.parametrize(
    ("times", "text"),
    [
        ("iso", "2026-11-23T17:00:00Z"),
        ("iso", "2026-11-23T18:00:00+01:00"),
        ("dmy", "23/11/2026 17:00"),
        ("dmy", "23.11.2026 17:00:00"),
        ("mdy", "11/23/2026 17:00"),
        ("epoch_s", "1795453200"),
        ("epoch_ms", "1795453200000"),
    ],
)
def test_every_way_of_writing_a_time(times: str, text: str) -> None:
    expected = int(datetime(2026, 11, 23, 17, tzinfo=UTC).timestamp())
    assert Moments(times, "UTC")(text)[0] == expected


@pytest.mark.parametrize(
    ("times", "text"),
    [("dmy", "11/23/2026 17:00"), ("epoch_s", "1795453200000"), ("epoch_ms", "noon"), ("iso", "x")],
)
def test_a_time_of_another_kind_is_refused(times: str, text: str) -> None:
    with pytest.raises(BadInput):
        Moments(times, "UTC")(text)
