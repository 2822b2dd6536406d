"""Whatever is sent: no mail is lost, none stops the listener, and what cannot be read is shown."""

import base64
from collections.abc import Callable

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from rq import Queue

from onboarding.customers.models import Customer
from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.inbox import emergency, jobs
from onboarding.inbox.mail import read
from onboarding.inbox.models import InboundMail
from onboarding.paging.models import Page
from onboarding.people.models import User
from onboarding.queues import redis_client
from onboarding.tickets.models import Ticket
from onboarding.trail.log import SYSTEM
from tests.bridges.gateways import running
from tests.cast import Cast
from tests.services.mail import send, written
from tests.services.ports import Ports, listens
from tests.services.programs import wait_until
from tests.stories import browser, customer

US = "turnup@vendor.example"
FROM = b"From: Rita <rita@else.example>\r\n"
NESTED = b"".join(
    b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(100)
)
BOX = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
HOSTILE = {
    "50 MB": FROM
    + BOX
    + b"\r\nSee the file\r\n--b\r\nContent-Type: application/zip; name=x.zip\r\n"
    + b"Content-Transfer-Encoding: base64\r\n\r\n"
    + base64.encodebytes(b"x" * 37_000_000).replace(b"\n", b"\r\n")
    + b"--b--\r\n",
    "boxes": FROM + NESTED + b"\r\nInnermost\r\n",
    "many boxes": FROM + NESTED * 4,
    "headers": FROM + b"X-A: b\r\n" * 50_000 + b"\r\nBelow a bomb\r\n",
    "a long header": FROM + b"To: " + b"((<a@b.example>, " * 50_000 + b"\r\n\r\nHello\r\n",
    "parts": FROM
    + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    + b"--b\r\n\r\nx\r\n" * 2000,
    "encodings": FROM
    + b"Subject: =?nonsense?Q?=FF?= =?utf-8?B?////?= \xff\xfe\r\n"
    + b"Content-Type: text/plain; charset=klingon\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + b"!!!not base64!!!\xff\r\n",
    "two senders": b"From: sue@vendor.example, adam@vendor.example\r\n\r\nRoot, please\r\n",
    "a page": FROM + b"Content-Type: text/html\r\n\r\n" + b"<div><b><!-- " * 20_000 + b"\r\n",
    "no headers": b"\r\n\x00\xff\x1b[2Jhello\r\n",
    "an open box": FROM + b"Content-Type: multipart/mixed; boundary=\r\n\r\n--\r\nHello\r\n",
}


def rows() -> list[InboundMail]:
    db.session().rollback()
    return db.session().query(InboundMail).order_by(InboundMail.id).all()


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_no_hostile_mail_is_lost_or_stops_the_listener(
    app: Flask, cast: Cast, settled: Callable[..., None], free_port: Ports
) -> None:
    port = free_port()
    settled(mail_in=US, mail_listen=f"127.0.0.1:{port}")
    with running(app):
        wait_until(lambda: listens(port), "the gateway listens", 60)
        for raw in HOSTILE.values():
            send(port, raw, [US])
    waiting = [Queue(name, connection=redis_client()).count for name in ("urgent", "default")]
    assert waiting == [len(HOSTILE) - 1, 1]  # what takes long holds up no page
    for row in rows():
        jobs.handle(row.id)
    sue = browser(app, "sue")
    for row, (name, raw) in zip(rows(), HOSTILE.items(), strict=True):
        assert row.outcome == "opened", (name, row.outcome, row.why)
        assert sue.get(f"/mail/{row.id}/whole").data == raw, name
        assert sue.get(f"/mail/{row.id}").status_code == 200, name
        assert sue.get(row.link).status_code == 200, name
    flaws = dict(zip(HOSTILE, (row.flaws for row in rows()), strict=True))
    assert "only the first" in flaws["50 MB"]
    assert "headers are too long" in flaws["headers"]
    assert "cannot be told apart" in flaws["parts"]
    assert "no sender" in flaws["no headers"]
    assert (flaws["boxes"], flaws["encodings"]) == ("", "")
    texts = [ticket.subject for ticket in db.session().query(Ticket).order_by(Ticket.id)]
    assert texts[:2] == ["See the file", "Innermost"]
    assert texts[3] == "Below a bomb"
    assert "only the first" in sue.get("/mail").text


def test_what_breaks_its_reader_is_left_to_a_person_and_an_emergency_pages_all_the_same(
    app: Flask, cast: Cast, settled: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    settled(mail_in=US)
    known = customer("Acme")
    with transaction() as session:
        ann = session.get_one(User, cast["ann"])
        acme = emergency.give(session, SYSTEM, ann, _acme(known.customer), "support")
        address = emergency.address(acme)

    def breaks(*_given: object) -> None:
        raise OverflowError("what nobody foresaw")

    with monkeypatch.context() as patch:
        patch.setattr(jobs, "read", breaks)
        number = jobs.keep(
            written("cora@acme.example", address, "Down", "503").as_bytes(), [address]
        )
        for _try in range(3):
            with pytest.raises(OverflowError):
                jobs.handle(number)
        assert rows()[0].outcome == "kept"
        jobs.handle(number)
    (row,), (page,) = rows(), db.session().query(Page).all()
    assert (row.outcome, row.link) == ("unread", page.link)
    assert page.severity == "critical"
    assert "cannot be read" in page.text
    shown = browser(app, "sue").get(f"/mail/{number}").text
    assert "could not be read in 3 tries" in shown
    with pytest.raises(BadInput, match="it is empty"):
        jobs.keep(b" \r\n")


def _acme(number: int) -> Customer:
    return db.session().get_one(Customer, number)


TOKENS = st.sampled_from(
    [
        *(
            b"From: a@b.example\n",
            b"Content-Type: multipart/mixed; boundary=b\n",
            b"--b\n",
            b"--b--\n",
        ),
        *(b"\n", b"\r\n\r\n", b"Content-Type: message/rfc822\n", b"Content-Type: text/html\n"),
        *(b"Content-Transfer-Encoding: base64\n", b"Content-Transfer-Encoding: x-uuencode\n"),
        *(b"Content-Disposition: attachment; filename*=utf-8''%ff%00\n", b"Subject: =?utf-8?q?"),
        *(
            b"Content-Type: text/plain; charset=\xff\n",
            b"<p><blockquote>",
            b"=\n",
            b"\x00\xff",
            b"A" * 70,
        ),
        *(b"In-Reply-To: <a@b> <\n", b"References: ", b"Content-Type: ;;;=\n", b"begin 644 x\n"),
    ]
)


@given(st.lists(st.one_of(TOKENS, st.binary(max_size=30)), max_size=25))
def test_any_bytes_are_read_as_far_as_they_can_be(pieces: list[bytes]) -> None:
    mail = read(b"".join(pieces))
    for text in (mail.sender, mail.name, mail.subject, mail.message_id, *mail.refers_to):
        assert text.isprintable()
    assert "\x00" not in mail.words
    assert all(isinstance(file.content, bytes) for file in mail.files)
