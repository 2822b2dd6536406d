"""What really comes is counted while a ramp runs and after it: forecast and fact side by side."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from onboarding.customers.models import Turnup
from onboarding.db import db, transaction
from onboarding.forecasts import watch_jobs
from onboarding.forecasts.tally import Interval, Tally, add_up
from onboarding.forecasts.traffic_models import TrafficActual
from onboarding.metrics.actions import push
from onboarding.metrics.pushes import Row
from onboarding.outbox.models import Message
from onboarding.ramps import metering, metering_jobs
from onboarding.trail.log import Actor
from tests import stories
from tests.cast import Cast
from tests.contracts.dns_stands import open_loopback
from tests.doors import sign_in
from tests.dying import dying_at
from tests.ramps.lab import Lab, Time, book
from tests.services.ports import Ports
from tests.services.web import Reply, Request, web_server

PLAN: list[tuple[float, int, bool]] = [(10, 8, False), (100, 8, False)]
START = datetime(2027, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def real(app: Flask, cast: Cast, time: Time) -> Iterator[Lab]:
    """A real cutover that has gone live at about noon; its counts are pushed, 1000 req/s forecast."""
    metrics = {"kind": "push", "config": {}}
    number = book(cast["ann"], PLAN, practice=False, metrics=metrics)
    lab = Lab(number, time, person=Actor(f"user:{cast['ann']}", "web"))
    with transaction() as session:
        turnup_of(lab).customer.account_manager_id = cast["ann"]
        session.flush()
    known = stories.Known(0, turnup_of(lab).id, 0, "")
    stories.forecast(known, start=time.wall - timedelta(days=3))
    lab.source.rate = 1200
    live(lab)
    yield lab
    metering_jobs._sources.clear()


def turnup_of(lab: Lab) -> Turnup:
    return stories.cutover_of(lab.cutover_id).turnup


def live(lab: Lab) -> None:
    """Walk the plan to its end."""
    engine = lab.conductor()
    lab.press("start")
    lab.beat(engine, 30)
    assert lab.switch.share == 100
    engine.close()


def pushed(lab: Lab, start: datetime, minutes: int, rate: int) -> None:
    """What the customer's system tells of `minutes` from `start`, minute by minute: the new path
    alone, as the old one is gone."""
    rows = [
        Row(start + timedelta(minutes=m + 1), "moved", 60.0, rate * 60, 0, None, None)
        for m in range(minutes)
    ]
    with transaction() as session:
        push(session, f"cutover:{lab.cutover_id}", rows)


def counted(lab: Lab) -> dict[datetime, float]:
    """Let the worker read; the hours that are told of since."""
    metering_jobs.count(lab.ramp().id)
    db.session.rollback()
    query = select(TrafficActual).where(TrafficActual.turnup_id == turnup_of(lab).id)
    return {row.hour: row.rate for row in db.session.scalars(query)}


def wait_until(lab: Lab, at: datetime) -> None:
    lab.time.advance((at - lab.time.wall).total_seconds())


def letters() -> list[str]:
    db.session.rollback()
    query = select(Message.recipient).where(Message.subject.startswith("Traffic has left"))
    return list(db.session.scalars(query))


def page(client: FlaskClient, lab: Lab) -> str:
    return client.get(f"/turnups/{turnup_of(lab).id}/traffic/history").text


def test_traffic_after_go_live_that_leaves_its_forecast_is_told_and_shown(
    real: Lab, client: FlaskClient
) -> None:
    """Six hours of twice the forecast, pushed by the customer's system, end in a letter."""
    pushed(real, START, 6 * 60, 2000)
    for hours in range(1, 7):
        wait_until(real, START + hours * HOUR + timedelta(minutes=5))
        watch_jobs.look()
        assert letters() == []
        assert len(counted(real)) == hours
    watch_jobs.look()
    watch_jobs.look()
    assert letters() == ["ann@vendor.example"]
    assert counted(real)[START + HOUR] == pytest.approx(2000)
    text = page(sign_in(client, "nina"), real)
    for said in ("+100 %", "Mean error", "50.0 %", "△ outside", "has left"):
        assert said in text, said
    text = client.get("/capacity").text
    assert "Forecast against actual, the last 7 days" in text
    assert "50.0 % above" in text


def test_nothing_is_counted_twice_or_lost_by_a_crash(
    real: Lab,
) -> None:
    pushed(real, START, 60, 900)

    wait_until(real, START + timedelta(minutes=40))
    counted(real)
    wait_until(real, START + HOUR + timedelta(minutes=5))
    with dying_at("traffic.read"):
        counted(real)
    with dying_at("traffic.added"):
        counted(real)
    for _ in range(3):
        assert counted(real) == {START: pytest.approx(900)}


def test_an_hour_that_never_came_is_missing_and_named(real: Lab, client: FlaskClient) -> None:
    pushed(real, START, 60, 1000)
    pushed(real, START + HOUR, 10, 1000)
    wait_until(real, START + 2 * HOUR + timedelta(minutes=5))
    assert set(counted(real)) == {START}, "it may still come"
    pushed(real, START + 2 * HOUR, 60, 1000)
    wait_until(real, START + 3 * HOUR + timedelta(minutes=5))
    assert set(counted(real)) == {START, START + 2 * HOUR}
    text = page(sign_in(client, "nina"), real)
    assert "of which under half was counted: 1" in text
    assert "01 Mar 13:00 UTC · 10 of 60 minutes" in " ".join(text.split())


def test_a_source_that_is_away_is_named_and_caught_up_with(
    real: Lab, client: FlaskClient, free_port: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prometheus keeps its past: five hours without it are read once it is back, 150 minutes at a
    time."""
    open_loopback(monkeypatch)
    with web_server(free_port()) as server:
        arm = {"requests": "sum(requests)", "errors": "sum(errors)"}
        config = {"url": server.url, "moved": arm, "control": arm, "step": 15}
        with transaction() as session:
            cutover = session.merge(stories.cutover_of(real.cutover_id))
            cutover.metrics = {"kind": "prometheus", "config": config}
        server.answer = lambda _request: Reply(503)
        wait_until(real, START + 5 * HOUR + timedelta(minutes=5))
        assert counted(real) == {}
        text = page(sign_in(client, "nina"), real)
        assert "Counting is behind" in text
        assert "503" in text
        server.answer = totals
        counted(real)
        real.time.advance(300)
        found = counted(real)
        assert found == {START + i * HOUR: pytest.approx(1400) for i in range(5)}
        assert "Counting is behind" not in page(client, real)


def totals(request: Request) -> Reply:
    """Each path gains 700 requests a second, forever."""
    asked = {name: float(v[0]) for name, v in _query(request).items() if name != "query"}
    steps = range(round((asked["end"] - asked["start"]) / asked["step"]) + 1)
    times = [asked["start"] + i * asked["step"] for i in steps]
    rate = 700 if "requests" in _query(request)["query"][0] else 0
    values = [[at, str(rate * (at - START.timestamp() + 86400))] for at in times]
    result = [{"metric": {}, "values": values}]
    return Reply(200, {"status": "success", "data": {"resultType": "matrix", "result": result}})


def _query(request: Request) -> dict[str, list[str]]:
    return parse_qs(urlsplit(request.path).query)


def test_each_step_shows_its_forecast_and_what_came(real: Lab, client: FlaskClient) -> None:
    text = " ".join(sign_in(client, "nina").get(f"/cutovers/{real.cutover_id}").text.split())
    assert "This hour: forecast <strong>1,000</strong> req/s, actual" in text
    row = text[text.index('<th scope="row">10 %</th> <td>') :]
    for cell in ("<td>1,000</td>", ">1,200</td>", "<td>+20 %</td>", "<td>100</td>", ">120</td>"):
        assert cell in row[:400], row[:400]


def test_a_rehearsal_is_not_the_customers_traffic(lab: Lab, real: Lab, client: FlaskClient) -> None:
    lab.press("start")
    lab.beat(lab.conductor(), 2)
    assert metering.metered(db.session()) == [real.ramp().id]
    assert metering.wanted(db.session(), lab.ramp().id) is None
    text = sign_in(client, "nina").get(f"/cutovers/{lab.cutover_id}").text
    assert "Forecast against actual" not in text


@given(st.lists(st.integers(1, 200), min_size=1, max_size=40), st.integers(0, 40), st.data())
def test_each_second_counts_once_however_it_is_cut(
    lengths: list[int], again: int, data: st.DataObject
) -> None:
    """Pieces of any length, some read again in any later call: the sum is what it is."""
    at, pieces = START, []
    for minutes in lengths:
        end = at + timedelta(minutes=minutes)
        pieces.append(Interval(at, end, minutes * 60.0))
        at = end
    until, total = START, Tally()
    cut = data.draw(st.integers(0, len(pieces)))
    for part in (pieces[:cut], pieces[max(0, cut - again) :], pieces):
        found, until = add_up(part, until)
        total.requests += sum(one.requests for one in found.values())
        total.seconds += sum(one.seconds for one in found.values())
        assert all(one.seconds <= 3600 for one in found.values())
    assert until == at
    assert total.seconds == pytest.approx(sum(lengths) * 60)
    assert total.requests == pytest.approx(total.seconds)
