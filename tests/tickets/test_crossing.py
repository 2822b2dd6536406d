"""Two people who answer a customer at once see each other, on the page and by mail."""

import json
from collections.abc import Sequence
from dataclasses import replace

from flask import Flask

from onboarding.db import db, transaction
from onboarding.inbox.actions import UNREADABLE
from onboarding.inbox.asking import answer_ticket
from onboarding.people.models import User
from onboarding.tickets import queries
from onboarding.tickets.actions import Said, add_message
from onboarding.tickets.models import Ticket, TicketMessage
from onboarding.trail.log import SYSTEM
from tests.cast import Cast
from tests.doors import submit
from tests.stories import browser, fresh
from tests.tickets.desk import NOWHERE, do, mails, opened, text_of, went


def _messages(number: int) -> Sequence[TicketMessage]:
    return queries.messages(db.session(), fresh(Ticket, number))


def _last(number: int) -> int:
    return _messages(number)[-1].number


def test_an_answer_written_beside_another_is_shown_it_first(app: Flask, cast: Cast) -> None:
    number = opened()
    sue, sid = browser(app, "sue"), browser(app, "sid")
    with transaction() as session:  # a name is not a person
        session.get_one(User, cast["sid"]).name = "Sue Santos"
    seen = _messages(number)[-1].number
    went(sue, number, "reply", text="Restart it", seen=seen)
    late = do(sid, number, "reply", text="Do not restart it", seen=seen)
    assert late.status_code == 422
    assert "Sue Santos has answered meanwhile" in text_of(late.text)
    assert "Do not restart it" in late.text
    assert len(mails("cora@acme.example")) == 1
    went(
        sid,
        number,
        "reply",
        text="Do not restart it",
        seen=seen,
        anyway="1",
        corrects=_last(number),
    )
    assert fresh(Ticket, number).corrected == 1
    with transaction() as session:
        add_message(session, SYSTEM, number, Said("Which one?", "mail", "Cora"))
    went(sue, number, "reply", text="The first")
    with transaction() as session:
        mail = replace(UNREADABLE, words="ANSWER the last")
        answer_ticket(session, number, session.get_one(User, cast["sid"]), mail)
    assert _messages(number)[-1].text == "the last"  # no answer by mail is lost
    told = {mail.recipient: mail.text for mail in mails()[-2:]}
    assert "The first" in told["sid@vendor.example"]
    assert "the last" in told["sue@vendor.example"]


def test_who_else_writes_an_answer_is_shown_on_the_open_page(app: Flask, cast: Cast) -> None:
    number = opened()
    sue, sid = browser(app, "sue"), browser(app, "sid")

    def heard(name: str) -> list[str]:
        said = sid.get(f"/tickets/{number}/events?once=1&after=0").text.split("\n\n")
        return [one.rpartition("data: ")[2] for one in said if f"event: {name}" in one]

    assert heard("pulse") == ["{}"]
    assert submit(sue, f"/tickets/{number}/writing", {}, NOWHERE).status_code == 204
    assert heard("pulse") == [json.dumps({str(cast["sue"]): "Sue Santos"})]
    went(sue, number, "reply", text="Look at the TTL")
    assert heard("changed") == [str(_last(number) + 1)]  # her words, then that it waits for them
