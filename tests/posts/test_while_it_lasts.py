"""Posts go to whoever may get them, for as long as they may."""

from datetime import timedelta

import pytest
from flask import Flask

from onboarding import clock
from onboarding.customers.contacts import add_contact
from onboarding.customers.models import Customer
from onboarding.db import transaction
from onboarding.people.actions import let_in
from onboarding.people.models import User
from onboarding.trail.log import SYSTEM
from tests.cast import PASSWORD, Cast
from tests.doors import submit
from tests.posts.telling import letters, told
from tests.posts.test_subscriptions import HOW, share
from tests.stories import REAL, Known, book


def test_a_contact_that_was_taken_in_is_written_to_once_they_have_joined(
    app: Flask, cast: Cast, acme: Known
) -> None:
    to = "bea@acme.example"
    with transaction() as session:
        user = add_contact(session, SYSTEM, session.get_one(Customer, acme.customer), to)
        user_id = user.id
    number = book(cast, acme, wiring=REAL)
    told(number, "ramp.started", run=1)
    assert letters(to) == []
    assert len(letters(acme.email)) == 2
    with transaction() as session:
        let_in(session.get_one(User, user_id), "Bea Bell", PASSWORD)
    told(number, "ramp.resumed")
    assert [one.text.split("\n")[0] for one in letters(to)] == ["We go on."]
    with transaction() as session:
        session.get_one(User, user_id).active = False  # left the customer
    told(number, "ramp.finished")
    assert len(letters(to)) == 1


def test_what_is_followed_by_a_link_ends_when_the_link_runs_out(
    app: Flask, cast: Cast, acme: Known, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    anybody, to = app.test_client(), "boss@acme.example"

    def confirmed() -> str:
        """Follow the turn-up by a new link, and answer the question that comes by mail."""
        path = f"/share/{share(cast, acme)[1]}/follow"
        fields = {"email": to, "scope": f"turnup:{acme.turnup}", **HOW}
        assert submit(anybody, path, fields, path).status_code == 303
        page = "/subscriptions/" + letters(to)[-1].text.strip().rpartition("/subscriptions/")[2]
        assert submit(anybody, f"{page}/confirm", {}, page).status_code == 303
        return page

    page = confirmed()
    told(number, "ramp.started", run=1)
    assert letters(to)[-1].text.startswith("We have begun")
    late = clock.now() + timedelta(days=91)  # a link lives for 90
    monkeypatch.setattr(clock, "now", lambda: late)
    before = len(letters(to))
    told(number, "ramp.held", reason="x")
    assert len(letters(to)) == before
    assert "Nothing more is sent" in anybody.get(page).text
    confirmed()  # asked anew, by a link that works
    told(number, "ramp.resumed")
    assert letters(to)[-1].text.startswith("We go on")
