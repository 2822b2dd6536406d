"""What time brings: hand-overs that escalate, answers that are nudged, promises that call, one question."""

import re
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from onboarding.customers.models import Customer
from onboarding.db import db, transaction
from onboarding.people.models import User
from onboarding.rooms import actions as rooms
from onboarding.tickets import promised
from onboarding.tickets.about import set_plan
from onboarding.tickets.actions import Said, add_message
from onboarding.tickets.models import Ticket, TicketMessage
from onboarding.trail.log import SYSTEM
from tests.cast import Cast
from tests.doors import submit
from tests.rooms.talking import say
from tests.sharing.links import full_path_of
from tests.stories import book, browser, customer, fresh, kinds
from tests.tickets.desk import NOWHERE, do, mails, opened, text_of, went
from tests.tickets.watched import HOUR, MONDAY, Time, last_handover, pages


def test_nobody_accepts_so_it_escalates_and_who_accepts_is_nudged(
    app: Flask, cast: Cast, time: Time
) -> None:
    number = opened(severity=2)
    sue, nina = browser(app, "sue"), browser(app, "nina")
    went(sue, number, "assign", team="neteng", question="Is the peering up?")
    key = f"ticket:{number}:neteng"
    time.passes(59 * HOUR / 60)
    assert key not in pages()
    time.passes(2 * HOUR / 60)
    assert pages()[key] == "open"
    assert mails("sue@vendor.example")[-1].subject.startswith(f"[T-{number}] neteng is called")
    time.passes(HOUR)
    assert (fresh(Ticket, number).escalated, last_handover(number).escalations) == (2, 2)
    went(nina, number, "accept")
    assert pages()[key] == "resolved"
    time.passes(2 * HOUR)  # four hours after it was handed over
    nudged = [mail.recipient for mail in mails() if "your answer is due" in mail.subject]
    assert nudged == ["nina@vendor.example"]
    assert "the answer of neteng is late" in mails("sue@vendor.example")[-1].subject
    went(nina, number, "answer", words="It is up again")
    time.passes(24 * HOUR)
    assert last_handover(number).nudges == 1
    assert kinds(f"ticket:{number}").count("ticket.escalate") == 2


def test_promises_count_working_time_or_the_clock_by_plan_and_call_before_they_break(
    app: Flask, cast: Cast, time: Time
) -> None:
    known = customer("Acme")
    with transaction() as session:
        for name in ("sue", "sid"):
            user = session.get_one(User, cast[name])
            user.hours, user.days = "09:00-17:00", [1, 2, 3, 4, 5]
    time.now = MONDAY + 6 * HOUR  # 16:00, an hour before support goes home
    number = opened(severity=3, email="", customer_id=known.customer)
    ticket = fresh(Ticket, number)
    assert ticket.first_due_at == MONDAY + 30 * HOUR  # seven hours more on Tuesday: 16:00
    with transaction() as session:
        set_plan(session, SYSTEM, session.get_one(Customer, known.customer), "premium")
    assert fresh(Ticket, number).first_due_at == time.now + 4 * HOUR
    with transaction() as session:
        set_plan(session, SYSTEM, session.get_one(Customer, known.customer), "standard")

    time.passes(timedelta(hours=21))  # 13:00 on Tuesday: three of eight hours are left
    assert pages() == {}
    sue = browser(app, "sue")
    assert "soon" not in text_of(sue.get("/tickets").text)
    time.passes(HOUR)
    key = f"ticket:{number}:due"
    assert pages() == {key: "open"}
    assert "soon" in text_of(sue.get("/tickets").text)
    time.passes(3 * HOUR)
    told = [kind for kind in kinds(f"ticket:{number}") if kind.startswith("ticket.")]
    assert told[-2:] == ["ticket.near", "ticket.missed"]
    assert "late" in text_of(sue.get("/tickets").text)
    went(sue, number, "reply", text="We look into it.")
    assert pages() == {key: "resolved"}
    ticket = fresh(Ticket, number)
    assert ticket.first_working_s == 9 * 3600  # 16 to 17, and all of Tuesday
    # what waits for the customer stands still; their word makes the next answer due
    before = ticket.resolve_due_at
    assert before is not None
    time.passes(timedelta(days=1))
    with transaction() as session:
        add_message(session, SYSTEM, number, Said("Thanks, still broken", "mail", "Cora"))
    ticket = fresh(Ticket, number)
    assert ticket.resolve_due_at == before + timedelta(days=1)
    assert ticket.next_due_at == time.now + timedelta(days=1)  # eight hours of work


def test_a_machine_answers_nothing_and_starts_no_clock(app: Flask, cast: Cast, time: Time) -> None:
    number = opened(source="mail")
    time.passes(HOUR)
    went(browser(app, "sue"), number, "note", note="looking")
    with transaction() as session:
        add_message(session, SYSTEM, number, Said("Away", "mail", "Cora", automatic=True))
    ticket = fresh(Ticket, number)
    assert ticket.first_response_at is None
    assert (ticket.waiting_since, ticket.next_due_at) == (MONDAY, None)


def test_pauses_and_what_came_before_stay_out_of_the_time_to_solve(
    app: Flask, cast: Cast, time: Time
) -> None:
    known, sue = customer("Acme"), browser(app, "sue")
    with transaction() as session:
        set_plan(session, SYSTEM, session.get_one(Customer, known.customer), "premium")
    number = opened(severity=3, email="", customer_id=known.customer)  # 48 hours to solve it
    time.passes(HOUR)
    went(sue, number, "reply", text="Which URL?")
    time.passes(30 * HOUR)  # the customer's own
    went(sue, number, "resolve", resolution="TTL", words="Solved")
    assert fresh(Ticket, number).resolve_working_s == 3600
    time.passes(100 * HOUR)
    with transaction() as session:
        add_message(session, SYSTEM, number, Said("Not at all", "mail", "Cora"))
    assert fresh(Ticket, number).resolve_due_at == time.now + 47 * HOUR
    second = timedelta(seconds=1)
    time.passes(2 * HOUR - second)
    went(sue, number, "about", severity="2", customer="acme")  # 12 hours, of which 3 are used
    ticket = fresh(Ticket, number)
    assert ticket.resolve_due_at == time.now + 9 * HOUR + second
    assert ticket.next_due_at == time.now + second  # two hours from their word
    assert "ticket.missed" not in kinds(f"ticket:{number}")
    time.now += 5 * second  # before anybody looks at the clocks
    assert "late" in text_of(sue.get("/tickets").text)
    went(sue, number, "reply", text="We look again.")
    assert fresh(Ticket, number).next_missed == 1
    assert kinds(f"ticket:{number}").count("ticket.missed") == 1
    assert "ticket.near" in kinds(f"ticket:{number}")


def test_what_a_machine_opened_is_answered_from_the_customers_first_word(
    app: Flask, cast: Cast, time: Time
) -> None:
    known, sue = customer("Acme"), browser(app, "sue")
    with transaction() as session:
        set_plan(session, SYSTEM, session.get_one(Customer, known.customer), "premium")
        promised.change(session, SYSTEM, {("premium_resolve", 3): 7 * HOUR})
    number = opened(severity=3, email="", customer_id=known.customer, automatic=True)
    assert fresh(Ticket, number).first_due_at == time.now + 4 * HOUR
    time.passes(2 * HOUR)
    with transaction() as session:
        add_message(session, SYSTEM, number, Said("We see it too", "mail", "Cora"))
    assert fresh(Ticket, number).first_due_at == time.now + 4 * HOUR
    time.passes(3 * HOUR)
    # the solution comes near before that answer is due, and hides nothing of it
    assert fresh(Ticket, number).look_at < fresh(Ticket, number).first_due_at
    assert "soon" in text_of(sue.get("/tickets").text)
    time.passes(HOUR / 2)
    went(sue, number, "reply", text="So do we.")
    assert fresh(Ticket, number).first_working_s == 3.5 * 3600


def test_one_question_after_solving_is_answered_by_a_post_alone(
    app: Flask, client: FlaskClient, cast: Cast
) -> None:
    number = opened()
    went(browser(app, "sue"), number, "claim", owner="")
    went(browser(app, "sue"), number, "resolve", resolution="TTL", words="Solved by a lower TTL")
    found = re.search(r"(/questions/answered/\S+)", mails("cora@acme.example")[-1].text)
    assert found is not None
    path = found[1]
    assert "How did we do?" in client.get(path).text
    assert client.get(f"{path}?score=1").status_code == 200
    assert fresh(Ticket, number).score is None, "looking answers nothing"
    assert submit(client, path, {"score": "9"}, path).status_code == 422
    assert submit(client, path, {"score": "4", "words": "Quick"}, path).status_code == 200
    assert (fresh(Ticket, number).score, fresh(Ticket, number).score_words) == (4, "Quick")
    assert client.get(path[:-3] + "abc").status_code == 404
    assert "4 of 5: Quick" in text_of(browser(app, "sue").get(f"/tickets/{number}").text)


def test_a_room_and_a_shared_page_open_tickets_that_close_the_gate(
    app: Flask, client: FlaskClient, cast: Cast
) -> None:
    known = customer("Acme", manager=cast["ann"])
    number = book(cast, known)
    cora, sue = browser(app, known.email), browser(app, "sue")
    with transaction() as session:
        room = rooms.of_customer(session, SYSTEM, session.get_one(Customer, known.customer))
        room_id = room.id
    room = fresh(rooms.Room, room_id)
    assert "what is it about" in say(cora, room, "!ticket").lower()
    said = say(cora, room, "!ticket Our logs do not come")
    assert said.startswith("T-")
    ticket = fresh(Ticket, int(said[2:].split()[0]))
    assert (ticket.source, ticket.requester_email) == ("room", known.email)

    path = full_path_of(cast, known)
    asked = submit(client, f"{path}/ticket", {"question": "When do you flip?"}, path)
    assert asked.status_code == 303, asked.text
    shared = fresh(Ticket, ticket.id + 1)
    assert (shared.source, shared.turnup_id, shared.cutover_id) == ("share", known.turnup, number)
    empty = submit(client, f"{path}/ticket", {"question": "\u202e"}, path)
    assert empty.status_code == 422

    gate = "none of severity 1 or 2 is open"
    assert gate in text_of(sue.get(f"/cutovers/{number}").text)
    fields = {"severity": "1", "customer": "acme", "turnup_id": known.turnup}
    went(sue, shared.id, "about", **fields)
    assert f"T-{shared.id} severity 1, When do you flip?" in text_of(
        sue.get(f"/cutovers/{number}").text
    )
    went(sue, shared.id, "claim", owner="")
    went(sue, shared.id, "resolve", resolution="Told them")
    assert gate in text_of(sue.get(f"/cutovers/{number}").text)
    assert do(sue, shared.id, "about", severity="1", turnup_id="77").status_code == 422
    count = select(TicketMessage).where(TicketMessage.ticket_id == shared.id)
    assert len(db.session().scalars(count).all()) == 1
    assert submit(cora, f"/tickets/{shared.id}/about", fields, NOWHERE).status_code == 403
