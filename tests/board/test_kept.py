"""Views of the board that somebody names: kept for them alone, the address stays the view."""

from flask import Flask
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.doors import submit
from tests.stories import browser

VIEW = {"view": "table", "who": "mine", "stage": "forecast", "sort": "-next", "q": "a&b"}


def listed(client: FlaskClient) -> list[str]:
    """The names of the views on the board, in order."""
    page = client.get("/?who=all").text
    return [part.split("</svg>")[1].split("<")[0].strip() for part in page.split("board-own")[1:]]


def test_kept_under_a_name_it_leads_back_to_the_same_address(app: Flask, cast: Cast) -> None:
    ann = browser(app, "ann")
    kept = submit(ann, "/board/views", {"name": "  My   forecasts ", "page": "3", **VIEW})
    address = kept.headers["Location"]
    shown = ann.get(address)
    assert shown.request.args.to_dict() == VIEW
    assert 'aria-current="true"' in shown.text.partition("board-own")[2].partition("</a>")[0]
    assert "Keep this view" not in shown.text
    assert "Keep this view" in ann.get("/?who=all").text
    assert listed(ann) == ["My forecasts"]
    assert listed(browser(app, "sue")) == []
    assert "your customers, Forecast, “a&amp;b”, by Next date" in ann.get("/board/views").text


def test_a_name_that_does_not_do_keeps_what_was_typed(app: Flask, cast: Cast) -> None:
    ann = browser(app, "ann")
    submit(ann, "/board/views", {"name": "Late", **VIEW})
    again = submit(ann, "/board/views", {"name": "LATE", "who": "all", "trouble": "yes"})
    assert again.status_code == 422
    assert 'value="LATE"' in again.text
    assert 'name="trouble" value="yes"' in again.text
    assert submit(ann, "/board/views", {"name": " ", **VIEW}).status_code == 422
    hostile = {"name": "<b>", "who": "x", "stage": "x", "sort": "x", "ball": "\x00", "view": "x"}
    assert submit(ann, "/board/views", hostile).headers["Location"] == "/?who=all"
    assert listed(ann) == ["&lt;b&gt;", "Late"]


def test_renamed_and_removed_by_nobody_else(app: Flask, cast: Cast) -> None:
    ann, sue = browser(app, "ann"), browser(app, "sue")
    for name in ("One", "Two"):
        submit(ann, "/board/views", {"name": name, **VIEW})
    one, two = (
        part.split("/")[0] for part in ann.get("/board/views").text.split("/board/views/")[1::2]
    )
    where = f"/board/views/{one}"
    assert submit(sue, f"{where}/rename", {"name": "Hers"}).status_code == 404
    assert submit(sue, f"{where}/remove", {}).status_code == 404
    refused = submit(ann, f"{where}/rename", {"name": "two"})
    assert refused.status_code == 422
    assert 'value="two"' in refused.text
    assert submit(ann, f"{where}/rename", {"name": "ONE"}).status_code == 303
    submit(ann, f"/board/views/{two}/remove", {})
    assert listed(ann) == ["ONE"]
