"""The network's own load from a Prometheus: asked each hour, late and missing hours named."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from onboarding import clock, config
from onboarding.db import db, transaction
from onboarding.forecasts import queries, source_jobs, sources
from onboarding.forecasts.models import Site
from tests.cast import Cast
from tests.doors import sign_in, submit
from tests.dying import dying_at
from tests.forecasts.far_side import FarSide

NOW = datetime(2026, 11, 25, 14, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> Iterator[FarSide]:
    """A Prometheus on this machine, which staff may reach."""
    with monkeypatch.context() as changed, FarSide() as found:
        changed.setenv("TURNUP_API_ALLOW", "127.0.0.0/8")
        config.settings.cache_clear()
        yield found
    config.settings.cache_clear()


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The time it is: change it by its only element."""
    now = [NOW]
    monkeypatch.setattr(clock, "now", lambda: now[0])
    return now


@pytest.fixture
def nina(cast: Cast, client: FlaskClient) -> FlaskClient:
    found = sign_in(client, "nina")
    fields = {"name": "fra", "limit": 1000, "base_load": 5, "gbit_limit": 10}
    assert submit(found, "/capacity/sites", fields).status_code == 303
    return found


def a_source(client: FlaskClient, far: FarSide, **more: str) -> int:
    """Set through the page and asked by a worker; its number."""
    site = site_named("fra").id
    fields = {"site": str(site), "unit": "req/s", "url": far.url, "query": "sum(x)"} | more
    answer = submit(client, "/capacity/sources", fields)
    assert answer.status_code == 303, answer.text
    db.session.rollback()
    number = sources.every(db.session())[-1].id
    source_jobs.ask(number)
    db.session.rollback()
    return number


def site_named(name: str) -> Site:
    db.session.rollback()
    found = queries.site_by_name(db.session(), name)
    assert found
    return found


def evening(at: datetime) -> float:
    """100 req/s, and 850 from 20 to 21 UTC."""
    return 850.0 if at.hour == 20 else 100.0


def test_a_site_carries_the_highest_five_minutes_of_each_hour_of_the_week(
    app: Flask, at: list[datetime], nina: FlaskClient, far: FarSide
) -> None:
    far.rate = lambda when: evening(when) + (when.minute == 35) * 7
    a_source(nina, far)
    site = site_named("fra")
    assert len(site.base_week) == 168
    assert {site.base_week[hour] for hour in range(168) if hour % 24 == 20} == {857.0}
    assert site.base_week[3] == 107.0
    page = nina.get("/capacity").text
    assert "8,064 of 8,064 samples" in " ".join(page.split())
    assert "sum(x)" in page
    assert "heat-tight" in page
    assert [step for step, _ in far.asked] == ["300", "300"]  # two pieces of two weeks


def test_the_next_hour_asks_for_what_is_new_and_late_hours_again(
    at: list[datetime], nina: FlaskClient, far: FarSide
) -> None:
    far.rate = evening
    far.behind = timedelta(hours=1, minutes=30)  # scrapes come late
    number = a_source(nina, far)
    row = sources.get(db.session(), number)
    assert row.until == NOW.replace(hour=12, minute=0)
    far.asked.clear()
    at[0], far.behind = NOW + HOUR, timedelta()
    with dying_at("capacity.read"):
        source_jobs.ask(number)
    db.session.rollback()
    far.asked.clear()  # what a worker had read when it died is asked for again
    source_jobs.sweep()
    source_jobs.ask(number)
    db.session.rollback()
    (_, (since, until)) = far.asked[0]
    assert (since, until) == (NOW.replace(hour=12, minute=0), NOW.replace(hour=14, minute=55))
    assert "none" in nina.get("/capacity").text
    source_jobs.ask(number)
    assert len(far.asked) == 1  # nothing new: nobody is asked


def test_missing_hours_are_named_and_a_source_that_is_away_is_late(
    at: list[datetime], nina: FlaskClient, far: FarSide
) -> None:
    hole = NOW.replace(hour=3, minute=0)
    far.rate = lambda when: None if hole <= when < hole + 2 * HOUR else evening(when)
    number = a_source(nina, far)
    page = " ".join(nina.get("/capacity").text.split())
    assert "△ 2 hours" in page
    assert "25 Nov 03:00 · 0 of 12 samples" in page
    at[0] = NOW + 5 * HOUR
    far.status = 503
    source_jobs.ask(number)
    db.session.rollback()
    page = nina.get("/capacity").text
    assert "503" in page
    assert "late" in page
    assert len(site_named("fra").base_week) == 168  # what was told stays


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("series", "gives 2 series"),
        ("negative", "negative values"),
        ("page", "is no JSON"),
        ("huge", "too large to be one series"),
        ("error", "parse error"),
    ],
)
def test_an_answer_that_is_none_is_said_on_the_page_and_changes_nothing(
    nina: FlaskClient, far: FarSide, broken: str, said: str
) -> None:
    far.broken = broken
    a_source(nina, far)
    assert said in nina.get("/capacity").text
    assert site_named("fra").base_load == 5


def test_bits_a_second_fill_the_other_limit(
    at: list[datetime], nina: FlaskClient, far: FarSide
) -> None:
    far.rate = lambda when: 9.5e9
    a_source(nina, far, unit="bit/s")
    site = site_named("fra")
    assert (site.gbit_base, site.base_load) == (9.5, 5)
    assert "heat-tight" in nina.get("/capacity").text


def test_a_refused_form_keeps_what_was_typed(nina: FlaskClient, far: FarSide) -> None:
    fields = {
        "site": str(site_named("fra").id),
        "unit": "req/s",
        "url": "prom:9090",
        "query": "sum(typed)",
    }
    answer = submit(nina, "/capacity/sources", fields)
    assert answer.status_code == 422
    assert "sum(typed)" in answer.text
    assert "no address" in answer.text
    fields |= {"url": far.url, "secret": "not_there"}
    answer = submit(nina, "/capacity/sources", fields)
    assert "no secret not_there" in answer.text


def test_removing_a_source_keeps_what_the_site_carries(
    at: list[datetime], nina: FlaskClient, far: FarSide
) -> None:
    far.rate = evening
    number = a_source(nina, far)
    assert submit(nina, f"/capacity/sources/{number}/ask", {}).status_code == 303
    assert submit(nina, f"/capacity/sources/{number}/remove", {}).status_code == 303
    assert site_named("fra").base_load == 850
    with transaction() as session:
        assert sources.every(session) == []
