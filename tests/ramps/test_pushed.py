"""A running cutover whose counts are pushed to it: what its systems do wrong moves no traffic, and
is said to whoever pushes and to whoever runs the flip."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from onboarding import clock
from onboarding.db import db
from onboarding.metrics.models import PushedCounts
from onboarding.ramps.engine import Engine
from onboarding.trail.log import Actor
from tests.cast import Cast
from tests.contracts.dns_stands import open_loopback
from tests.doors import submit
from tests.ramps.lab import Lab, OwnHands, Time, always, book
from tests.services.ports import Ports
from tests.services.web import Reply, WebServer, web_server
from tests.stories import browser

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)
PLAN: list[tuple[float, int, bool]] = [(25, 3000, False), (100, 5, False)]
ARMS = {"moved": 250, "control": 750}


class Flip:
    """A cutover on its way, the conductor that drives it, and the system that pushes its counts."""

    def __init__(self, app: Flask, cast: Cast, time: Time, metrics: dict[str, Any]) -> None:
        number = book(cast["ann"], PLAN, metrics={"kind": "push", "config": metrics})
        self.lab = Lab(number, time, person=Actor(f"user:{cast['ann']}", "web"))
        self.time, self.client = time, app.test_client()
        self.people = browser(app, "omar")
        made = submit(self.people, f"/cutovers/{number}/push-token", {})
        token = re.findall(r'value="(tup_[^"]+)"', made.text)[0]
        self.headers = {"Authorization": f"Bearer {token}"}
        self.engine = Engine("one", ready=always, hands=OwnHands())
        self.base = f"/api/v1/cutovers/{number}"
        self.lab.press("start")

    def rows(self, at: datetime, errors: float = 0.0) -> list[dict[str, Any]]:
        return [
            {"at": clock.iso(at), "arm": arm, "requests": n, "errors": round(n * errors)}
            for arm, n in ARMS.items()
        ]

    def push(self, rows: list[dict[str, Any]]) -> Any:
        answer = self.client.post(
            f"{self.base}/counts", json={"counts": rows}, headers=self.headers
        )
        assert answer.status_code == 202, answer.text
        return answer.json

    def export(self, exporter: "Exporter") -> Any:
        document = exporter.document(self.time.wall)
        return self.client.post(f"{self.base}/v1/metrics", json=document, headers=self.headers)

    def page(self) -> str:
        page = unescape(self.people.get(f"/cutovers/{self.lab.cutover_id}").text)
        return " ".join(re.sub(r"<[^>]+>", " ", page).split())

    @property
    def mark(self) -> str:
        return self.lab.standing().mark


class Exporter:
    """An OpenTelemetry exporter of growing totals: what it counted since it was started."""

    def __init__(self, started: datetime) -> None:
        self.started = started
        self.totals = {(s, arm): 0 for s in ("requests", "errors") for arm in ARMS}

    def count(self, seconds: int = 1, moved_errors: float = 0.0) -> None:
        for arm, requests in ARMS.items():
            self.totals["requests", arm] += requests * seconds
        self.totals["errors", "moved"] += round(ARMS["moved"] * seconds * moved_errors)

    def document(self, now: datetime) -> dict[str, Any]:
        begin, end = (str(round(at.timestamp() * 1e6) * 1000) for at in (self.started, now))
        metrics = []
        for signal in ("requests", "errors"):
            points = [
                {
                    "attributes": [{"key": "arm", "value": {"stringValue": arm}}],
                    "startTimeUnixNano": begin,
                    "timeUnixNano": end,
                    "asInt": str(self.totals[signal, arm]),
                }
                for arm in ARMS
            ]
            summed = {"aggregationTemporality": 2, "isMonotonic": True, "dataPoints": points}
            metrics.append({"name": f"turnup.{signal}", "sum": summed})
        return {"resourceMetrics": [{"resource": {}, "scopeMetrics": [{"metrics": metrics}]}]}


def stored() -> list[PushedCounts]:
    db.session().rollback()
    return list(db.session().scalars(select(PushedCounts).order_by(PushedCounts.at)))


def test_an_exporter_that_is_started_anew_takes_nothing_back_and_is_said_where_it_runs(
    app: Flask, cast: Cast, time: Time
) -> None:
    flip = Flip(app, cast, time, {})
    exporter = Exporter(time.wall - timedelta(hours=6))
    exporter.totals = dict.fromkeys(exporter.totals, 90_000_000)

    def seconds(count: int, moved_errors: float = 0.0) -> None:
        for _ in range(count):
            flip.lab.beat(flip.engine)
            exporter.count(moved_errors=moved_errors)
            assert (answer := flip.export(exporter)).status_code == 200, answer.text
            assert answer.json == {}

    seconds(30)
    assert flip.mark == "1/holding/1"
    assert flip.export(exporter).json == {}, "the same again changes nothing"
    again = len(stored())
    exporter.count()
    twice = flip.export(exporter)
    assert twice.status_code == 422
    assert "was pushed before, with other totals" in twice.text
    assert len(stored()) == again

    flip.lab.beat(flip.engine, 2)  # its last counts are lost, and it was away
    exporter.started = time.wall - timedelta(seconds=1)
    exporter.totals = dict.fromkeys(exporter.totals, 0)
    exporter.count()
    said = flip.export(exporter).json["partialSuccess"]["errorMessage"]
    assert re.search(
        r"turnup\.requests of the control arm began anew \(\d+ before, 750 now\)", said
    )
    seconds(65)
    exporter.totals = dict.fromkeys(exporter.totals, 0)  # it does not say since when it counts
    flip.lab.beat(flip.engine)
    exporter.count()
    assert "began anew" in flip.export(exporter).json["partialSuccess"]["errorMessage"]
    seconds(10)

    assert flip.mark == "1/holding/1"
    assert flip.lab.kinds().count("ramp.held") == 0
    assert {(row.arm, row.requests, row.errors) for row in stored()} == {
        (arm, n, 0) for arm, n in ARMS.items()
    }
    assert len(flip.lab.entries("metrics.restarted")) == 2
    assert (
        "counts on after a restart, from nothing: turnup.requests of the moved arm" in flip.page()
    )
    time.wall -= timedelta(seconds=20)  # the clock of what pushes, not ours
    late = flip.export(exporter)
    time.wall += timedelta(seconds=20)
    assert late.status_code == 422
    assert "goes back in time" in late.text
    assert "timeUnixNano" in late.json["place"]
    seconds(10, moved_errors=0.2)
    assert flip.lab.standing().state == "rolled_back", "the guard has gone on all the while"


def test_counts_that_go_back_in_time_are_kept_judge_nothing_and_are_named(
    app: Flask, cast: Cast, time: Time
) -> None:
    flip = Flip(app, cast, time, {})

    def seconds(count: int, back: float = 0.0, errors: float = 0.0) -> dict[str, Any]:
        for _ in range(count):
            flip.lab.beat(flip.engine)
            answer = flip.push(flip.rows(time.wall - timedelta(seconds=back), errors))
        return dict(answer)

    assert seconds(30) == {"new": 2, "known": 0}
    assert flip.mark == "1/holding/1"
    sliding = [row for ago in (2, 1, 0) for row in flip.rows(time.wall - timedelta(seconds=ago))]
    assert flip.push(sliding) == {"new": 0, "known": 6}, "what was judged and is told again is fine"
    said = seconds(1, back=600.5, errors=0.9)["detail"]
    first = clock.iso(time.wall - timedelta(seconds=600.5))
    assert said.startswith(f"moved at {first} and 1 more came too late to be judged, as ")
    seconds(25, back=600.5, errors=0.9)
    assert flip.mark == "1/undecided/1"
    assert "no counts for 1" in flip.lab.entries("ramp.held")[0]["reason"]
    [late] = flip.lab.entries("metrics.late")
    assert late["reason"] == said
    page = flip.page()
    assert f"pushes counts that are not judged: moved at {first}" in page
    assert "is a clock set back" in page
    assert "detail" not in seconds(15)
    assert flip.mark == "1/holding/1"
    assert flip.lab.ramp().share == 25
    assert "ramp.rollback" not in flip.lab.kinds()


@pytest.fixture
def theirs(free_port: Ports, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    open_loopback(monkeypatch)
    with web_server(free_port()) as server:
        yield server


def test_two_sources_that_disagree_hold_and_page_and_trail_name_both_and_their_figures(
    app: Flask, cast: Cast, time: Time, theirs: WebServer
) -> None:
    arm = {arm: {"requests": f"{arm}.n", "errors": f"{arm}.bad"} for arm in ARMS}
    second = {"kind": "http_json", "url": theirs.url, "at": "at", **arm}
    flip = Flip(app, cast, time, {"second": second})
    told: list[dict[str, Any]] = []
    theirs.answer = lambda _request: Reply(200, told[-20:])

    def seconds(count: int, unseen: float = 0.0) -> None:
        """Healthy counts are pushed, and the other source sees errors on the new path."""
        for _ in range(count):
            flip.lab.beat(flip.engine)
            flip.push(flip.rows(time.wall))
            bad = {"moved": round(ARMS["moved"] * unseen), "control": 0}
            counts = {arm: {"n": n, "bad": bad[arm]} for arm, n in ARMS.items()}
            told.append({"at": clock.iso(time.wall), **counts})

    seconds(30)
    assert flip.mark == "1/holding/1"
    seconds(30, unseen=0.2)
    assert flip.mark == "1/undecided/1"
    reason = flip.lab.entries("ramp.held")[0]["reason"]
    assert re.search(
        r"two sources disagree: push counts 0 errors of the moved arm in \d+ s, http_json \d+",
        reason,
    )
    assert "two sources disagree: push counts 0 errors of the moved arm" in flip.page()
    assert reason.split("no counts")[0] in flip.page()
    assert flip.lab.ramp().share == 25, "it neither went on nor back"
    seconds(90)
    assert flip.mark == "1/holding/1"
