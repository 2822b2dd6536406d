"""When a reader gets posts: quiet hours and digests, in their zone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.errors import BadInput
from onboarding.posts import quiet

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def test_the_hours_of_a_reader() -> None:
    night = datetime(2027, 3, 1, 22, 30, tzinfo=UTC)  # 23:30 in Berlin
    seven = datetime(2027, 3, 2, 6, tzinfo=UTC)
    due = quiet.due
    assert due(night, "Europe/Berlin", "22:00-07:00", "", "ramp.share") == seven
    assert due(night, "Europe/Berlin", "22:00-07:00", "", "ramp.rollback") is None
    assert due(night, "UTC", "23:00-07:00", "", "ramp.share") is None
    assert due(night, "UTC", "", "hourly", "ramp.share") == night.replace(hour=23, minute=0)
    assert due(night, "Europe/Berlin", "22:00-07:00", "hourly", "ramp.share") == seven
    assert due(night, "Europe/Berlin", "", "daily", "ramp.share") == seven.replace(hour=7)


@given(
    st.integers(0, 2 * 366 * 24 * 60).map(lambda m: BEGIN + timedelta(minutes=m)),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]),
    st.times(),
    st.times(),
    st.sampled_from(quiet.DIGESTS),
)
def test_it_never_comes_in_the_quiet_hours_and_within_two_days(
    now: datetime, zone: str, begin: datetime, end: datetime, digest: str
) -> None:
    text = f"{begin:%H:%M}-{end:%H:%M}"
    if text[:5] == text[6:]:
        with pytest.raises(BadInput):
            quiet.hours(text)
        return
    at = quiet.due(now, zone, quiet.hours(text), digest, "ramp.share") or now
    assert now <= at <= now + timedelta(days=2, hours=2)
    assert quiet.due(at, zone, text, "", "ramp.share") is None
