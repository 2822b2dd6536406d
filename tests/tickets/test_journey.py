"""The nine steps of a hand-over, with two teams and a customer, over HTTP."""

from datetime import timedelta

from flask import Flask

from onboarding import clock
from onboarding.db import db, transaction
from onboarding.people.models import Shift
from onboarding.tickets import queries
from onboarding.tickets.clocks import Span, without_gaps
from onboarding.tickets.models import Ticket
from tests.cast import Cast
from tests.doors import submit
from tests.stories import browser, customer, fresh
from tests.tickets.desk import NOWHERE, do, mails, text_of, went

SECRET = "their contract ends in June"


def on_rotation(*people: int) -> None:
    now = clock.now()
    with transaction() as session:
        for user in people:
            hours = timedelta(hours=6)
            session.add(Shift(user_id=user, starts_at=now - hours, ends_at=now + hours))


def test_nine_steps_from_the_question_to_what_is_written_down(app: Flask, cast: Cast) -> None:
    known = customer("Acme")
    on_rotation(cast["sue"], cast["nina"])
    cora, sue, nina, sid = (browser(app, who) for who in (known.email, "sue", "nina", "sid"))

    # 1 it comes in, and whoever of support is on is told, nobody else
    fields = {"subject": "Cold cache", "text": "Our offload fell to 40 %", "severity": "3"}
    asked = submit(cora, "/questions", fields | {"turnup_id": str(known.turnup)}, NOWHERE)
    assert asked.status_code == 303, asked.text
    number = int(asked.headers["Location"].rpartition("/")[2])
    assert {mail.recipient for mail in mails()} == {"sue@vendor.example"}

    # 2 support claims it; a second who read the same page does not win as well
    went(sue, number, "claim", owner="")
    assert do(sid, number, "claim", owner="").status_code == 409
    assert fresh(Ticket, number).owner_id == cast["sue"]

    # 3 support investigates, in a note the customer never sees
    went(sue, number, "note", note=SECRET)

    # 4 network engineering must weigh in: whoever is on their rotation is told; support stays on it
    went(sue, number, "assign", team="neteng", question="Is the shield in front of the tier?")
    ticket = fresh(Ticket, number)
    assert (ticket.owner_id, ticket.holder_team, ticket.holder_id) == (cast["sue"], "neteng", None)
    assert [mail.recipient for mail in mails()][-1] == "nina@vendor.example"
    assert "noah@vendor.example" not in {mail.recipient for mail in mails()}
    assert "owed by neteng" in text_of(sue.get(f"/tickets/{number}").text)
    assert do(browser(app, "eve"), number, "accept").status_code == 403

    # 5 they owe the next word, accept it, and answer the customer directly
    went(nina, number, "accept")
    went(nina, number, "reply", text="The shield was bypassed; it is back since ten.")
    assert mails(known.email)[-1].text.startswith("The shield was bypassed")
    assert fresh(Ticket, number).owes == "customer"

    # the customer asks on: the same team owes the next word
    further = {"text": "And the logs?"}
    assert submit(cora, f"/questions/{number}/messages", further, NOWHERE).status_code == 303
    assert (fresh(Ticket, number).owes, fresh(Ticket, number).holder_id) == ("team", cast["nina"])

    # 6 support takes it back in one action: the same person has it
    went(sue, number, "take-back")
    assert fresh(Ticket, number).holder_id == cast["sue"]

    # 7 round again: another team returns it with a reason
    went(sue, number, "assign", team="engineering", question="Do logs lag?")
    eve = browser(app, "eve")
    went(eve, number, "return", reason="Logs are the pipeline of ops")
    went(sue, number, "assign", team="ops", question="Do logs lag?")
    went(browser(app, "omar"), number, "answer", words="By a minute, as promised")
    assert fresh(Ticket, number).holder_id == cast["sue"]

    # 8 support resolves it and tells the customer
    assert do(sue, number, "close", no_doc="known").status_code == 409
    went(sue, number, "resolve", resolution="Shield bypassed", words="Solved: logs lag a minute.")
    assert mails(known.email)[-1].text.startswith("Solved")
    assert do(sue, number, "close").status_code == 409  # nothing written down

    # 9 and writes it down
    went(sue, number, "close", doc_link="/knowledge/12")
    assert fresh(Ticket, number).state == "closed"

    seen = cora.get(f"/questions/{number}").text
    assert "The shield was bypassed" in seen
    for word in (SECRET, "neteng", "Do logs lag", "Shield bypassed"):
        assert word not in seen
    ticket = fresh(Ticket, number)
    session, now = db.session(), clock.now()
    stints = queries.stints(session, ticket)
    teams = [one.team for one in stints]
    assert teams == ["support", "neteng", "support", "engineering", "support", "ops", "support"]
    assert without_gaps([Span(one.since, one.until or now) for one in stints])
    ended = [one.ended for one in reversed(queries.handovers(session, ticket))]
    assert ended == ["taken_back", "returned", "answered"]
    assert ticket.reopened == 0

    # a word of the customer opens it again
    assert submit(cora, f"/questions/{number}/messages", further, NOWHERE).status_code == 303
    again = fresh(Ticket, number)
    assert (again.state, again.reopened, again.holder_id) == ("claimed", 1, cast["sue"])
