"""What is done to many rows of the board at once: each is done, or left out with the reason."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from onboarding import clock
from onboarding.clock import parse
from onboarding.customers.models import Goal, Turnup
from onboarding.db import db
from onboarding.nudges import jobs as nudges
from onboarding.outbox.models import Message
from tests.board.building import go_to
from tests.cast import Cast
from tests.doors import submit
from tests.stories import book, browser, customer, fresh, kinds

NIGHT = parse("2027-03-01T23:30:00Z")  # half past midnight in Berlin


def letters(recipient: str) -> list[Message]:
    db.session().rollback()
    query = select(Message).where(Message.recipient == recipient, Message.topic.startswith("nudge"))
    return list(db.session.scalars(query.order_by(Message.id)))


def test_whoever_has_the_ball_is_reminded_once_a_day_and_not_at_night(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme, beta = customer("Acme"), customer("Beta", manager=cast["sue"])
    go_to(beta.turnup, "test")  # where Sue is to book the cutover
    ann = browser(app, "ann")
    form = {"turnup": [acme.turnup, beta.turnup], "note": "We kept Friday for you.", "back": "/"}
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: NIGHT)
        page = submit(ann, "/board/remind", form)
        assert page.status_code == 200
        assert "Cora Acme" in page.text
        assert "by their day" in page.text
        again = submit(ann, "/board/remind", form).text
    assert again.count("left out") == 2
    assert "reminded 0 s ago" in again
    (letter,) = letters(acme.email)
    assert letter.due_at == parse("2027-03-02T08:00:00Z"), "09:00 in Berlin"
    assert "Say what you want to reach" in letter.text
    assert "We kept Friday for you." in letter.text
    assert letter.text.endswith("Ann Archer")
    assert f"/workspace?turnup={acme.turnup}" in letter.text
    (to_sue,) = letters("sue@vendor.example")
    assert "Book the cutover" in to_sue.text
    assert kinds(acme.stream).count("nudge.asked") == 1
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: NIGHT + timedelta(days=1))
        submit(ann, "/board/remind", form | {"note": ""})
    assert len(letters(acme.email)) == 2


def test_the_day_aimed_at_takes_the_place_of_the_one_before(app: Flask, cast: Cast) -> None:
    acme, beta = customer("Acme"), customer("Beta")
    ann = browser(app, "ann")
    form = {"turnup": [acme.turnup, beta.turnup], "back": "/?view=table", "day": "2031-05-01"}
    assert submit(ann, "/board/launch", form).headers["Location"] == "/?view=table"
    submit(ann, "/board/launch", form | {"turnup": [beta.turnup], "day": "2031-06-01"})
    db.session().rollback()
    aimed = db.session.execute(select(Goal.turnup_id, Goal.day).order_by(Goal.turnup_id)).all()
    assert [tuple(one) for one in aimed] == [
        (acme.turnup, date(2031, 5, 1)),
        (beta.turnup, date(2031, 6, 1)),
    ]
    assert submit(ann, "/board/launch", form | {"day": "soon"}).status_code == 422


def test_put_away_and_back_but_never_with_a_cutover_to_come(app: Flask, cast: Cast) -> None:
    acme, beta = customer("Acme"), customer("Beta")
    book(cast, beta)
    ann = browser(app, "ann")
    form = {
        "turnup": [acme.turnup, beta.turnup],
        "note": "They went elsewhere",
        "back": "/?who=all",
    }
    page = submit(ann, "/board/archive", form).text
    assert "Its cutover is booked" in page
    assert "1 / 2" in page
    board = ann.get("/?who=all").text
    assert "Acme</a>" not in board
    assert "Beta</a>" in board
    assert "Acme</a>" in ann.get("/?who=all&view=table&archived=yes").text
    mine = ann.get(f"/turnups/{acme.turnup}").text
    assert "put away" in mine
    assert "They went elsewhere" in mine
    assert "is closed" in browser(app, acme.email).get("/workspace").text
    back = submit(ann, "/board/restore", {"turnup": [acme.turnup], "back": "/?who=all"})
    assert back.status_code == 303
    assert "Acme</a>" in ann.get("/?who=all").text
    assert fresh(Turnup, acme.turnup).archived_at is None


def test_nobody_is_reminded_of_what_was_put_away(app: Flask, cast: Cast) -> None:
    acme = customer("Acme")
    ann = browser(app, "ann")
    submit(ann, "/board/archive", {"turnup": [acme.turnup]})
    assert "left out" in submit(ann, "/board/remind", {"turnup": [acme.turnup]}).text
    with pytest.MonkeyPatch.context() as patch:
        later = clock.now() + timedelta(days=30)
        patch.setattr(clock, "now", lambda: later)
        nudges.sweep()
    assert letters(acme.email) == []


def test_who_may(app: Flask, cast: Cast) -> None:
    acme = customer("Acme")
    for path in ("remind", "launch", "archive", "restore"):
        form = {"turnup": [acme.turnup], "day": "2031-05-01"}
        assert submit(browser(app, "omar"), f"/board/{path}", form).status_code == 403
        assert (
            submit(browser(app, "ann"), f"/board/{path}", {"day": "2031-05-01"}).status_code == 422
        )
