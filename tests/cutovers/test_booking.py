"""Booking a cutover through its form: refused at the field with what was typed, or written whole."""

import html
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from onboarding import clock
from onboarding.cutovers.freezes import FreezeSaid, add_freeze
from onboarding.cutovers.models import Cutover
from onboarding.db import db, transaction
from onboarding.people.models import User
from onboarding.trail.log import Actor
from tests.cast import Cast
from tests.doors import submit
from tests.stories import Known, browser, customer, cutover_of, kinds

HAPROXY = '{"address": "127.0.0.1:9", "backend": "www", "moved": ["new"], "control": ["old"]}'


@pytest.fixture
def acme(cast: Cast) -> Known:
    return customer("Acme", manager=cast["ann"])


@pytest.fixture
def omar(app: Flask, cast: Cast) -> FlaskClient:
    """An admin of ops: may plan and wire."""
    return browser(app, "adam")


def local(days: float, hours: float = 0) -> str:
    at = clock.now() + timedelta(days=days, hours=hours)
    return at.strftime("%Y-%m-%dT%H:%M")


#: The hour of a daily peak that no window of a few hours from now reaches.
FAR_OFF = str((clock.now().hour + 12) % 24)


def form(known: Known, **changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "title": "Acme at dawn",
        "hostname": [str(known.hostname)],
        "starts_at": local(1),
        "ends_at": local(1, 3),
        "share": ["7", "", "60", "100", ""],
        "hold": ["10", "5", "1", "20", ""],
        "unit": ["min", "min", "h", "min", "s"],
        "limit": ["2.5", "", "", "", ""],
        "limit-slow": ["", "", "15", "", ""],
        "limit-misses": ["35", "", "", "", ""],
        "go_by": ["", "", "anyone", "", ""],
    }
    return {**fields, **changes}


def send(client: FlaskClient, known: Known, **changes: Any) -> TestResponse:
    return submit(client, f"/turnups/{known.turnup}/cutovers", form(known, **changes))


def count() -> int:
    db.session().rollback()
    return db.session.scalar(select(func.count()).select_from(Cutover)) or 0


def booked() -> Cutover:
    db.session().rollback()
    return db.session.scalars(select(Cutover)).unique().one()


def test_what_is_typed_is_booked(app: Flask, cast: Cast, acme: Known) -> None:
    answer = send(browser(app, "ann"), acme)
    cutover = booked()
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/cutovers/{cutover.id}"
    steps = [(s.position, s.share, s.hold_s, s.needs_go, s.limits) for s in cutover.steps]
    assert steps == [
        (1, 7, 600, False, {"errors": 0.025, "misses": 0.35}),
        (2, 60, 3600, True, {"slow": 0.15}),
        (3, 100, 1200, False, {}),
    ]
    assert (cutover.title, cutover.practice, cutover.state) == ("Acme at dawn", True, "booked")
    assert [h.name for h in cutover.hostnames] == ["www.acme.example"]
    assert kinds(cutover.stream) == ["cutover.booked"]
    assert kinds(acme.stream)[-1] == "cutover.booked"
    assert "Acme at dawn" in browser(app, "olga").get("/cutovers").text


REFUSED = [
    ({"share": ["50", "50"]}, "step 2 share", "from 50 % to 50 %"),
    ({"share": ["50", "", "40"]}, "step 2 share", "from 50 % to 40 %"),
    ({"share": ["50", "100.5"]}, "step 2 share", "not a share"),
    ({"share": ["0"]}, "step 1 share", "not a share"),
    ({"share": ["nan"]}, "step 1 share", "out of range"),
    ({"share": ["some"]}, "step 1 share", "not a number"),
    ({"share": ["", ""]}, "steps", "needs steps"),
    ({"share": [str(n) for n in range(1, 60)]}, "steps", "too long"),
    ({"hold": ["", "5", "1", "20"]}, "step 1 hold", "not a number"),
    ({"hold": ["10", "5", "0", "20"]}, "step 2 hold", "a hold of 0 s"),
    ({"unit": ["weeks", "min", "h", "min"]}, "step 1 unit", "no unit"),
    ({"limit": ["101"]}, "step 1 limit", "out of range"),
    ({"limit-slow": ["a few"]}, "step 1 limit-slow", "not a number"),
    ({"starts_at": local(-1)}, "starts_at", "in the past"),
    ({"starts_at": "soon"}, "starts_at", "not a time"),
    ({"starts_at": "0001-01-01T00:00+14:00"}, "starts_at", "not a time"),
    ({"starts_at": ""}, "starts_at", "needed"),
    ({"ends_at": local(0.5)}, "ends_at", "ends before it starts"),
    ({"ends_at": local(1, 1)}, "ends_at", "the plan takes 1:30:00"),
    ({"ends_at": local(99)}, "ends_at", "too long"),
    ({"starts_at": local(10), "ends_at": local(11)}, "starts_at", "Black Friday"),
    ({"hostname": []}, "hostnames", "no hostname is chosen"),
    ({"title": "x" * 121}, "title", "too long"),
    ({"pick": ["path"], "picked": ["static"]}, "step 1 selector", "no path to pick by"),
    ({"pick": ["moon"], "picked": ["full"]}, "step 1 selector", "nothing is picked by"),
    ({"pick": ["header"], "picked": ["yes"]}, "step 1 selector", "0 values for the header"),
    ({"pick": ["path"], "picked": ["/a/"]}, "step 2 selector", "takes back what was moved"),
    ({"go_by": ["cooks"]}, "step 1 go", "no team 'cooks'"),
    ({"before-1": ["luck"]}, "step 1 before", "no check 'luck'"),
    ({"peak": ["1"]}, "peak_hour", "no forecast tells"),
    ({"peak": ["1"], "peak_hour": "24"}, "peak_hour", "out of range"),
    ({"peak": ["1"], "peak_hour": FAR_OFF}, "ends_at", "the plan takes"),
]


@pytest.mark.parametrize(("changes", "place", "words"), REFUSED)
def test_a_refusal_names_its_field_keeps_what_was_typed_and_writes_nothing(
    app: Flask, cast: Cast, acme: Known, changes: dict[str, Any], place: str, words: str
) -> None:
    with transaction() as session:
        start = clock.now() + timedelta(days=9)
        actor = Actor(f"user:{cast['ann']}", "web")
        add_freeze(session, actor, FreezeSaid("Black Friday", start, start + timedelta(days=4)))
    sent = form(acme, **changes)
    answer = submit(browser(app, "ann"), f"/turnups/{acme.turnup}/cutovers", sent)
    page = html.unescape(answer.text)
    assert answer.status_code == 422
    assert f"<strong>{place}" in page
    assert words in page
    for name in ("starts_at", "ends_at", "title"):
        assert f'name="{name}"' in page
        assert f'value="{sent[name]}"' in page
    for share in filter(None, sent["share"][:50]):
        assert f'name="share" inputmode="decimal" value="{share}"' in page
    assert count() == 0
    assert "cutover.booked" not in kinds(acme.stream)


def test_the_message_stands_at_the_field(app: Flask, cast: Cast, acme: Known) -> None:
    page = send(browser(app, "ann"), acme, share=["50", "", "40"]).text
    wrong = page.partition('value="40"')[2]
    assert wrong.partition(">")[0].find('aria-invalid="true"') >= 0
    assert 'id="step-2-problem"' in wrong.partition("</fieldset>")[0]
    assert page.count('aria-invalid="true"') == 1


def test_a_hostname_of_another_turn_up_is_refused(app: Flask, cast: Cast, acme: Known) -> None:
    other = customer("Globex")
    names = [str(acme.hostname), str(other.hostname)]
    answer = send(browser(app, "ann"), acme, hostname=names)
    assert answer.status_code == 422
    assert "of another turn-up" in answer.text
    assert count() == 0


WIRINGS = [
    ({"switch": "haproxy", "switch_config": "{}"}, "switch.address"),
    ({"switch": "haproxy", "switch_config": '{"address": 7}'}, "switch.address"),
    ({"switch": "lever", "switch_config": "{}"}, "switch.kind"),
    ({"metrics": "tealeaves", "metrics_config": "{}"}, "metrics.kind"),
    ({"metrics": "rehearsal", "metrics_config": '{"rate": -1}'}, "metrics.rate"),
    ({"metrics": "rehearsal", "metrics_config": '{"tempo": 1}'}, "metrics.tempo"),
    ({"switch_config": "{"}, "switch_config"),
    ({"metrics_config": "[]"}, "metrics_config"),
    ({"switch_config": '{"a": ' * 3000 + "1" + "}" * 3000}, "switch_config"),
    ({"metrics_config": '{"a": ' * 200 + "1" + "}" * 200}, "metrics_config"),
    ({"metrics_config": '{"rate": NaN}'}, "metrics_config"),
    ({"metrics_config": '{"rate": 1e999}'}, "metrics_config"),
    ({"metrics_config": '{"rate": %s}' % ("9" * 400)}, "metrics.rate"),
    ({"metrics_config": '{"rate": %s}' % ("9" * 5000)}, "metrics_config"),
    ({"switch": "haproxy", "switch_config": HAPROXY}, "metrics"),
]


@pytest.mark.parametrize(("changes", "place"), WIRINGS)
def test_wrong_wiring_is_named_by_its_key_and_kept_in_the_form(
    omar: FlaskClient, acme: Known, changes: dict[str, str], place: str
) -> None:
    wiring = {"switch": "rehearsal", "switch_config": "{}", "metrics": "rehearsal"}
    answer = send(omar, acme, **{**wiring, "metrics_config": "{}", **changes})
    page = html.unescape(answer.text)
    assert answer.status_code == 422
    assert f"<strong>{place}</strong>" in page
    for name, value in changes.items():
        shown = f">{value}</textarea>" if "config" in name else f"<option selected>{value}"
        known = value in ("haproxy", "rehearsal")
        assert shown in page or ("config" not in name and not known)
    assert count() == 0


def test_who_may_wire_books_for_real_and_others_book_practice(
    app: Flask, omar: FlaskClient, cast: Cast, acme: Known
) -> None:
    real = {"switch": "manual", "switch_config": "{}", "metrics": "push"}
    assert send(browser(app, "ann"), acme, **real).status_code == 303
    assert booked().practice
    assert send(omar, acme, **real).status_code == 303
    db.session().rollback()
    assert [c.practice for c in db.session.scalars(select(Cutover).order_by(Cutover.id))] == [
        True,
        False,
    ]


def test_a_turn_up_that_is_not_there_is_not_found(app: Flask, cast: Cast, acme: Known) -> None:
    missing = Known(1, acme.turnup + 99, acme.hostname, "")
    assert send(browser(app, "ann"), missing).status_code == 404


@pytest.mark.parametrize(
    ("start", "end", "utc", "status"),
    [
        ("2030-03-31T00:30", "2030-03-31T03:30", ("00:30", "02:30"), 303),  # an hour is skipped
        ("2030-03-31T00:30", "2030-03-31T02:15", None, 422),  # 45 minutes for a plan of 90
        ("2030-10-27T00:30", "2030-10-27T01:30", None, 422),  # the first 01:30 of two
        ("2030-10-27T00:30", "2030-10-27T02:30", ("23:30", "02:30"), 303),  # an hour comes twice
        ("2030-03-31T01:30", "2030-03-31T09:30", None, 422),  # does not exist
    ],
)
def test_windows_are_in_the_planners_zone_through_changes_of_the_clocks(
    app: Flask, cast: Cast, acme: Known, start: str, end: str,
    utc: tuple[str, str] | None, status: int, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    with transaction() as session:
        session.get_one(User, cast["ann"]).timezone = "Europe/London"
    at = clock.parse("2030-01-01T00:00:00Z")
    ann = browser(app, "ann")
    monkeypatch.setattr(clock, "now", lambda: at)
    answer = send(ann, acme, starts_at=start, ends_at=end)
    assert answer.status_code == status, answer.text
    if utc:
        cutover = booked()
        assert (f"{cutover.starts_at:%H:%M}", f"{cutover.ends_at:%H:%M}") == utc
        page = ann.get(f"/cutovers/{cutover.id}/edit").text
        assert f'value="{start}"' in page
        assert f'value="{end}"' in page
    else:
        assert count() == 0
        if start.endswith("01:30"):
            assert "clocks go forward" in answer.text


def test_a_title_is_made_where_none_is_given(app: Flask, cast: Cast, acme: Known) -> None:
    assert send(browser(app, "ann"), acme, title="  ").status_code == 303
    assert cutover_of(booked().id).title == "Acme: Acme"
