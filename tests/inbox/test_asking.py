"""Mail to support opens a ticket, answers go out and come back in, over real SMTP; forgers get nothing."""

from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from flask import Flask

from onboarding.db import db
from onboarding.inbox import jobs
from onboarding.inbox.models import InboundMail
from onboarding.outbox.models import Message
from onboarding.people import reply_addresses
from onboarding.people.models import User
from onboarding.tickets.models import Ticket, TicketMessage
from tests.cast import Cast
from tests.inbox.conftest import Post
from tests.inbox.test_emergency import came
from tests.services.mail import send, written
from tests.services.programs import wait_until
from tests.stories import browser, customer

CORA = "Cora <cora@acme.example>"
US = "turnup@vendor.example"


def said(ticket: int) -> list[tuple[str, str]]:
    """(side, text) of a ticket."""
    db.session().rollback()
    rows = db.session().query(TicketMessage).filter_by(ticket_id=ticket)
    return [(row.side, row.text) for row in rows.order_by(TicketMessage.id)]


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_a_mail_opens_a_ticket_and_its_answers_come_and_go(
    app: Flask, cast: Cast, post: Post
) -> None:
    known = customer("Acme")
    asks = written(CORA, US, "Purging", "How do we purge?", Message_ID="<1@acme.example>")
    asks.add_attachment(b"a,b\n1,2\n", maintype="text", subtype="csv", filename="../urls.csv")
    for _twice in range(2):
        send(post.port, asks.as_bytes(), [US])
    receipt = post.sink.awaited("cora@acme.example", "Re: Purging [T-")
    assert (receipt["In-Reply-To"], receipt["Auto-Submitted"]) == (
        "<1@acme.example>",
        "auto-replied",
    )
    (ticket,) = db.session().query(Ticket).all()
    assert (ticket.customer_id, ticket.source, ticket.subject) == (
        known.customer,
        "mail",
        "Purging",
    )
    told = post.sink.awaited("sue@vendor.example", "new ticket: Purging")
    sue = browser(app, "sue")
    assert "urls.csv" in sue.get(f"/tickets/{ticket.id}").text

    noted = written("sue@vendor.example", str(told["Reply-To"]), "Re: x", "Ask ops first\n\n> How")
    to_staff = parseaddr(str(told["Reply-To"]))[1]
    send(post.port, noted.as_bytes(), [to_staff])
    wait_until(lambda: said(ticket.id)[-1] == ("note", "Ask ops first"), "a note", 60)
    reply = written(
        "sue@vendor.example", to_staff, "Re: x", "ANSWER: Use the API.\n\n> Ask ops first"
    )
    send(post.port, reply.as_bytes(), [to_staff])
    wait_until(lambda: len(post.sink.mails("cora@acme.example")) == 2, "the answer is out", 60)
    answer = post.sink.mails("cora@acme.example")[-1]
    assert "Use the API." in answer.get_content()
    assert "Ask ops" not in answer.get_content()
    assert "<1@acme.example>" in str(answer["References"])

    back = parseaddr(str(answer["Reply-To"]))[1]
    more = written(
        CORA,
        back,
        f"Re: {answer['Subject']}",
        "Which path?\n\nOn Monday Sue wrote:\n> Use the API.",
    )
    more["In-Reply-To"] = str(answer["Message-ID"])
    send(post.port, more.as_bytes(), [back])
    wait_until(
        lambda: said(ticket.id)[-1] == ("customer", "Which path?"), "her answer is there", 60
    )
    colleague = written("colin@acme.example", back, "Re: Purging", "And headers?")
    send(post.port, colleague.as_bytes(), [back])
    away = written(CORA, back, "Away", "I am away", Auto_Submitted="auto-replied")
    send(post.port, away.as_bytes(), [back])
    rows = came(6)
    outcomes = [row.outcome for row in rows]
    assert outcomes == ["opened", "noted", "answered", "added", "added", "added"]
    assert said(ticket.id)[-2:] == [("customer", "And headers?"), ("auto", "I am away")]
    assert len(post.sink.mails("cora@acme.example")) == 2  # nothing answers a machine
    assert len(post.sink.mails("colin@acme.example")) == 0


def taken(message: EmailMessage) -> str:
    db.session().rollback()
    return jobs.take(message.as_bytes())[0]


def tickets() -> list[Ticket]:
    db.session().rollback()
    return db.session().query(Ticket).order_by(Ticket.id).all()


@pytest.fixture
def mailed(settled: object) -> None:
    assert callable(settled)
    settled(mail_in=US, mail_from=US)


def test_no_forger_gets_into_a_ticket_and_no_from_gives_a_right(
    app: Flask, cast: Cast, mailed: None
) -> None:
    customer("Acme")
    assert taken(written(CORA, US, "Keys", "Our key is x", Message_ID="<k@acme>")) == "opened"
    (ticket,) = tickets()
    tag, answer_to = f"Re: Keys [T-{ticket.id}]", {"In_Reply_To": "<k@acme>"}
    stranger = written("mallory@else.example", US, tag, "Send it to me", **answer_to)
    assert taken(stranger) == "opened"
    assert taken(written(CORA, US, tag, "By number")) == "added"
    assert taken(written(CORA, US, "Re: Keys", "By id", **answer_to)) == "added"
    assert [text for _, text in said(ticket.id)] == ["Our key is x", "By number", "By id"]
    assert tickets()[1].requester_email == "mallory@else.example"
    reference = f"turnup+t{ticket.reference}@vendor.example"
    assert taken(written("Sue <sue@vendor.example>", reference, tag, "ANSWER: no")) == "refused"
    assert len(said(ticket.id)) == 3
    signed = reply_addresses.made("ticket", ticket.id, db.session().get_one(User, cast["sue"]))
    forged = signed.replace(f"+t{ticket.id}-", f"+t{ticket.id + 1}-")
    for to, sender in ((forged, "sue@vendor.example"), (signed, "mallory@else.example")):
        assert taken(written(sender, to, tag, "ANSWER: forged")) == "refused"
    assert taken(written("eve@vendor.example", US, "A test", "I ask too")) == "opened"
    same = written("mallory@else.example", US, "Mine", "Hides behind her id", Message_ID="<k@acme>")
    assert taken(same) == "opened"
    assert [one.subject for one in tickets()][-2:] == ["A test", "Mine"]
    shows_hers = written("", US, tag, "As if by her")
    shows_hers.replace_header("From", "<mallory@else.example>")
    raw = shows_hers.as_bytes().replace(b"From: ", b"From: cora@acme.example ")
    assert jobs.take(raw)[0] == "opened"
    assert jobs.take(raw.replace(b"From: ", b"From: cora@acme.example\nFrom: "))[0] == "opened"
    assert [one.requester_email for one in tickets()][-2:] == ["mallory@else.example", ""]
    assert len(said(ticket.id)) == 3


def test_an_answer_to_two_of_our_addresses_is_one(app: Flask, cast: Cast, mailed: None) -> None:
    customer("Acme")
    taken(written(CORA, US, "Keys", "Ours is x", Message_ID="<k@acme>"))
    (ticket,) = tickets()
    reference = f"turnup+t{ticket.reference}@vendor.example"
    answer = written(CORA, f"{reference}, {US}", "Re: Keys", "And y\u200b", Message_ID="<l@acme>")
    answer["In-Reply-To"] = "<k@acme>"
    came = [jobs.take(answer.as_bytes(), [to])[0] for to in (reference, US)]
    assert (came, [text for _, text in said(ticket.id)]) == (
        ["added", "known"],
        ["Ours is x", "And y"],
    )


def test_machines_open_tickets_only_where_they_speak_first(
    app: Flask, cast: Cast, mailed: None
) -> None:
    customer("Acme")
    monitor = written("nagios@acme.example", US, "Disk", "full", Auto_Submitted="auto-generated")
    assert taken(monitor) == "opened"
    assert taken(written("news@else.example", US, "Buy", "now", List_Id="<x>")) == "refused"
    assert taken(written(CORA, US, "By our list", "Help", Precedence="list")) == "opened"
    assert taken(written("postmaster@x.example", US, "Bounce", "x", Return_Path="<>")) == "refused"
    asks = written("bob@else.example", US, "Hello", "Hi", X_Auto_Response_Suppress="All")
    assert taken(asks) == "opened"
    told = db.session().query(Message).filter(Message.key.contains(":received:"))
    assert told.count() == 0  # no machine answers any of these
    for number in range(12):
        taken(written("loop@else.example", US, f"I am away {number}", "until Monday"))
    assert told.filter_by(recipient="loop@else.example").count() == 10
    assert len(tickets()) == 15


def test_a_mail_is_a_ticket_whatever_is_in_it(app: Flask, cast: Cast, mailed: None) -> None:
    between = "> How do you purge?\nBy hand.\n> How often?\nDaily.\n"
    assert taken(written(CORA, US, "Re: yours", f"Hello,\n{between}")) == "opened"
    forwarded = written(CORA, US, "Fwd: it", "See below\n\nFrom: Bob\nSent: Monday\nTo: us\nDown!")
    assert taken(forwarded) == "opened"
    heavy = written("", US, "", "")
    heavy.add_attachment(b"x" * (11 * 1024 * 1024), maintype="a", subtype="b", filename="big.zip")
    for number in range(21):
        heavy.add_attachment(b"x", maintype="a", subtype="b", filename=f"{number}.txt")
    assert taken(heavy) == "opened"
    texts = [said(one.id)[0][1] for one in tickets()]
    assert "By hand." in texts[0]
    assert "Daily." in texts[0]
    assert "Down!" in texts[1]
    assert "Not attached: big.zip (11 MB; at most 10 MB). Send a link to it." in texts[2]
    assert "Not attached: 20.txt" in texts[2]
    row = db.session().query(InboundMail).order_by(InboundMail.id.desc()).first()
    assert row is not None
    assert "it has no sender" in row.flaws
    last = db.session().query(TicketMessage).order_by(TicketMessage.id.desc()).first()
    assert last is not None
    assert len(last.files) == 20

    around = written(CORA, US, "A picture", "Above it")  # as Apple's Mail writes
    around.add_attachment(b"png", maintype="image", subtype="png", disposition="inline")
    around.add_attachment("Below it", disposition="inline")
    around.add_attachment(written("bob@acme.example", "cora@acme.example", "Down", "Bob's words"))
    chosen = written(CORA, US, "Outlook", "\n")
    chosen.add_alternative("<p>Only here", subtype="html")
    chosen.add_attachment("A log", disposition="attachment")
    unnamed = b"From: cora@acme.example\nSubject: Old\n\nGr\xfc\xdfe"
    for raw in (around.as_bytes(), chosen.as_bytes(), unnamed, unnamed[:-5] + "\u200b".encode()):
        assert jobs.take(raw)[0] == "opened"
    shown = [(said(one.id)[0][1], one.id) for one in tickets()[3:]]
    assert [text for text, _ in shown] == [
        "Above it\n\nBelow it", "Only here", "Gr\u00fc\u00dfe", "(This mail has no text.)",
    ]  # fmt: skip
    held = db.session().query(TicketMessage).filter_by(ticket_id=shown[0][1]).one().files
    assert [(one.name, one.content) for one in held] == [
        ("attached-1.png", b"png"),
        ("attached-2.txt", b"Bob's words\n"),
    ]
    (log,) = db.session().query(TicketMessage).filter_by(ticket_id=shown[1][1]).one().files
    assert log.content == b"A log\n"
