"""Articles beside a run that is held, and beside a page: by hostname, reason and stage."""

import pytest
from flask import Flask

from onboarding import clock
from tests.cast import Cast
from tests.doors import submit
from tests.ramps.lab import Lab, Time, book
from tests.stories import browser

ARTICLES = (
    ("Logins of acme.example", "Sessions at login.acme.example stick to one backend.", ""),
    ("When the metrics are gone", "Look whether Prometheus answers; hold meanwhile.", ""),
    ("Who may say go", "Whoever stands by as primary.", "ramping"),
    ("Raise a quota", "Ask the account manager.", "tuning"),
)


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_a_held_run_and_a_page_show_what_was_written_on_them(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    sue, omar = browser(app, "sue"), browser(app, "omar")
    for title, body, stage in ARTICLES:
        fields = {"title": title, "body": body, "stage": stage, "then": "publish"}
        assert submit(sue, "/knowledge", fields).status_code == 303
    time = Time()
    monkeypatch.setattr(clock, "now", lambda: time.wall)
    monkeypatch.setattr(clock, "ticks", lambda: time.passed)
    lab = Lab(book(cast["ann"], [(25, 30, False), (100, 5, False)]), time)

    def shown() -> list[str]:
        page = omar.get(f"/cutovers/{lab.cutover_id}").text
        return [title for title, _, _ in ARTICLES if title in page]

    engine = lab.conductor()
    lab.press("start")
    lab.beat(engine, 10)
    assert lab.standing().state == "holding"
    assert shown() == ["Logins of acme.example"], "nothing is to be looked up yet"
    lab.source.mode = "gone"
    lab.beat(engine, 40)
    assert lab.standing().state == "undecided"
    assert shown() == [title for title, _, _ in ARTICLES[:3]]

    said = {"team": "ops", "severity": "error", "text": "login.acme.example answers with 503"}
    called = submit(sue, "/pages", said)
    page = called.headers["Location"]
    assert f'hx-get="{page}/articles"' in omar.get(page).text
    beside = omar.get(f"{page}/articles").text
    assert "Logins of acme.example" in beside
    assert "Raise a quota" not in beside
    assert app.test_client().get(f"{page}/articles").status_code in (302, 303, 401)
