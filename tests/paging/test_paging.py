"""Paging people, as they see it: calls, answers from the message, what never goes out."""

import re
from datetime import datetime, timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select

from onboarding import clock
from onboarding.config import settings
from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.outbox.jobs import deliver
from onboarding.outbox.models import Message
from onboarding.paging import actions, jobs
from onboarding.paging.models import Page, Reach
from onboarding.people.actions import make_token
from onboarding.people.models import Shift, User
from onboarding.trail.log import SYSTEM
from tests.cast import Cast
from tests.contracts.dns_stands import open_loopback
from tests.doors import submit
from tests.services.pagerduty import PagerPeer
from tests.services.ports import Ports
from tests.services.web import web_server
from tests.stories import browser, fresh, kinds

LINK = re.compile(r"http://[^/]+(/pages/\w+/\S+)")
SUBJECT = "cutover:77"


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> list[timedelta]:
    """How much later than it is the house believes it to be."""
    offset, real = [timedelta()], clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + offset[0])
    return offset


def page(cast: Cast, *names: str, key: str = "k", text: str = "Acme moves in 30 min") -> int:
    audience = [name if ":" in name else f"user:{cast[name]}" for name in names]
    with transaction() as session:
        link = "/cutovers/77"
        return actions.page(session, SYSTEM, SUBJECT, audience, text, link, key, "critical").id


def letters(state: str = "") -> list[Message]:
    db.session().rollback()
    query = select(Message).order_by(Message.id)
    return [m for m in db.session.scalars(query) if not state or m.state == state]


def link_in(message: Message) -> str:
    found = LINK.search(message.text)
    assert found, message.text
    return found[1]


def pass_time(later: list[timedelta], seconds: int) -> None:
    later[0] += timedelta(seconds=seconds)
    jobs.sweep()


def test_no_answer_calls_the_next_and_the_link_in_the_mail_ends_it(
    app: Flask, cast: Cast, later: list[timedelta]
) -> None:
    number = page(cast, "omar", "olga")
    pass_time(later, 60)
    assert [m.recipient for m in letters()] == ["omar@vendor.example"]
    pass_time(later, 61)
    first, second = letters()
    assert second.recipient == "olga@vendor.example"
    assert first.urgent
    scanner = app.test_client()
    assert "I have it" in scanner.get(link_in(second)).text
    assert fresh(Page, number).state == "open"  # looking answers nothing
    answered = submit(scanner, link_in(second), {}, page=link_in(second))
    assert "Olga Orlova has it" in answered.text
    pass_time(later, 300)
    assert [m.state for m in letters()] == ["withdrawn", "withdrawn"]
    late = submit(app.test_client(), link_in(first), {}, page=link_in(first))
    assert late.status_code == 409
    assert "Olga Orlova has it already" in late.text
    assert kinds(SUBJECT) == ["page.opened", "page.called", "page.called", "page.acknowledged"]


def test_an_acknowledgement_that_is_not_confirmed_runs_out_to_the_next(
    app: Flask, cast: Cast, later: list[timedelta]
) -> None:
    number = page(cast, "omar", "olga")
    omar = browser(app, "omar")
    assert submit(omar, f"/pages/{number}/acknowledge", {}).status_code == 303
    pass_time(later, 1201)
    assert "Still on it?" in letters()[-1].subject
    pass_time(later, 600)
    assert letters()[-1].recipient == "olga@vendor.example"
    assert kinds(SUBJECT)[-2:] == ["page.expired", "page.called"]
    assert "nobody has answered" in omar.get("/pages").text


def test_repeats_are_folded_and_a_new_page_comes_after_the_end(app: Flask, cast: Cast) -> None:
    number = page(cast, "omar")
    assert page(cast, "omar") == number
    assert fresh(Page, number).repeats == 1
    assert len(letters()) == 1
    with transaction() as session:
        actions.resolve(session, SYSTEM, number, "done")
    assert page(cast, "omar") != number


def test_pages_of_a_closed_subject_never_go_out(
    app: Flask, cast: Cast, later: list[timedelta]
) -> None:
    numbers = [page(cast, "omar", "olga", key=f"k{n}") for n in range(2)]
    with transaction() as session:
        actions.close_for(session, SYSTEM, SUBJECT, "called off")
    pass_time(later, 8000)
    for message in letters():
        deliver(message.id)
    assert [m.state for m in letters()] == ["withdrawn", "withdrawn"]
    assert {fresh(Page, n).state for n in numbers} == {"resolved"}


def test_a_team_is_its_rotation_then_its_order_then_everybody(app: Flask, cast: Cast) -> None:
    def first(key: str) -> str:
        page(cast, "team:support", key=key)
        return letters()[-1].recipient

    assert first("a") == "sue@vendor.example"
    span: dict[str, datetime] = {"starts_at": clock.now(), "ends_at": clock.now()}
    span["ends_at"] += timedelta(hours=8)
    with transaction() as session:
        session.add(Shift(user_id=cast["sid"], **span))
    assert first("b") == "sid@vendor.example"
    with pytest.raises(BadInput, match="no team 'cooks'"):
        page(cast, "team:cooks")


def test_proved_ways_come_first_and_a_pager_hears_of_the_answer(
    app: Flask,
    cast: Cast,
    later: list[timedelta],
    free_port: Ports,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    open_loopback(monkeypatch)
    monkeypatch.setenv("TURNUP_SECRET_EVE_PAGER", "R1")
    eve = browser(app, "eve")
    with web_server(free_port()) as site:
        peer = PagerPeer("R1")
        site.answer = peer.answer
        chosen = settings().model_copy(update={"pager_url": site.url})
        monkeypatch.setattr("onboarding.outbox.jobs.settings", lambda: chosen)
        for channel, address in (("email", "eve@vendor.example"), ("pager", "eve_pager")):
            submit(eve, "/pages/reach", {"channel": channel, "address": address})
        test = letters()[-1]
        deliver(test.id)
        proof = peer.events[0]["links"][0]["href"].partition("//")[2]
        proof = proof[proof.index("/") :]
        assert "Thank you" in submit(app.test_client(), proof, {}, page=proof).text
        assert "works, proved" in eve.get("/pages/reach").text
        number = page(cast, "eve")
        deliver(letters()[-1].id)
        assert peer.alerts[f"turnup-page-{number}"] == "triggered"
        submit(eve, f"/pages/{number}/acknowledge", {})
        deliver(letters()[-1].id)
        assert peer.alerts[f"turnup-page-{number}"] == "acknowledged"
        submit(eve, f"/pages/{number}/resolve", {"outcome": "it was a drill"})
        deliver(letters()[-1].id)
        assert peer.alerts[f"turnup-page-{number}"] == "resolved"


@pytest.mark.parametrize(
    ("channel", "address", "said"),
    [
        ("email", "nobody", "this is not a mail address"),
        ("pager", "R0UT1NG KEY", "this is no name of a secret"),
        ("webhook", "ftp://x", "this is no web address"),
        ("pigeon", "x", "is no way to reach people"),
    ],
)
def test_a_wrong_way_is_said_at_its_field(
    app: Flask, cast: Cast, channel: str, address: str, said: str
) -> None:
    answer = submit(browser(app, "eve"), "/pages/reach", {"channel": channel, "address": address})
    assert answer.status_code == 422
    assert said in answer.text
    assert db.session.scalars(select(Reach)).all() == []


def test_a_forged_link_answers_nothing(app: Flask, cast: Cast) -> None:
    number = page(cast, "omar")
    path = link_in(letters()[0])[:-2] + "xx"
    assert app.test_client().get(path).status_code == 404
    assert submit(app.test_client(), path, {}).status_code == 404
    assert fresh(Page, number).state == "open"


def test_programs_page_and_answer_over_the_api(app: Flask, cast: Cast) -> None:
    with transaction() as session:
        token = make_token(session, SYSTEM, session.get_one(User, cast["eve"]), "pipeline")
    client, headers = app.test_client(), {"Authorization": f"Bearer {token}"}
    wanted = {"audience": ["team:support"], "text": "The build is red", "key": "build"}
    made = client.post("/api/v1/pages", json=wanted, headers=headers)
    assert (made.status_code, made.json["state"]) == (201, "open")
    assert client.post("/api/v1/pages", json=wanted, headers=headers).status_code == 200
    assert len(letters()) == 1
    wrong = client.post(
        "/api/v1/pages", json={**wanted, "audience": ["sue"], "key": ""}, headers=headers
    )
    assert (wrong.status_code, wrong.json["place"]) == (422, "audience")
    path = f"/api/v1/pages/{made.json['id']}"
    for refused in (client.get("/api/v1/pages"), client.post(f"{path}/acknowledge")):
        assert (refused.status_code, "Bearer" in refused.text) == (401, True)
    held = client.post(f"{path}/acknowledge", headers=headers).json
    assert (held["state"], held["holder"]) == ("acknowledged", cast["eve"])
    assert client.post(f"{path}/resolve", headers=headers).json["state"] == "resolved"
    listed = client.get("/api/v1/pages?state=resolved", headers=headers).json["pages"]
    assert [one["repeats"] for one in listed] == [1]


def test_two_hundred_pages_are_paged_through_and_none_is_left_out(app: Flask, cast: Cast) -> None:
    with transaction() as session:
        for n in range(205):
            actions.page(
                session, SYSTEM, f"cutover:{n}", ["team:ops"], f"page {n:03}", "/", f"k:{n}"
            )
    omar, seen, sheet = browser(app, "omar"), [], "/pages?state=open"
    sheets = 0
    while sheet:
        shown = omar.get(sheet).text
        seen += re.findall(r"<strong>page (\d{3})</strong>", shown)
        found = re.search(r'rel="next" href="([^"]+)"', shown)
        sheet, sheets = (unescape(found[1]) if found else ""), sheets + 1
    assert (sheets, len(seen)) == (5, 205)
    assert seen == sorted(seen, reverse=True)
    assert 'rel="prev"' in shown
    assert "There are no more" in omar.get("/pages?page=99").text
    for odd in ("0", "-1", "x", "9" * 30, "²"):
        assert omar.get(f"/pages?page={odd}").status_code == 200
