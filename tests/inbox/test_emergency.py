"""A customer's emergency mail calls people within seconds; who is called answers by mail."""

import smtplib
import ssl
import time
from collections.abc import Callable
from contextlib import ExitStack
from email.utils import parseaddr
from pathlib import Path

import pytest
from flask import Flask

from onboarding.config import settings
from onboarding.db import db
from onboarding.inbox import jobs
from onboarding.inbox.models import InboundMail
from onboarding.paging.models import Page
from onboarding.tickets.models import Ticket
from tests.cast import Cast
from tests.doors import submit
from tests.inbox.conftest import Post
from tests.services.mail import send, written
from tests.services.programs import wait_until
from tests.stories import browser, customer, kinds
from tests.tickets.desk import went

CORA = "Cora <cora@acme.example>"


def pages() -> list[Page]:
    db.session().rollback()
    return db.session().query(Page).order_by(Page.id).all()


def came(count: int) -> list[InboundMail]:
    """The mails that came in, once there are so many and each is done with."""

    def all_done() -> bool:
        db.session().rollback()
        rows = db.session().query(InboundMail).all()
        return len(rows) == count and all(row.outcome != "kept" for row in rows)

    wait_until(all_done, f"{count} mails were handled", 60)
    return db.session().query(InboundMail).order_by(InboundMail.id).all()


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_a_mail_to_the_emergency_address_calls_people_who_answer_by_mail(
    app: Flask, cast: Cast, post: Post
) -> None:
    known, ann = customer("Acme", manager=cast["ann"]), browser(app, "ann")
    path = "/customers/acme/emergency"
    assert submit(ann, path, {"team": "cooks"}).status_code == 422
    assert submit(ann, path, {"team": "support"}).status_code == 303
    page = ann.get(path).text
    address = page.partition('href="mailto:')[2].partition('"')[0]
    assert address.startswith("turnup+e-")

    began = time.monotonic()
    mail = written(CORA, address, "Our site is down", "503 everywhere since 14:00.\n\n-- \nCora")
    send(post.port, mail.as_bytes(), [address.upper()])
    call = post.sink.awaited("sue@vendor.example", "Our site is down")
    assert time.monotonic() - began < 10
    assert str(call["Subject"]).startswith("[critical] Acme: ")
    assert "503 everywhere" in call.get_content()
    receipt = post.sink.awaited("cora@acme.example", "Re: Our site is down [T-")
    assert receipt["Auto-Submitted"] == "auto-replied"

    stranger = written("mallory@else.example", address, "Down!", "Help us", Message_ID="<m@e>")
    send(post.port, stranger.as_bytes(), [address])
    away = written(
        "sue@vendor.example", str(call["Reply-To"]), "Re: away", "I have it not, I am away"
    )
    away["Auto-Submitted"] = "auto-replied"
    to = parseaddr(str(call["Reply-To"]))[1]
    send(post.port, away.as_bytes(), [to])
    round_trip = post.sink.raws[0]
    send(post.port, round_trip, [address])
    unknown = address.replace("+e-", "+e-aa")[: len("turnup+e-") + 16] + "@vendor.example"
    send(post.port, stranger.as_bytes() + b"\nmore", [unknown])
    forged = written("mallory@else.example", to, "Re: page", "On it")
    send(post.port, forged.as_bytes(), [to])
    rows = came(6)
    assert [row.outcome for row in rows] == ["paged", "paged"] + ["refused"] * 4
    for row, why in zip(
        rows[2:], ("A machine", "goes round", "was never given", "somebody else"), strict=True
    ):
        assert why in row.why
    (paged,) = pages()
    assert (paged.state, paged.repeats, paged.audience[0]) == ("open", 1, "team:support")
    assert len(post.sink.mails("mallory@else.example")) == 0
    (ticket,) = db.session().query(Ticket).all()
    assert (ticket.severity, ticket.customer_id) == (1, known.customer)
    assert [row.link for row in rows[:2]] == [f"/tickets/{ticket.id}"] * 2 == [paged.link] * 2
    assert "Help us" in browser(app, "sue").get(paged.link).text

    answer = written(
        "Sue <sue@vendor.example>", to, f"Re: {call['Subject']}", "On it, looking.\n\n> ACK or not"
    )
    send(post.port, answer.as_bytes(), [to])
    wait_until(lambda: pages()[0].state == "acknowledged", "Sue has it", 60)
    assert pages()[0].holder_id == cast["sue"]
    over = written("sue@vendor.example", to, "Re: page", "Resolved: it was the certificate")
    send(post.port, over.as_bytes(), [to])
    wait_until(lambda: pages()[0].state == "resolved", "it is over", 60)
    assert kinds(ticket.stream)[-2:] == ["page.acknowledged", "page.resolved"]
    send(post.port, written(CORA, address, "Down again", "503").as_bytes(), [address])
    wait_until(lambda: len(pages()) == 2, "a mail after the page's end calls anew", 60)
    assert pages()[1].link == paged.link
    claimed = submit(browser(app, "sue"), f"/tickets/{ticket.id}/claim", {}, "/nothing-here")
    assert claimed.status_code == 303
    assert pages()[1].state == "resolved"  # who claims the ticket has the page
    unclear = written("sue@vendor.example", to, "Re: page", "What is this?")
    send(post.port, unclear.as_bytes(), [to])
    assert "begin with ACK" in post.sink.awaited("sue@vendor.example", "Not done").get_content()

    assert submit(ann, f"{path}/revoke", {}).status_code == 303
    send(post.port, written(CORA, address, "Again", "down").as_bytes(), [address])
    assert "was taken back" in came(11)[-1].why
    assert "Again" in browser(app, "sue").get("/mail").text
    assert len(pages()) == 2


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_an_emergency_that_calls_another_team_ends_with_its_ticket(
    app: Flask, cast: Cast, settled: Callable[..., None]
) -> None:
    settled(mail_in="turnup@vendor.example", mail_from="turnup@vendor.example")
    known, sue = customer("Acme", manager=cast["ann"]), browser(app, "sue")
    path = "/customers/acme/emergency"
    assert submit(browser(app, "ann"), path, {"team": "ops"}).status_code == 303
    address = sue.get(path).text.partition('href="mailto:')[2].partition('"')[0]

    cora = browser(app, known.email)
    assert f'href="mailto:{address}"' in cora.get("/workspace").text
    other = browser(app, customer("Globex").email)
    assert "In an emergency" not in other.get("/workspace").text

    def cries(words: str) -> Page:
        assert jobs.take(written(CORA, address, words, words).as_bytes(), [address])[0] == "paged"
        return pages()[-1]

    assert (cries("Down").state, pages()[0].audience[0]) == ("open", "team:ops")
    number = db.session().query(Ticket).filter_by(customer_id=known.customer).one().id
    assert "Worse" in cries("Worse").text  # what comes further is on the page that calls on
    went(sue, number, "claim", owner="")
    assert pages()[0].state == "resolved"
    assert cries("Still down").audience[:2] == [f"user:{cast['sue']}", "team:ops"]
    went(sue, number, "reply", text="We are on it.")
    cries("Down for good")
    went(sue, number, "resolve", resolution="The disk", words="It is up")
    assert [page.state for page in pages()] == ["resolved"] * 3


def _greets(port: int) -> bool:
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=20) as server:
            return server.noop()[0] == 250
    except smtplib.SMTPConnectError:
        return False


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_the_listener_takes_mail_for_us_alone_and_says_what_is_too_large(
    app: Flask, post: Post, settled: object
) -> None:
    with smtplib.SMTP("127.0.0.1", post.port, timeout=20) as server:
        server.starttls(context=ssl.create_default_context(cadata=post.authority.pem))
        server.ehlo()
        assert server.esmtp_features["size"] == str(64 * 1024 * 1024)
        server.mail("a@b.example")
        for address in ("turnup@else.example", "other@vendor.example", "turnup@vendor.example.com"):
            assert server.rcpt(address)[0] == 550
        assert server.rcpt("Turnup+anything@Vendor.Example")[0] == 250
        server.rset()
        code, said = server.mail("a@b.example", [f"size={65 * 1024 * 1024}"])
        assert (code, b"at most 64 MB: send a link" in said) == (552, True)
    with ExitStack() as many:
        for _each in range(12):
            many.enter_context(smtplib.SMTP("127.0.0.1", post.port, timeout=20))
        with pytest.raises(smtplib.SMTPConnectError, match="Too many connections"):
            smtplib.SMTP("127.0.0.1", post.port, timeout=20)
    wait_until(lambda: _greets(post.port), "who comes later is let in", 20)
    assert db.session().query(InboundMail).count() == 0
    before = _serial(post)
    post.authority.context("127.0.0.1")  # writes 2.pem, which takes the place of the one in use
    Path(settings().mail_tls_cert).write_bytes((post.authority.folder / "2.pem").read_bytes())
    assert _serial(post) != before


def _serial(post: Post) -> str:
    with smtplib.SMTP("127.0.0.1", post.port, timeout=20) as server:
        server.starttls(context=ssl.create_default_context(cadata=post.authority.pem))
        assert isinstance(server.sock, ssl.SSLSocket)
        return str((server.sock.getpeercert() or {})["serialNumber"])
