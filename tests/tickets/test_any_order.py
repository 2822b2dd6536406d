"""Whatever people do to a ticket, in any order: one holder, time without gaps, one trail, one owner."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from onboarding.db import db, transaction
from onboarding.errors import TurnupError
from onboarding.paging import queries as pages
from onboarding.people.models import User
from onboarding.tickets import actions, closing, handing, merging, queries
from onboarding.tickets.about import About, set_about
from onboarding.tickets.actions import Said
from onboarding.tickets.handoff import STATES, SUPPORT, WITH_A_TEAM
from onboarding.tickets.models import Ticket
from onboarding.trail.log import SYSTEM, Actor, read
from tests.cast import Cast
from tests.stories import fresh
from tests.tickets.desk import opened

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)
Step = Callable[[Session, Actor, User, int], object]
STEPS: dict[str, Step] = {
    "claim": lambda s, a, u, n: handing.claim(s, a, u, n),
    "to ops": lambda s, a, u, n: handing.assign(s, a, u, n, "ops", "?"),
    "to neteng": lambda s, a, u, n: handing.assign(s, a, u, n, "neteng", "?"),
    "accept": lambda s, a, u, n: handing.accept(s, a, u, n),
    "answer": lambda s, a, u, n: handing.answer(s, a, u, n, "so"),
    "return": lambda s, a, u, n: handing.give_back(s, a, u, n, "not ours"),
    "take back": lambda s, a, u, n: handing.take_back(s, a, n),
    "reply": lambda s, a, u, n: actions.reply(s, a, u, n, "Look at the TTL"),
    "note": lambda s, a, u, n: actions.note(s, a, u, n, "hm"),
    "customer": lambda s, _a, _u, n: actions.add_message(s, SYSTEM, n, Said("Well?", "mail", "C")),
    "resolve": lambda s, a, u, n: closing.resolve(s, a, u, n, "TTL", "Solved"),
    "close": lambda s, a, _u, n: closing.close(s, a, n, no_doc="known"),
    "reopen": lambda s, a, _u, n: closing.reopen(s, a, n),
    "graver": lambda s, a, _u, n: set_about(s, a, n, About(1)),
    "milder": lambda s, a, _u, n: set_about(s, a, n, About(3)),
    "same again": lambda s, a, _u, n: merging.merge(s, a, _again(s), n),
}
OVER = ("resolved", "closed", "merged")


def _again(session: Session) -> int:
    """The same is asked in another ticket, which waits for its answer."""
    return actions.open_ticket(session, SYSTEM, AGAIN).id


AGAIN = actions.Opening("Hello?", "form", email="cora@acme.example")
steps = st.tuples(st.sampled_from(sorted(STEPS)), st.sampled_from(["sue", "sid", "omar", "nina"]))


@settings(
    max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(done=st.lists(steps, min_size=6, max_size=18))
def test_exactly_one_has_it_after_every_step(
    app: Flask, cast: Cast, done: list[tuple[str, str]]
) -> None:
    number = opened()
    for what, name in done:
        before = fresh(Ticket, number).owner_id
        try:
            with transaction() as session:
                who = Actor(f"user:{cast[name]}", "web")
                STEPS[what](session, who, session.get_one(User, cast[name]), number)
        except TurnupError:
            db.session().rollback()  # refused: nothing of it may have happened
        _all_is_well(number, before, what)
    ticket = fresh(Ticket, number)
    told = [m for m in queries.public_messages(db.session(), ticket) if m.side == "staff"]
    assert (ticket.first_response_at is None) == (not told)
    numbers = [entry.number for entry in read(db.session(), ticket.stream)]
    assert numbers == list(range(1, len(numbers) + 1))


def _all_is_well(number: int, owner: int | None, what: str) -> None:
    ticket, session = fresh(Ticket, number), db.session()
    place = STATES[ticket.state]
    with_team = ticket.state in WITH_A_TEAM
    handover = queries.open_handover(session, ticket)
    assert (handover is not None) == with_team
    assert ticket.holder_team == (handover.team if handover else SUPPORT)
    if place.holder == "owner":
        assert ticket.holder_id == ticket.owner_id is not None
    if what != "claim" and owner is not None:
        assert ticket.owner_id == owner, "only claiming changes the owner"
    stints = queries.stints(session, ticket)
    assert [one.until is None for one in stints] == [False] * (len(stints) - 1) + [True]
    assert stints[-1].team == ticket.holder_team
    assert all(one.until == other.since for one, other in pairwise(stints))
    assert (ticket.look_at is None) or ticket.state not in OVER
    if ticket.state in OVER:
        assert pages.of_subject(session, ticket.stream) == []
    if what in ("customer", "same again"):
        assert ticket.state not in OVER, "nothing that was asked is lost"
        assert ticket.waiting_since is not None
