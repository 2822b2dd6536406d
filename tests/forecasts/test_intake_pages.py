"""Giving a history through the pages: what was found is shown, corrected, and only then kept."""

import gzip
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from onboarding import config
from onboarding.db import db
from onboarding.forecasts import intake_jobs, queries, receiving
from onboarding.forecasts.models import TrafficForecast, TrafficHistory
from onboarding.forecasts.traffic_models import Intake, IntakePart
from tests.cast import Cast
from tests.doors import sign_in, submit
from tests.dying import dying_at
from tests.forecasts.traffic import START, a_turnup, file, rate, table

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)


@pytest.fixture
def turnup(cast: Cast) -> int:
    return a_turnup()


@pytest.fixture
def ann(client: FlaskClient, turnup: int) -> FlaskClient:
    return sign_in(client, "ann")


def give(client: FlaskClient, turnup: int, data: bytes, name: str = "traffic.csv") -> str:
    """Upload; returns the address of the intake's page."""
    fields = {"how": "file", "history": file(data, name)}
    answer = submit(client, f"/turnups/{turnup}/traffic", fields)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def confirm(client: FlaskClient, page: str, **fields: Any) -> None:
    given = {"time": 0, "value": 1, "times": "iso", "unit": "req/s", "zone": "UTC"} | fields
    answer = submit(client, f"{page}/confirm", given)
    assert answer.status_code == 303, answer.text
    assert "A worker is reading it" in client.get(page).text
    work(page)


def work(page: str) -> None:
    """What a worker does once the file is confirmed."""
    db.session.rollback()
    intake_jobs.read(int(page.rpartition("/")[2]))


def kept(turnup: int) -> TrafficHistory | None:
    db.session.rollback()
    return queries.latest_history(db.session(), turnup)


def test_what_was_found_is_shown_and_nothing_kept_before_it_is_confirmed(
    ann: FlaskClient, turnup: int
) -> None:
    page = give(ann, turnup, table(200, header="when,hits per hour"))
    text = ann.get(page).text
    assert "when" in text
    assert "hits per hour" in text
    assert "requests per row" in text
    assert kept(turnup) is None
    confirm(ann, page, unit="requests per row")
    history = kept(turnup)
    assert history
    assert history.values[0] == pytest.approx(rate(0) / 3600)
    assert "It is kept" in ann.get(page).text
    assert db.session.scalar(select(func.count()).select_from(TrafficForecast)) == 1
    assert db.session.scalar(select(func.count()).select_from(IntakePart)) == 0


def test_a_worker_that_dies_after_reading_leaves_the_file_to_be_read_again(
    ann: FlaskClient, turnup: int
) -> None:
    page = give(ann, turnup, table(48, header="t,rps"))
    with dying_at("intake.read"):
        confirm(ann, page)
    assert kept(turnup) is None
    work(page)
    assert kept(turnup) is not None


def test_a_wrong_row_is_said_with_its_line_and_may_be_read_in_another_way(
    ann: FlaskClient, turnup: int
) -> None:
    data = table(48, header="t,a").replace(
        b"\n2026-10-02T00", b"\n2026-10-02T00:00:00Z,oops\n2026-10-02T00"
    )
    page = give(ann, turnup, data)
    confirm(ann, page)
    text = ann.get(page).text
    assert "traffic.csv:26" in text
    assert "is not a number" in text
    assert kept(turnup) is None
    assert "Read it like this" in text


def test_local_times_with_a_repeated_hour_keep_every_hour(ann: FlaskClient, turnup: int) -> None:
    hours = [*range(24 * 24, 24 * 24 + 3), *range(24 * 24 + 2, 27 * 24)]  # 25 October, 02 h twice
    rows = [f"{START + timedelta(hours=h):%Y-%m-%d %H:%M};{100 + h}" for h in hours]
    page = give(ann, turnup, ("Zeit;req/s\n" + "\n".join(rows)).encode())
    assert 'value="Europe/Berlin"' in ann.get(page).text
    confirm(ann, page, zone="Europe/Berlin")
    history = kept(turnup)
    assert history
    assert history.values == [100.0 + h for h in hours]
    assert history.filled == 0


def test_a_unit_that_is_off_by_a_million_is_asked_about(ann: FlaskClient, turnup: int) -> None:
    page = give(ann, turnup, table(48, header="t,rps", scale=1e6))
    confirm(ann, page)
    assert "more than whole networks carry" in ann.get(page).text
    assert kept(turnup) is None
    submit(ann, f"{page}/size", {"answer": "corrected"})
    work(page)
    history = kept(turnup)
    assert history
    assert history.values[0] == pytest.approx(rate(0))
    # the plain format is asked about too, beside what is known by now
    answer = submit(ann, f"/turnups/{turnup}/history", {"history": file(table(48, scale=1e4))})
    page = answer.headers["Location"]
    assert page.startswith("/intakes/")
    confirm(ann, page)
    submit(ann, f"{page}/size", {"answer": "as_it_is"})
    work(page)
    history = kept(turnup)
    assert history
    assert history.values[0] == pytest.approx(rate(0) * 1e4)


def test_a_packed_log_is_found_to_be_one(ann: FlaskClient, turnup: int) -> None:
    lines = [
        f'192.0.2.1 - - [{START + timedelta(minutes=i):%d/%b/%Y:%H:%M:%S} +0000] "GET / HTTP/1.1" 200 512'
        for i in range(60 * 30)
    ]
    page = give(ann, turnup, gzip.compress("\n".join(lines).encode()), "access.log.gz")
    assert "an access log" in ann.get(page).text
    submit(ann, f"{page}/confirm", {"zone": "UTC"})
    work(page)
    history = kept(turnup)
    assert history
    assert (history.source, history.mean_bytes, len(history.values)) == ("log", 512, 30)


def test_a_pasted_table_goes_the_same_way(ann: FlaskClient, turnup: int) -> None:
    fields = {"how": "pasted", "table": table(30, header="time,rps").decode()}
    page = submit(ann, f"/turnups/{turnup}/traffic", fields).headers["Location"]
    confirm(ann, page)
    history = kept(turnup)
    assert history
    assert (history.source, len(history.values)) == ("pasted", 30)


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02\x03" * 50, b"hello\nworld\n"])
def test_what_is_neither_table_nor_log_is_refused_and_forgotten(
    ann: FlaskClient, turnup: int, data: bytes
) -> None:
    fields = {"how": "file", "history": file(data)}
    answer = submit(ann, f"/turnups/{turnup}/traffic", fields)
    assert answer.status_code == 422
    assert "traffic.csv:1" in answer.text
    assert db.session.scalar(select(func.count()).select_from(Intake)) == 0


def test_a_declared_peak_needs_no_history(ann: FlaskClient, turnup: int) -> None:
    page = f"/turnups/{turnup}/traffic/declared"
    assert submit(ann, page, {"shape": "evening"}).status_code == 422
    assert submit(ann, page, {"shape": "evening", "peak": "900"}).status_code == 303
    history = kept(turnup)
    assert history
    assert (history.source, max(history.values)) == ("declared", 900)


def test_others_customers_files_are_not_there(client: FlaskClient, turnup: int) -> None:
    page = give(sign_in(client, "ann"), turnup, table(48, header="t,rps"))
    client.post("/logout", data={})
    a_turnup("Other")
    fresh = client.application.test_client()
    other = sign_in(fresh, "carl@other.example")
    assert other.get(page).status_code == 404
    assert submit(other, f"{page}/confirm", {}).status_code == 404
    assert other.get(f"/turnups/{turnup}/traffic").status_code == 404


def test_a_file_of_many_parts_is_read_as_one(
    ann: FlaskClient, turnup: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "PART_BYTES", 10_000)
    rows = "".join(
        f"{START + timedelta(minutes=i):%Y-%m-%dT%H:%M:%SZ},{100 + i % 7}\n" for i in range(10_000)
    )
    page = give(ann, turnup, b"t,rps\n" + rows.encode())
    assert db.session.scalar(select(func.count()).select_from(IntakePart)) == 26
    confirm(ann, page)
    history = kept(turnup)
    assert history
    assert len(history.values) == 167
    assert history.five_minutes is not None


class Prometheus(BaseHTTPRequestHandler):
    answers: Any = None

    def do_GET(self) -> None:
        body = json.dumps(self.answers).encode()
        self.send_response(200)
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            pass  # the reader has had enough

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def prometheus(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Prometheus)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    monkeypatch.setenv("TURNUP_API_ALLOW", "127.0.0.0/8")
    config.settings.cache_clear()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    monkeypatch.undo()
    config.settings.cache_clear()


def result(*series: list[list[object]]) -> dict[str, Any]:
    found = [{"metric": {}, "values": values} for values in series]
    return {"status": "success", "data": {"resultType": "matrix", "result": found}}


def test_prometheus_is_asked_and_shown_before_it_is_kept(
    ann: FlaskClient, turnup: int, prometheus: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = int(START.timestamp())
    values: list[list[object]] = [[first + 300 * i, str(50 + i % 12)] for i in range(12 * 48)]
    monkeypatch.setattr(Prometheus, "answers", result(values))
    fields = {"how": "prometheus", "url": prometheus, "query": "sum(rate(x[5m]))", "days": "28"}
    page = submit(ann, f"/turnups/{turnup}/traffic", fields).headers["Location"]
    confirm(ann, page, times="epoch_s")
    history = kept(turnup)
    assert history
    assert (history.source, len(history.values)) == ("prometheus", 48)
    assert history.five_minutes == pytest.approx(61 / 55.5, abs=0.001)


def test_ten_million_samples_are_refused_with_what_to_ask_instead(
    ann: FlaskClient, turnup: int, prometheus: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Prometheus, "answers", result(*[[[i, "1"] for i in range(9000)]] * 100))
    fields = {"how": "prometheus", "url": prometheus, "query": "up", "days": "28"}
    answer = submit(ann, f"/turnups/{turnup}/traffic", fields)
    assert answer.status_code == 422
    assert "too large to be one series" in answer.text
    assert "sum(rate" in answer.text


def test_a_customer_reaches_no_private_prometheus(
    client: FlaskClient, turnup: int, prometheus: str
) -> None:
    carl = sign_in(client, "carl@acme.example")
    fields = {"how": "prometheus", "url": prometheus, "query": "up", "days": "28"}
    answer = submit(carl, f"/turnups/{turnup}/traffic", fields)
    assert answer.status_code == 422
    assert "may not connect" in answer.text
