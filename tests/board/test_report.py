"""The report of a flip and its timeline: what is kept, added by hand, pinned, mended, taken away."""

import csv
import io
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from onboarding import clock
from tests.cast import Cast
from tests.doors import submit
from tests.stories import book, browser, customer, kinds


@pytest.fixture
def number(app: Flask, cast: Cast) -> int:
    return book(cast, customer("Acme", manager=cast["ann"]))


@pytest.fixture
def omar(app: Flask) -> FlaskClient:
    return browser(app, "omar")


def lines(client: FlaskClient, number: int) -> list[dict[str, object]]:
    document = client.get(f"/cutovers/{number}/timeline.json").json
    assert document is not None
    found: list[dict[str, object]] = document["lines"]
    return found


def note(client: FlaskClient, number: int, text: str, **fields: str) -> dict[str, object]:
    answer = submit(client, f"/cutovers/{number}/timeline", {"text": text, **fields})
    assert answer.status_code == 303
    return next(line for line in lines(client, number) if line["words"] == text)


def test_a_line_added_by_hand_is_mended_by_its_author_and_keeps_its_former_words(
    app: Flask, number: int, omar: FlaskClient
) -> None:
    said = note(omar, number, "DNS looks <b>odd</b>")
    where = f"/cutovers/{number}/timeline/{said['number']}"
    assert submit(omar, where, {"text": "DNS looks fine"}).status_code == 303
    assert submit(browser(app, "sue"), where, {"text": "no"}).status_code == 403
    assert submit(omar, f"/cutovers/{number}/timeline/1", {"text": "no"}).status_code == 403
    assert submit(omar, f"/cutovers/{number}/timeline/999", {"text": "no"}).status_code == 404
    line = next(line for line in lines(omar, number) if line["by_hand"])
    assert (line["words"], line["source"], line["who"]) == ("DNS looks fine", "web", "Omar Okafor")
    assert [former["text"] for former in line["former"]] == ["DNS looks <b>odd</b>"]  # type: ignore[attr-defined]
    for page in (f"/cutovers/{number}", f"/cutovers/{number}/report"):
        text = omar.get(page).text
        assert "DNS looks fine" in text
        assert "<b>odd" not in text


def test_a_pin_stays_on_top_until_it_is_taken_off_and_twice_is_once(
    number: int, omar: FlaskClient
) -> None:
    said = note(omar, number, "The customer is on the phone")
    where = f"/cutovers/{number}/timeline/{said['number']}"
    for _ in range(2):
        submit(omar, f"{where}/pin", {"from": "report"})
    assert kinds(f"cutover:{number}").count("note.pinned") == 1
    assert 'aria-label="Pinned"' in omar.get(f"/cutovers/{number}").text
    assert [line["number"] for line in lines(omar, number) if line["pinned"]] == [said["number"]]
    submit(omar, f"{where}/unpin", {})
    assert 'aria-label="Pinned"' not in omar.get(f"/cutovers/{number}").text


def test_a_line_of_earlier_stands_where_it_happened_and_none_is_of_the_future(
    number: int, omar: FlaskClient
) -> None:
    before = (clock.now() - timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M:%S+00:00")
    note(omar, number, "The origin was restarted", happened_at=before)
    assert lines(omar, number)[0]["words"] == "The origin was restarted"
    ahead = (clock.now() + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M:%S+00:00")
    refused = {"text": "x", "happened_at": ahead}
    assert submit(omar, f"/cutovers/{number}/timeline", refused).status_code == 422


def test_the_table_names_who_what_and_whence_and_no_cell_is_a_formula(
    number: int, omar: FlaskClient
) -> None:
    note(omar, number, "=HYPERLINK(1)")
    answer = omar.get(f"/cutovers/{number}/timeline.csv")
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["kind"] for row in rows] == ["cutover.booked", "note.added"]
    assert (rows[1]["words"], rows[1]["source"]) == ("'=HYPERLINK(1)", "web")
    assert rows[1]["at_utc"].endswith("Z")


def test_a_cutover_that_was_never_started_has_a_report_that_says_so(
    number: int, omar: FlaskClient
) -> None:
    assert "no run has been started" in omar.get(f"/cutovers/{number}/report").text
    assert omar.get(f"/cutovers/{number}/moments").json == {"ticks": [], "marks": []}
