"""People copied on a mail to support: a customer's own follow its ticket, anybody else waits for staff."""

from email.message import EmailMessage

import pytest
from flask import Flask

from onboarding.db import db, transaction
from onboarding.inbox import emergency, jobs
from onboarding.people.models import User
from onboarding.tickets.models import Ticket
from onboarding.trail.log import SYSTEM
from tests.cast import Cast
from tests.services.mail import written
from tests.stories import browser, customer, fresh, kinds
from tests.tickets.desk import mails, text_of, went
from tests.tickets.test_followers import mate, row_of, states

US = "turnup@vendor.example"
CORA, BEA = "Cora <cora@acme.example>", "bea@acme.example"
HELEN, GINA = "helen@agency.example", "gina@globex.example"

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def _mailed(settled: object) -> None:
    assert callable(settled)
    settled(mail_in=US, mail_from="out@vendor.example", mail_aliases="support@vendor.example")


def mail(sender: str, to: str, copied: str, subject: str = "Purging", **more: str) -> EmailMessage:
    found = written(sender, to, subject, "How do we purge?", **more)
    found["Cc"] = copied
    return found


def take(message: EmailMessage, outcome: str, to: tuple[str, ...] = ()) -> int:
    """The number of the newest ticket, once the mail was taken."""
    db.session().rollback()
    assert jobs.take(message.as_bytes(), to)[0] == outcome
    db.session().rollback()
    return db.session().query(Ticket).order_by(Ticket.id.desc()).first().id  # type: ignore[union-attr]


def test_a_customers_own_people_follow_and_a_stranger_waits_for_a_press(
    app: Flask, cast: Cast
) -> None:
    known, sue = customer("Acme"), browser(app, "sue")
    mate(known, BEA)
    mate(known, "una@acme.example", confirmed=False)  # never showed that it is hers
    mate(customer("Globex"), GINA)
    everybody = ", ".join(
        [
            f"Bea <{BEA.title()}>, Una <una@acme.example>, {HELEN}, {GINA}, {CORA}",
            "sid@vendor.example, support@vendor.example, out@vendor.example, no-reply@shop.example",
            "all@lists.acme.example, ops-list@acme.example, turnup+x@vendor.example, notes@in.example",
        ]
    )
    asks = mail(CORA, US, everybody, Message_ID="<1@acme>", Delivered_To="notes@in.example")
    number = take(asks, "opened")
    waits = {"una@acme.example": "named", HELEN: "named", GINA: "named"}
    assert states(number) == {BEA: "follows", **waits}
    page = text_of(sue.get(f"/tickets/{number}").text)
    assert f"The answers go to these too: Bea {BEA} Remove" in page
    assert f"Copied in the mail, not written to : Una {'una@acme.example'}" in page
    assert f"Gina {GINA} of Globex Write to them too Let go" in page
    went(sue, number, "reply", text="Use the API.")
    assert [len(mails(to)) for to in (BEA, *waits)] == [1, 0, 0, 0]

    went(sue, number, f"followers/{row_of(number, HELEN)}/write-to")
    went(sue, number, f"followers/{row_of(number, GINA)}/remove")
    went(sue, number, "reply", text="With a key.")
    assert [len(mails(to)) for to in (BEA, HELEN, GINA)] == [2, 1, 0]
    letter = mails(HELEN)[0]
    back = str(letter.extra["headers"]["Reply-To"])
    take(mail(HELEN, back, f"{GINA}, una@acme.example", "Re: Purging"), "added")
    take(mail("Bea <bea@acme.example>", US, "", f"Re: Purging [T-{number}]"), "added")
    take(mail("Mallory <m@else.example>", US, BEA, f"Re: Purging [T-{number}]"), "opened")
    assert states(number)[GINA] == "removed"  # and no mail brings her back
    shown = text_of(browser(app, known.email).get(f"/questions/{number}").text)
    assert shown.count("How do we purge?") == 3
    assert HELEN in shown
    assert kinds(f"ticket:{number}").count("ticket.follower_named") == 3


def test_a_mail_that_names_people_for_somebody_unknown_adds_nobody(app: Flask, cast: Cast) -> None:
    known = customer("Acme")
    mate(known, BEA)
    mate(customer("Globex"), GINA)
    victims = f"{BEA}, {HELEN}"
    first = take(mail("mallory@else.example", US, victims), "opened")
    assert set(states(first).values()) == {"named"}
    hers = take(mail(CORA, US, "", Message_ID="<2@acme>"), "opened")
    reference = f"turnup+t{fresh(Ticket, hers).reference}@vendor.example"
    forgers = ("mallory@else.example", "Gina <gina@globex.example>", "Sid <sid@else.example>")
    for sender in forgers:  # who hold the address, and are none of Acme's people
        take(mail(sender, reference, victims, sender), "added")
        assert states(hers) == {BEA: "named", HELEN: "named"}
    twice = mail("", reference, victims, "From two")
    raw = twice.as_bytes().replace(b"From: ", b"From: cora@acme.example\nFrom: m@else.example")
    assert jobs.take(raw)[0] == "added"
    for machine in ({"Auto_Submitted": "auto-generated"}, {"List_Id": "<x>"}):
        take(mail(CORA, reference, f"{BEA}, x@else.example", "By itself", **machine), "added")
    failed = {"Authentication_Results": "mx.vendor.example; spf=pass; dmarc=fail (p=none)"}
    take(mail(CORA, reference, victims, "Not by her", **failed), "added")
    spam = {"X_Spam_Flag": "YES"}
    take(mail(CORA, reference, f"{BEA}, x@else.example", "Spam", **spam), "added")
    assert states(hers) == {BEA: "named", HELEN: "named"}
    with transaction() as session:
        given = emergency.give(
            session, SYSTEM, session.get_one(User, cast["sue"]),
            fresh(Ticket, hers).customer, "support",  # type: ignore[arg-type]
        )  # fmt: skip
        address = emergency.address(given)
    down = take(mail("mallory@else.example", address, victims, "Down"), "paged")
    assert states(down) == {BEA: "named", HELEN: "named"}
    went(browser(app, "sue"), hers, "reply", text="To nobody else")
    assert not mails(BEA)
    assert not mails(HELEN)

    take(mail(CORA, reference, BEA, "Now she"), "added")  # one of theirs says so too
    assert states(hers) == {BEA: "follows", HELEN: "named"}
    crowd = ", ".join(f"p{one}@crowd.example" for one in range(90))
    take(mail(CORA, reference, f'{crowd}, "a b"@x.example, <broken@>, x@y@z', "Many"), "added")
    assert list(states(hers).values()).count("named") == 20
