"""Headroom per site and hour, what is booked, what-if, and what sites carry already, over HTTP."""

import time
from datetime import timedelta

from flask.testing import FlaskClient

from onboarding.db import db, transaction
from onboarding.forecasts import actions, queries
from tests.doors import submit
from tests.forecasts.given import NOW, a_site, forecast
from tests.forecasts.traffic import file, table


def test_what_if_answers_within_a_second(nina: FlaskClient, turnup: int) -> None:
    for i in range(40):
        a_site(nina, f"site-{i}", limit=100)
    forecast(nina, turnup)
    begun = time.perf_counter()
    page = f"/capacity/what-if?turnup={turnup}"
    fits = nina.get(f"{page}&shape=slow+ramp")
    assert "it fits" in fits.text
    grown = nina.get(f"{page}&shape=all+at+once&growth=50")
    assert "it does not fit" in grown.text
    assert time.perf_counter() - begun < 2
    assert "it fits" in nina.get(f"{page}&shape=a+niche&growth=50&lost=site-3").text
    for wrong in ("&growth=x", "&shape=zigzag", "&date=2020-01-01T00:00", "&date=soon"):
        assert nina.get(page + wrong).status_code == 422


def test_base_load_from_a_table_and_shares(nina: FlaskClient, turnup: int) -> None:
    a_site(nina, "fra", limit=1000)
    a_site(nina, "ams", limit=1000)
    forecast(nina, turnup)
    rows = table(200, start=NOW - timedelta(hours=200), scale=3).decode().split("\n")[1:-1]
    data = "unique_id,ds,y\n" + "\n".join(f"fra,{row}" for row in rows)
    assert submit(nina, "/capacity/base", {"base": file(data.encode())}).status_code == 303
    assert "heat-tight" in nina.get("/capacity").text
    bad = submit(nina, "/capacity/base", {"base": file(data.replace("fra,", "rio,").encode())})
    assert bad.status_code == 422
    assert "no site &#39;rio&#39;" in bad.text
    first, second = (site.id for site in queries.sites(db.session()))
    page = f"/capacity/shares/{turnup}"
    assert submit(nina, page, {f"site-{first}": "70", f"site-{second}": "20"}).status_code == 422
    assert submit(nina, page, {f"site-{first}": "70", f"site-{second}": "30"}).status_code == 303


def test_bookings_are_stacked_step_by_step(nina: FlaskClient, turnup: int) -> None:
    a_site(nina)
    with transaction() as session:
        hours = [
            (NOW + timedelta(hours=i), 10.0 * (1 + i // 24), 5.0 * (1 + i // 24)) for i in range(72)
        ]
        actions.reserve(session, "cutover:7", turnup, hours)
    text = nina.get("/capacity").text
    assert "3 booked steps" in text
    for share in ("5 %", "10 %", "15 %"):
        assert f"<td>{share}</td>" in text


def test_a_lost_site_moves_its_load_to_the_others(nina: FlaskClient, turnup: int) -> None:
    a_site(nina, "ams", limit=1000, base_load=900)
    a_site(nina, "fra", limit=2000, base_load=400)
    whole = " ".join(nina.get("/capacity").text.split())
    assert "fra (the largest: N-1)" in whole
    assert "heat-full" not in whole.split("<tbody>")[1]
    lost = " ".join(nina.get("/capacity?lost=fra").text.split())
    assert "heat-full" in lost.split("<tbody>")[1]
    assert "is lost: what it carries goes to the others" in lost
    assert 'title="00:00 UTC: 1,300 req/s"' in lost


def test_each_booking_is_scaled_by_its_own_factor_and_size(nina: FlaskClient, turnup: int) -> None:
    a_site(nina, limit=1000, gbit_limit=1)
    forecast(nina, turnup)
    facts = {"factor": "3", "mean_bytes": "1000000"}
    assert submit(nina, f"/turnups/{turnup}/traffic/facts", facts).status_code == 303
    with transaction() as session:
        actions.reserve(session, "cutover:7", turnup, [(NOW + timedelta(hours=30), 40.0)])
    text = nina.get("/capacity").text
    assert "<td>120</td>" in text  # 40 req/s, times three
    assert "0.96 Gbit/s" in text  # 120 req/s of a megabyte: tighter than 120 of 1,000
    assert "heat-tight" in text


def test_what_if_moves_the_booked_plan_to_another_date(nina: FlaskClient, turnup: int) -> None:
    a_site(nina, limit=300)
    forecast(nina, turnup)
    steps = [(NOW + timedelta(days=1), 5.0), (NOW + timedelta(days=3, minutes=10), 100.0)]
    with transaction() as session:
        actions.reserve(session, "cutover:7", turnup, [], steps)
    date = NOW + timedelta(days=5)
    page = f"/capacity/what-if?turnup={turnup}&shape=as+booked&date={date:%Y-%m-%dT%H:%M}"
    text = " ".join(nina.get(page).text.split())
    assert f"{date:%Y-%m-%d %H:%M}:00" in text
    assert f"{date + timedelta(days=2, minutes=10):%Y-%m-%d %H:%M}:00" in text
    assert "The last step that fits: 5 %" in text
    assert nina.get(page + "&lost=rio").status_code == 422
