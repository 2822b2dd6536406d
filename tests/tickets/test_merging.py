"""Two tickets become one: what was asked, attached and promised in either goes on in it."""

from datetime import timedelta

import pytest
from flask import Flask

from onboarding.db import db, transaction
from onboarding.paging.models import Page
from onboarding.tickets.about import About, set_about
from onboarding.tickets.actions import Said, add_message
from onboarding.tickets.models import Ticket
from onboarding.tickets.queries import messages
from onboarding.tickets.texts import Attachment
from onboarding.trail.log import SYSTEM
from tests.cast import Cast
from tests.stories import browser, customer, fresh
from tests.tickets.desk import mails, opened, text_of, went

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)


def pages(number: int) -> dict[str, str]:
    db.session().rollback()
    rows = db.session().query(Page).filter_by(subject=f"ticket:{number}").order_by(Page.id)
    return {page.key: page.state for page in rows}


def test_what_waits_for_an_answer_opens_the_closed_ticket_it_is_merged_into(
    app: Flask, cast: Cast
) -> None:
    known = customer("Acme")
    theirs = {"customer_id": known.customer, "source": "mail"}
    sue, cora = browser(app, "sue"), browser(app, known.email)
    into = opened("Cold cache", email=known.email, message_id="<a@x>", **theirs)
    went(sue, into, "claim", owner="")
    went(sue, into, "resolve", resolution="TTL", words="It is warm again")
    went(sue, into, "close", no_doc="known")
    graph = Attachment("graph.txt", b"up and down")
    other = opened(
        "Cold once more",
        email="Colin@acme.example",
        severity=1,
        message_id="<b@x>",
        files=(graph,),
        **theirs,
    )
    assert pages(other) == {f"ticket:{other}:support": "open"}
    asked_at = fresh(Ticket, other).asked_at
    went(browser(app, "sid"), other, "merge", into=f"T-{into}")

    assert pages(other) == {f"ticket:{other}:support": "resolved"}
    ticket = fresh(Ticket, into)
    assert (ticket.state, ticket.owes, ticket.reopened, ticket.severity) == (
        "claimed",
        "support",
        1,
        1,
    )
    assert ticket.waiting_since == asked_at  # the next answer is due an hour of work after that
    assert ticket.next_due_at is not None
    assert ticket.next_due_at >= asked_at + timedelta(hours=1)
    assert pages(into) == {f"ticket:{into}:down": "open"}  # its owner: traffic is down by now
    assert "the customer wrote" in mails("sue@vendor.example")[-1].subject
    copied = messages(db.session(), ticket)[-1]
    assert (copied.side, copied.files[0].content) == ("customer", b"up and down")
    assert "Cold once more" in text_of(cora.get(f"/questions/{other}").text)

    went(sue, into, "reply", text="The purge is stopped.")
    assert pages(into) == {f"ticket:{into}:down": "resolved"}
    hers, his = mails(known.email)[-1], mails("colin@acme.example")[-1]
    assert "The purge is stopped." in hers.text
    assert "The purge is stopped." in his.text
    assert (hers.extra["headers"]["References"].split()[0], his.extra["headers"]["References"]) == (
        "<a@x>",
        "<b@x>",
    )
    with transaction() as session:
        further = Said("Thanks", "mail", "Colin", "<c@x>")
        assert add_message(session, SYSTEM, other, further).ticket_id == into


def test_what_was_answered_reopens_nothing_and_counts_as_answered(app: Flask, cast: Cast) -> None:
    sue = browser(app, "sue")
    into, other = opened("Which port?"), opened("Which port is it?")
    went(sue, other, "reply", text="443")
    answered = fresh(Ticket, other).first_response_at
    went(browser(app, "sid"), other, "merge", into=str(into))
    ticket = fresh(Ticket, into)
    copied = messages(db.session(), ticket)[-1]
    assert (copied.name, copied.actor) == ("Sue Santos", f"user:{cast['sue']}"), "not the merger's"
    assert (ticket.state, ticket.first_response_at) == ("new", answered)
    third = opened("Port?")
    went(sue, third, "reply", text="443")
    went(sue, into, "claim", owner="")
    went(sue, into, "resolve", resolution="443", words="443")
    went(sue, third, "merge", into=str(into))
    assert fresh(Ticket, into).state == "resolved"


def test_an_answer_given_before_it_was_asked_is_no_answer_to_it(app: Flask, cast: Cast) -> None:
    sue, ann = browser(app, "sue"), browser(app, "ann")
    alarm, other = opened("Disk full", automatic=True), opened("Which port?")
    for number in (alarm, other):
        went(sue, number, "reply", text="We look")
    asked, again = opened("Is our disk full?"), opened("And for TLS?")
    went(sue, alarm, "merge", into=str(asked))
    went(sue, other, "merge", into=str(again))
    ticket = fresh(Ticket, asked)  # a machine was answered, and no person
    assert (ticket.first_response_at, ticket.first_due_at is not None) == (None, True)
    ticket = fresh(Ticket, again)
    assert ticket.waiting_since is not None
    assert ticket.next_due_at is not None, "nobody would be reminded"
    assert ticket.look_at is not None
    with transaction() as session:
        old = session.get_one(Ticket, again)
        old.first_working_s = None  # as it may be of what came from elsewhere
    assert ann.get("/reports/support").status_code == 200


def test_what_turns_out_to_be_anothers_is_no_more_shown_or_told_to_who_asked_the_same(
    app: Flask, cast: Cast
) -> None:
    acme, other = customer("Acme"), customer("Beta")
    sue, cora = browser(app, "sue"), browser(app, acme.email)
    into = opened("Which port?", email="bob@beta.example", customer_id=acme.customer)
    mine = opened("Which port is it?", email=acme.email, customer_id=acme.customer)
    went(sue, mine, "merge", into=str(into))
    assert cora.get(f"/questions/{mine}").status_code == 200
    told = len(mails(acme.email))
    with transaction() as session:
        set_about(session, SYSTEM, into, About(3, other.customer))
    went(sue, into, "reply", text="Beta's port is 8443")
    assert len(mails(acme.email)) == told
    assert "8443" in mails("bob@beta.example")[-1].text
    assert cora.get(f"/questions/{mine}").status_code == 404
