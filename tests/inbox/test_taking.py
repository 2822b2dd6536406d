"""Mail comes in by one door: it works the item it answers, and what is refused is kept."""

import re
from datetime import timedelta
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from click.testing import CliRunner
from flask import Flask

from onboarding import clock
from onboarding.channels.email import EmailChannel
from onboarding.checklists import letters
from onboarding.checklists.actions import set_cutover_at
from onboarding.checklists.models import ChecklistItem, ItemFile, Remark
from onboarding.cli.main import turnup
from onboarding.config import settings
from onboarding.customers.models import Customer
from onboarding.db import db, transaction
from onboarding.inbox import emergency, jobs
from onboarding.inbox.models import EmergencyAddress, InboundMail
from onboarding.nudges import jobs as nudges
from onboarding.outbox.models import Message
from onboarding.people import reply_addresses
from onboarding.people.models import User
from onboarding.trail.log import Actor, read
from tests.cast import Cast
from tests.customers.signing import SignedUp, signed_up
from tests.doors import submit
from tests.stories import browser, fresh

CORA = "Cora <cora@acme.example>"


@pytest.fixture
def cora(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> SignedUp:
    mine = settings().model_copy(update={"mail_in": "turnup@vendor.example"})
    monkeypatch.setattr(letters, "settings", lambda: mine)
    monkeypatch.setattr(reply_addresses, "settings", lambda: mine)
    monkeypatch.setattr("onboarding.nudges.actions.settings", lambda: mine)
    found = signed_up(app)
    with transaction() as session:
        session.get_one(Customer, found.customer).account_manager_id = cast["ann"]
    return found


def an_item(cora: SignedUp, **changes: object) -> int:
    """An open item of the customer's that asks for a link, or what `changes` say."""
    given = {
        "owner": "customer",
        "owner_at": {},
        "depends_on": [],
        "needed_when": "",
        "sign_off": "",
        "evidence": ["link"],
        **changes,
    }
    with transaction() as session:
        row = session.get_one(ChecklistItem, cora.item("name-contacts"))
        row.definition = {**row.definition, **given}
        return row.id


def address(item: int, email: str = "cora@acme.example") -> str:
    """Where that person answers about the item."""
    user = db.session().query(User).filter_by(email=email).one()
    return letters.reply_address(item, user)


def mail(to: str, text: str, sender: str = CORA, **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = sender, to
    message["Subject"] = "Re: [Acme] 1 thing is overdue"
    message["Message-ID"] = headers.pop(
        "message_id", f"<{abs(hash((to, text, sender)))}@acme.example>"
    )
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def taken(message: EmailMessage) -> str:
    db.session().rollback()
    return jobs.take(message.as_bytes())[0]


def acts(cora: SignedUp) -> list[str]:
    db.session().rollback()
    entries = read(db.session(), f"customer:{cora.customer}")
    return [one.kind for one in entries if one.source == "mail"]


def test_a_reminder_is_answered_by_mail_and_the_item_is_done_once(
    app: Flask, cora: SignedUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = an_item(cora, due=0)
    with transaction() as session:
        for row in session.query(ChecklistItem).filter(ChecklistItem.id != item):
            row.state, row.note = "waived", "not wanted"
        set_cutover_at(session, cora.turnup, clock.parse("2027-02-26T09:30:00Z"))
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: clock.parse("2027-03-01T09:30:00Z"))
        nudges.sweep()
    db.session().rollback()
    reminder = db.session().query(Message).filter_by(recipient="cora@acme.example")
    letter = reminder.filter(Message.key.startswith("nudge:owner")).one()
    assert "begin with DONE" in letter.text
    sent = EmailChannel("smtp://127.0.0.1", "turnup@vendor.example")._message(letter)
    to = parseaddr(sent["Reply-To"])[1]

    answer = mail(to.upper(), f"DONE - here: https://acme.example/people\n\n> {letter.text}")
    answer.add_attachment(b"more", maintype="text", subtype="plain", filename="../x/more.txt")
    for _twice in range(2):
        assert taken(answer) == "done"
    row = fresh(ChecklistItem, item)
    assert (row.state, row.evidence, row.file_name) == (
        "done",
        "https://acme.example/people",
        "more.txt",
    )
    assert row.note == "here: https://acme.example/people"
    assert db.session().get_one(ItemFile, item).content.strip() == b"more"
    assert acts(cora) == ["checklist.item_done"]
    assert "here: https://acme.example/people" in cora.client.get(f"/checklist-items/{item}").text


def test_by_mail_one_is_stuck_says_something_and_approves(
    app: Flask, cora: SignedUp, cast: Cast
) -> None:
    item = an_item(cora)
    to = address(item)
    assert taken(mail(to, "Stuck: whose name?")) == "stuck"
    assert fresh(ChecklistItem, item).stuck == "whose name?"
    assert taken(mail(to, "We are <b>two</b>.")) == "said"
    assert db.session().query(Remark).one().words == "We are <b>two</b>."
    assert "We are &lt;b&gt;two" in browser(app, "ann").get(f"/checklist-items/{item}").text
    told = db.session().query(Message).filter(Message.key.startswith("remark:")).one()
    assert told.recipient == "ann@vendor.example"
    back = parseaddr(told.extra["headers"]["Reply-To"])[1]
    assert taken(mail(back, "Two will do.", "ann@vendor.example")) == "said"
    db.session().rollback()
    heard = db.session().query(Message).filter(Message.key.startswith("remark:"))
    assert {one.recipient for one in heard} == {"ann@vendor.example", "cora@acme.example"}
    with transaction() as session:
        row = session.get_one(ChecklistItem, item)
        row.state, row.settled_by = "done", cast["omar"]
        row.definition = {**row.definition, "owner": "ops", "sign_off": "customer", "evidence": []}
    assert taken(mail(to, "approved")) == "signed"
    assert acts(cora)[-1] == "checklist.item_signed"


def test_an_invite_beside_the_words_is_no_answer_to_an_invitation(
    app: Flask, cora: SignedUp, cast: Cast
) -> None:
    with transaction() as session:
        customer, ann = session.get_one(Customer, cora.customer), session.get_one(User, cast["ann"])
        emergency.give(session, Actor(f"user:{ann.id}", "web"), ann, customer, "support")
        to_emergency = emergency.address(session.query(EmergencyAddress).one())
    invite = "BEGIN:VCALENDAR\r\nMETHOD:{}\r\nBEGIN:VEVENT\r\nUID:1@acme\r\n"
    invite += "END:VEVENT\r\nEND:VCALENDAR\r\n"
    item = an_item(cora, evidence=[])
    for to, method, outcome in (
        (to_emergency, "REQUEST", "paged"),
        (to_emergency, "REPLY", "paged"),
        (address(item), "REQUEST", "done"),
        ("turnup@vendor.example", "REPLY", "refused"),
    ):
        one = mail(to, "Done", message_id=f"<{to}-{method}@acme.example>")
        one.add_attachment(invite.format(method), subtype="calendar", filename="invite.ics")
        assert taken(one) == outcome, (to, method)
    assert "the reply says neither yes nor no" in rows()[-1].why


def test_what_is_forged_unsigned_or_run_out_is_refused_and_kept_and_nobody_is_answered(
    app: Flask, cora: SignedUp, cast: Cast
) -> None:
    item = an_item(cora, evidence=[])
    to = address(item)
    before = db.session().query(Message).count()
    other = to.replace(f"+i{item}-", f"+i{item + 1}-")
    forged = [
        mail(other, "done"),
        mail(to.replace("@", "0@"), "done"),
        mail(to, "done", "mallory@acme.example"),
        mail("turnup@vendor.example", "done", X_Spam_Flag="YES"),
        mail("turnup+i9999999-9999999-00@vendor.example", "done"),
        mail(to, "done, I am away", Auto_Submitted="auto-replied"),
    ]
    assert [taken(one) for one in forged] == ["refused"] * len(forged)
    with transaction() as session:
        session.query(User).filter_by(email="cora@acme.example").one().session_salt = "new"
    assert taken(mail(to, "done now")) == "refused"
    assert fresh(ChecklistItem, item).state == "open"
    kept = db.session().query(InboundMail).order_by(InboundMail.id).all()
    assert len(kept) == len(forged) + 1
    assert all(b"done" in one.raw and one.why for one in kept)
    page = browser(app, "sue").get("/mail").text
    assert page.count("mallory@acme.example") == 1
    assert page.count("The address is not one that Turnup has given out") == 4
    assert browser(app, "ann").get("/mail").status_code == 403
    assert db.session().query(Message).count() == before


def test_who_may_answer_is_told_why_it_was_not_done(app: Flask, cora: SignedUp) -> None:
    item = an_item(cora)
    for _twice in range(2):
        assert taken(mail(address(item), "done", message_id="<1@acme.example>")) == "refused"
    db.session().rollback()
    told = db.session().query(Message).filter(Message.key.startswith("mail:")).one()
    assert told.recipient == "cora@acme.example"
    assert "a link is needed to show it" in told.text
    assert told.extra["headers"]["Auto-Submitted"] == "auto-replied"


def test_a_refused_mail_is_looked_at_and_what_was_acted_on_is_forgotten(
    app: Flask, cora: SignedUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    item, sue = an_item(cora, evidence=[]), browser(app, "sue")
    assert taken(mail(address(item), "done")) == "done"
    lost = mail("turnup@vendor.example", "<b>hello</b>\n\n> quoted", X_Spam_Flag="YES")
    lost.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="a.pdf")
    assert taken(lost) == "refused"
    number = db.session().query(InboundMail.id).order_by(InboundMail.id.desc()).limit(1).scalar()
    page = sue.get(f"/mail/{number}").text
    for shown in ("&lt;b&gt;hello", "a.pdf", "What it quotes", "is marked as spam"):
        assert shown in page
    whole = sue.get(f"/mail/{number}/whole")
    assert (whole.data, whole.mimetype) == (lost.as_bytes(), "application/octet-stream")
    assert "attachment" in whole.headers["Content-Disposition"]
    later = clock.now() + timedelta(days=100)
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: later)
        jobs.forget()
    assert [row.raw is None for row in rows()] == [True, False]
    assert submit(sue, f"/mail/{number}/settle", {}).status_code == 303
    assert "Nothing to look at" in sue.get("/mail").text
    assert submit(sue, f"/mail/{number}/settle", {}).status_code == 409
    assert "refused" in sue.get("/mail?all").text


def rows() -> list[InboundMail]:
    db.session().rollback()
    return db.session().query(InboundMail).order_by(InboundMail.id).all()


def test_mails_are_listed_a_page_at_a_time(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onboarding.inbox.queries.AT_ONCE", 3)
    for number in range(4):
        taken(mail("turnup@vendor.example", f"number {number}", X_Spam_Flag="YES"))
    sue = browser(app, "sue")
    first = sue.get("/mail").text
    older = re.search(r"/mail\?before=\d+", first)
    assert older
    assert (first.count("<tr>"), sue.get(older[0]).text.count("<tr>")) == (4, 2)  # with the head


def test_a_mail_server_pipes_mail_into_the_command(
    app: Flask, cora: SignedUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = an_item(cora, evidence=[])
    monkeypatch.setattr("onboarding.cli.app.revisions", lambda: ("1", "1"))
    monkeypatch.setattr("onboarding.cli.app.create_core", lambda: app)
    runner = CliRunner()

    def run(*arguments: str, said: bytes = b"") -> str:
        db.session().rollback()
        answer = runner.invoke(turnup, ["mail", *arguments], input=said, catch_exceptions=False)
        assert answer.exit_code == 0, answer.output
        return answer.output

    raw = mail("someone@else.example", "Done").as_bytes()
    assert run("take", "--to", address(item), said=raw) == "done\n"
    assert run(
        "take", said=mail("turnup@vendor.example", "hi", X_Spam_Flag="YES").as_bytes()
    ).startswith("refused: ")
    listed = run("refused")
    assert "A machine wrote this mail" in listed
    assert "hi" in run("show", listed.split()[0])
    assert fresh(ChecklistItem, item).state == "done"
