"""A mailbox on a real Dovecot is read: nothing is lost, nothing is done twice, whoever dies."""

from collections.abc import Callable
from contextlib import closing

import pytest
from flask import Flask

from onboarding.bridges.holding import Lease
from onboarding.db import db, transaction
from onboarding.inbox.mailbox import Reader
from onboarding.inbox.models import InboundMail, Mailbox
from tests.bridges.gateways import running
from tests.cast import Cast
from tests.dying import dying_at
from tests.services.dovecot import PASSWORD, running_dovecot
from tests.services.mail import written
from tests.services.ports import Ports
from tests.services.programs import wait_until

US = "turnup@vendor.example"


def kept() -> list[InboundMail]:
    db.session().rollback()
    return db.session().query(InboundMail).order_by(InboundMail.id).all()


def raw(number: int, text: str = "Hello") -> bytes:
    mail = written("cora@acme.example", US, f"Mail {number}", text, Message_ID=f"<{number}@acme>")
    return mail.as_bytes().replace(b"\n", b"\r\n")


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_mails_are_kept_then_seen_and_none_twice_after_a_death(
    app: Flask,
    cast: Cast,
    settled: Callable[..., None],
    free_port: Ports,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("onboarding.gateway.EACH_S", 0.1)
    with running_dovecot(free_port) as box:
        settled(
            mail_in=US,
            imap_url=f"imap://turnup@127.0.0.1:{box.port}",
            secret_imap=PASSWORD,
            mail_largest_mb="1",
        )
        box.deliver(raw(0), r"(\Seen)")  # somebody has read it before we came
        box.deliver(raw(1))
        box.deliver(raw(2))
        lease = Lease("first")
        lease.tend()
        with dying_at("imap.kept"), closing(Reader(lease)) as reader:
            reader.turn()
        lease.give_up()
        assert [row.source for row in kept()] == ["imap"]
        assert box.unseen() == 2
        with running(app):
            wait_until(lambda: len(kept()) == 2 and box.unseen() == 0, "both are there, once", 60)
            box.deliver(raw(3, "x" * 1_100_000))
            box.deliver(b"\r\n\xff\xfe no headers at all\r\n")
            box.deliver(raw(2))  # the same mail once more
            wait_until(lambda: box.unseen() == 0 and len(kept()) == 4, "all are seen", 60)
            whole = [row.raw for row in kept()]
            assert whole[:2] == [raw(1), raw(2)]
            large = kept()[2]
            assert (large.outcome, large.subject) == ("refused", "Mail 3")
            assert "at most 1 MB: send a link to what is large" in large.why
            assert "is in the mailbox turnup@127.0.0.1/INBOX still" in large.why
            with transaction() as session:  # as when the server numbers its mails anew
                session.query(Mailbox).one().uid_validity = 1
            box.deliver(raw(4))
            wait_until(lambda: len(kept()) == 5, "the new one comes, the old ones do not", 60)
            assert kept()[4].raw == raw(4)
