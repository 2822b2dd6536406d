"""The walk through what may be given and cannot be used: each is said by its line, nothing is kept."""

import gzip
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from onboarding import config
from onboarding.db import db
from onboarding.forecasts import intake_jobs, jobs, queries
from onboarding.forecasts.intake import prometheus
from onboarding.forecasts.models import TrafficForecast, TrafficHistory
from onboarding.forecasts.traffic_models import Intake
from tests.cast import Cast
from tests.doors import sign_in, submit
from tests.forecasts.far_side import FarSide
from tests.forecasts.traffic import START, a_turnup, file, table

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)

FIELDS = {"time": 0, "value": 1, "times": "iso", "unit": "req/s", "zone": "UTC"}
HOURS = table(400).decode().splitlines()


def with_line(number: int, line: str) -> bytes:
    """Hours, with that line (1 = the header) instead."""
    return "\n".join([*HOURS[: number - 1], line, *HOURS[number:], ""]).encode()


def hour(number: int) -> str:
    return f"{START + timedelta(hours=number):%Y-%m-%dT%H:%M:%SZ}"


YEAR_ON = "\n".join(
    [*HOURS, *table(48, start=START + timedelta(days=400)).decode().splitlines()[1:]]
)
LOG = "\n".join(json.dumps({"path": "/", "status": 200, "n": i}) for i in range(500))
LATIN = with_line(300, "2026-10-13T10:00:00Z,1 caf\xe9").decode().encode("latin-1")
BOMB = gzip.compress(b"ds,y\n" + HOURS[1].encode() + b"\n" + b"\n" * (64 << 20), 9)

#: what it is → (the file, where it is wrong, what is said, and what was expected instead).
REFUSED = {
    "not UTF-8": (LATIN, "traffic.csv:300", "not UTF-8", "saved as UTF-8"),
    "wrong columns": (b"name,colour\nann,red\nbob,blue\n", "traffic.csv:2", "not a time", "ISO"),
    "one column": (b"y\n1\n2\n", "traffic.csv:1", "no table with two columns", "one of values"),
    "a field missing": (with_line(30, hour(28)), "traffic.csv:30", "1 fields", "column"),
    "mixed zones": (with_line(9, "2026-10-01 07:00,5"), "traffic.csv:9", "mixed time", "one zone"),
    "one row": ("\n".join(HOURS[:2]).encode(), "traffic.csv:2", "one row", "at least two"),
    "negative": (with_line(7, hour(5) + ",-3"), "traffic.csv:7", "not a rate", "finite number"),
    "infinite": (with_line(7, hour(5) + ",inf"), "traffic.csv:7", "not a rate", "finite number"),
    "not a number": (with_line(7, hour(5) + ",nan"), "traffic.csv:7", "not a rate", "finite"),
    "text": (with_line(7, hour(5) + ",lots"), "traffic.csv:7", "not a number", "finite"),
    "a time twice": (with_line(7, HOURS[5]), "traffic.csv:7", "a second value", "once"),
    "a year of gaps": (YEAR_ON.encode(), "traffic.csv:402", "no data for", "cut the file"),
    "too short": (table(20), "traffic.csv", "20 hours", "a day"),
    "a log without times": (LOG.encode(), "traffic.csv:1", "no timestamp", "time"),
    "a bomb": (BOMB, "traffic.csv:", "unpacks to over", "at most"),
    "a cut gzip": (gzip.compress(table(400))[:-40], "traffic.csv:", "cut short", "upload it again"),
}  # fmt: skip


@pytest.fixture
def turnup(cast: Cast) -> int:
    return a_turnup()


@pytest.fixture
def ann(client: FlaskClient, turnup: int) -> FlaskClient:
    return sign_in(client, "ann")


def given(client: FlaskClient, turnup: int, data: bytes) -> tuple[int, str]:
    """(status, the page) after the file was given, confirmed as it is and read by a worker."""
    fields = {"how": "file", "history": file(data)}
    answer = submit(client, f"/turnups/{turnup}/traffic", fields)
    if answer.status_code != 303:
        return answer.status_code, answer.text
    page = answer.headers["Location"]
    log = "an access log" in client.get(page).text
    answer = submit(client, f"{page}/confirm", {"zone": "UTC"} if log else FIELDS)
    assert answer.status_code == 303, answer.text
    db.session.rollback()
    intake_jobs.read(int(page.rpartition("/")[2]))
    return 303, client.get(page).text


def kept() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(TrafficHistory)) or 0


def test_each_is_refused_by_its_line_with_what_was_expected(ann: FlaskClient, turnup: int) -> None:
    for what, (data, place, said, expected) in REFUSED.items():
        _, page = given(ann, turnup, data)
        text = page.replace("&#39;", "'")
        assert 'role="alert"' in text, what
        for word in (f"<code>{place}", said, expected):
            assert word in text, (what, word, text[text.index('role="alert"') :][:400])
        assert "Traceback" not in text, what
        assert kept() == 0, what
    states = set(db.session.scalars(select(Intake.state)))
    assert states == {"failed"}  # each may be read in another way, or dropped


@pytest.mark.parametrize(
    ("data", "hours"),
    [
        ("\n".join(["ds,y", *(f"{hour(i)},0" for i in range(700))]), 700),
        ("\n".join(["ds,y", *(f"{hour(i)},42" for i in range(700))]), 700),
        (
            "\n".join(
                [
                    "ds,y",
                    *(
                        f"{START + timedelta(minutes=i):%Y-%m-%dT%H:%M:%SZ},{100 + i % 60}"
                        for i in range(36 * 60)
                    ),
                ]
            ),
            36,
        ),
    ],
    ids=["zeros", "constant", "minutes"],
)
def test_zeros_constants_and_minutes_are_taken_and_forecast(
    ann: FlaskClient, turnup: int, data: str, hours: int
) -> None:
    status, page = given(ann, turnup, data.encode())
    assert status == 303
    assert "It is kept" in page
    history = queries.latest_history(db.session(), turnup)
    assert history
    assert len(history.values) == hours
    row = queries.latest(db.session(), turnup)
    assert row
    jobs.run(row.id)
    db.session.rollback()
    made = db.session.scalars(select(TrafficForecast)).one()
    assert made.state == "done", made.error
    if hours == 700:
        level = history.values[0]
        assert {point["mean"] for point in made.points} == {level}
        assert made.peak["p95"] == level
    else:
        assert (made.peak["p95"], bool(made.warnings)) == (None, True)
    assert ann.get(f"/turnups/{turnup}").status_code == 200
    assert ann.get(f"/turnups/{turnup}/traffic/history").status_code == 200


def test_a_unit_that_is_a_million_off_is_asked_about_not_guessed(
    ann: FlaskClient, turnup: int
) -> None:
    _, page = given(ann, turnup, table(400, scale=1e6))
    assert "Is the unit right?" in page
    assert "multiply by" in page
    assert kept() == 0


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> Iterator[FarSide]:
    with monkeypatch.context() as changed, FarSide() as found:
        changed.setenv("TURNUP_API_ALLOW", "127.0.0.0/8")
        config.settings.cache_clear()
        yield found
    config.settings.cache_clear()


@pytest.mark.parametrize(
    ("broken", "said", "expected"),
    [
        ("slow", "did not answer within", "sum(rate"),
        ("endless", "too large to be one series", "sum(rate"),
        ("series", "gives 2 series", "sum("),
    ],
)
def test_a_prometheus_that_times_out_or_tells_without_end_is_cut_off(
    ann: FlaskClient,
    turnup: int,
    far: FarSide,
    monkeypatch: pytest.MonkeyPatch,
    broken: str,
    said: str,
    expected: str,
) -> None:
    far.broken = broken
    if broken == "slow":
        monkeypatch.setattr(prometheus, "TIMEOUT_S", 0.3)
    fields = {"how": "prometheus", "url": far.url, "query": "sum(typed)", "days": "28"}
    answer = submit(ann, f"/turnups/{turnup}/traffic", fields)
    assert answer.status_code == 422
    for word in (said, expected, "sum(typed)"):
        assert word in answer.text
    assert far.sent < 64 << 20  # of ten million samples, 300 MB
    assert kept() == 0
