"""People beside whoever asked get the answers: by hand, until they stop; nobody sees more by it."""

import pytest
from flask import Flask

from onboarding import clock
from onboarding.customers.models import Customer, Member
from onboarding.db import db, transaction
from onboarding.people.actions import add_user
from onboarding.people.models import User
from onboarding.tickets import followers
from onboarding.tickets.models import Ticket
from onboarding.trail.log import SYSTEM
from tests.cast import PASSWORD, Cast
from tests.doors import submit
from tests.stories import Known, browser, customer, fresh, kinds
from tests.tickets.desk import do, mails, opened, text_of, went

BEA, STRANGER = "bea@acme.example", "helen@agency.example"
MAIL_IN = "turnup@vendor.example"


def mate(known: Known, address: str, *languages: str, confirmed: bool = True) -> int:
    """One more person of the customer, who has shown that the address is theirs."""
    with transaction() as session:
        name = address.partition("@")[0].title()
        user = add_user(
            session, SYSTEM, email=address, name=name, role="customer", password=PASSWORD,
            timezone="UTC",
        )  # fmt: skip
        user.languages = list(languages)
        at = clock.now()
        member = Member(customer_id=known.customer, user_id=user.id, joined_at=at)
        member.confirmed_at = at if confirmed else None
        session.add(member)
        return user.id


def states(number: int) -> dict[str, str]:
    """By address how somebody is at the ticket."""
    db.session().rollback()
    rows = followers.rows(db.session(), fresh(Ticket, number))
    return {address: row.state for address, row in rows.items()}


def row_of(number: int, address: str) -> int:
    db.session().rollback()
    return followers.rows(db.session(), fresh(Ticket, number))[address].id


def stop_path(text: str) -> str:
    """The path of the link by which the reader of a letter stops."""
    return "/questions/followed/" + text.partition("/questions/followed/")[2].split()[0]


def test_who_follows_gets_the_answers_until_they_stop(
    app: Flask, cast: Cast, settled: object
) -> None:
    assert callable(settled)
    settled(mail_in=MAIL_IN, mail_from=MAIL_IN)
    known, sue = customer("Acme"), browser(app, "sue")
    mate(known, BEA, "de")
    number = opened("Cold", email=known.email, customer_id=known.customer, message_id="<a@x>")
    for address in (BEA.title(), STRANGER):
        went(sue, number, "followers", address=address)
    went(sue, number, "reply", text="Warm the cache.")
    went(sue, number, "note", note="They did not listen")
    went(sue, number, "reply", text="It is warm.")

    letters = {to: mails(to) for to in (known.email, BEA, STRANGER)}
    assert {to: len(found) for to, found in letters.items()} == dict.fromkeys(letters, 2)
    assert len({one.key for found in letters.values() for one in found}) == 6
    assert not any("did not listen" in one.text for found in letters.values() for one in found)
    hers, beas, strangers = (found[-1] for found in letters.values())
    ticket = fresh(Ticket, number)
    for one in (hers, beas, strangers):
        assert one.subject == f"Re: Cold [T-{number}]"
        assert "It is warm." in one.text
        assert f"turnup+t{ticket.reference}@" in one.extra["headers"]["Reply-To"]
        assert one.extra["headers"]["References"].split()[0] == "<a@x>"
    answered = {found[-1].extra["headers"]["In-Reply-To"] for found in letters.values()}
    assert len(answered) == 3  # each answers the letter that its reader has
    assert f"Answers also go to: Bea, {STRANGER}" in hers.text
    assert f"Die Antworten erhalten auch: Cora Acme, {STRANGER}" in beas.text
    assert f"/questions/{number}" in beas.text
    assert "Answers also go to: Cora Acme, Bea" in strangers.text
    assert f"/questions/{number}\n" not in strangers.text
    assert "/questions/followed/" not in hers.text

    cora = text_of(browser(app, known.email).get(f"/questions/{number}").text)
    assert f"Answers also go to: Bea, {STRANGER}" in cora
    assert "Send me no more answers" not in cora
    assert "Keine Antworten mehr senden" in browser(app, BEA).get(f"/questions/{number}").text
    anybody, path = app.test_client(), stop_path(strangers.text)
    page = anybody.get(path)
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    assert anybody.head(path).status_code == 200  # as what looks into mail does
    assert states(number)[STRANGER] == "follows"
    stopped = submit(anybody, path, {}, path)
    assert f"No more answers to this question go to {STRANGER}." in stopped.text
    assert anybody.get(f"{path}x").status_code == 404
    went(sue, number, f"followers/{row_of(number, BEA)}/remove")
    went(sue, number, "reply", text="Nothing more.")
    assert {to: len(mails(to)) for to in letters} == {known.email: 3, BEA: 2, STRANGER: 2}
    assert "Answers also" not in mails(known.email)[-1].text
    assert kinds(f"ticket:{number}").count("ticket.follower_added") == 2
    assert {"ticket.follower_stopped", "ticket.follower_removed"} <= set(kinds(f"ticket:{number}"))
    assert f"Wanted no more: {STRANGER}" in text_of(sue.get(f"/tickets/{number}").text)


def test_what_is_no_address_of_somebody_else_is_refused_by_name(
    app: Flask, cast: Cast, settled: object
) -> None:
    assert callable(settled)
    settled(mail_in=MAIL_IN, mail_from="Turnup <out@vendor.example>")
    known, sue = customer("Acme"), browser(app, "sue")
    number = opened(email=known.email, customer_id=known.customer)
    bad = {
        "bea@acme.example\nBcc: x@y.example": "this is not a mail address",
        "bea@acme.example\u202e": "this is not a mail address",
        "a@x.example, b@x.example": "this is not a mail address",
        "a" * 250 + "@x.example": "too long",
        f"turnup+t{'0' * 24}@vendor.example": "Turnup&#39;s own",
        "out@vendor.example": "Turnup&#39;s own",
        "sid@vendor.example": "one of your own people",
        known.email.upper(): "whoever asked gets the answers anyway",
    }
    for address, why in bad.items():
        answer = do(sue, number, "followers", address=address)
        assert (answer.status_code, why in answer.text) == (422, True), address
    assert (
        'value="sid@vendor.example"'
        in do(sue, number, "followers", address="sid@vendor.example").text
    )
    for one in range(20):
        went(sue, number, "followers", address=f"p{one}@acme.example")
    again = do(sue, number, "followers", address="p3@acme.example")
    assert (again.status_code, "already" in again.text) == (422, True)
    full = do(sue, number, "followers", address="p20@acme.example")
    assert (full.status_code, "20 follow this ticket already" in full.text) == (422, True)
    other = opened("Another", email=known.email, customer_id=known.customer)
    strange = do(sue, other, f"followers/{row_of(number, 'p3@acme.example')}/remove")
    assert strange.status_code == 404
    for client in (browser(app, "omar"), browser(app, known.email), app.test_client()):
        refused = submit(client, f"/tickets/{number}/followers", {"address": STRANGER}, "/login")
        assert refused.status_code in (302, 303, 403)
    assert len(states(number)) == 20


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_followers_go_where_a_ticket_goes_and_never_to_another_customer(
    app: Flask, cast: Cast
) -> None:
    known, other, sue = customer("Acme"), customer("Globex"), browser(app, "sue")
    mate(known, BEA)
    into, merged = (
        opened(text, email=email, customer_id=known.customer, message_id=f"<{text}@x>")
        for text, email in (("One", known.email), ("Two", "colin@acme.example"))
    )
    for address in (BEA, STRANGER, "colin@acme.example", "gone@acme.example"):
        went(
            sue,
            into if address.startswith(("colin", "gone")) else merged,
            "followers",
            address=address,
        )
    went(sue, merged, "reply", text="In the one")
    old_link = stop_path(mails(BEA)[-1].text)
    went(sue, into, f"followers/{row_of(into, 'gone@acme.example')}/remove")
    went(sue, merged, "merge", into=str(into))
    went(sue, into, "reply", text="In both")
    assert "In both" in mails(BEA)[-1].text
    assert mails(BEA)[-1].extra["headers"]["References"].split()[0] == "<Two@x>"
    assert len([one for one in mails("colin@acme.example") if "In both" in one.text]) == 1
    assert not mails("gone@acme.example")
    submit(app.test_client(), old_link, {}, old_link)
    assert states(into)[BEA] == "stopped"
    assert states(into)[STRANGER] == "follows"

    row = browser(app, "sue").get(f"/tickets/{into}").text
    assert STRANGER in row
    turned = {"severity": "3", "customer": db.session().get_one(Customer, other.customer).slug}
    went(sue, into, "about", **turned)
    assert states(into)[STRANGER] == "named"
    went(sue, into, "reply", text="For Globex alone")
    for address in (BEA, STRANGER):
        assert "For Globex alone" not in mails(address)[-1].text
    went(sue, into, f"followers/{row_of(into, STRANGER)}/write-to")
    with transaction() as session:
        person = session.query(User).filter_by(email=BEA).one()
        person.active = False
    went(sue, into, "followers", address="ida@acme.example")
    page = text_of(sue.get(f"/tickets/{into}").text)
    assert f"It goes to {known.email}, {STRANGER}, ida@acme.example." in page
    assert f"Wanted no more: {BEA}" not in page  # she is known by her name
    assert "Wanted no more: Bea" in page
    went(sue, into, "resolve", resolution="x", words="Solved")
    assert "Solved" in mails(STRANGER)[-1].text
    assert "/questions/answered/" not in mails(STRANGER)[-1].text  # asked is whoever asked
    assert "/questions/answered/" in mails(known.email)[-1].text
