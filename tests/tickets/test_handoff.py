"""The table of hand-overs: whatever happens, exactly one has the ticket, and its owner stays."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from onboarding.errors import Refused
from onboarding.tickets import handoff
from onboarding.tickets.handoff import MOVES, OPEN, STATES, WITH_A_TEAM, Closing, after

EVENTS = sorted({event for moves in MOVES.values() for event in moves})


class OneTicket(RuleBasedStateMachine):
    """A ticket to which anything happens, in any order; beside it, what people would say of it."""

    def __init__(self) -> None:
        super().__init__()
        self.state, self.owner, self.team = "new", "", ""
        self.claimed = False

    @rule(event=st.sampled_from(EVENTS))
    def anything(self, event: str) -> None:
        possible = handoff.possible(self.state)
        if event not in possible:
            with pytest.raises(Refused) as refused:
                after(self.state, event)
            assert refused.value.hint, "a refusal says what to do instead"
            return
        before, self.state = self.state, after(self.state, event)
        if event == "claim":
            self.claimed = True
        if event == "take_back":
            assert before in WITH_A_TEAM
            assert STATES[self.state].holder == "owner", "back with the same person"
        if event == "customer":
            assert STATES[self.state].owes in ("support", "team"), "a customer's word is owed one"
        if event in ("reply", "answer_customer") and before != "resolved":
            assert STATES[self.state].holder != "support"

    @invariant()
    def exactly_one_has_it(self) -> None:
        place = STATES[self.state]
        assert place.holder in ("support", "owner", "team")
        assert (place.holder == "team") == (self.state in WITH_A_TEAM)
        assert place.owes in ("support", "team", "customer", "nobody")
        assert (place.owes == "nobody") == (self.state in ("closed", "merged"))

    @invariant()
    def whoever_holds_it_is_there(self) -> None:
        if STATES[self.state].holder != "support" and self.state != "merged":
            assert self.claimed, "a ticket is with its owner or a team only once it has an owner"

    @precondition(lambda self: self.state in OPEN and self.state != "new")
    @rule()
    def support_has_a_way_to_the_end(self) -> None:
        """From every open state: taken back where a team has it, then resolved and closed."""
        state = after(self.state, "take_back") if self.state in WITH_A_TEAM else self.state
        assert after(after(state, "resolve"), "close") == "closed"


TestOneTicket = OneTicket.TestCase
TestOneTicket.settings = settings(max_examples=40, stateful_step_count=25)


def test_a_ticket_is_closed_only_with_all_three() -> None:
    assert (
        handoff.missing(Closing("it was DNS", told=True, doc_link="/knowledge/1", no_doc="")) == ()
    )
    assert handoff.missing(Closing("it was DNS", told=True, doc_link="", no_doc="known")) == ()
    assert len(handoff.missing(Closing("", told=False, doc_link="", no_doc=""))) == 3


def test_what_is_over_opens_again_by_a_word_of_the_customer() -> None:
    assert handoff.reopens("closed", "customer")
    assert handoff.reopens("resolved", "reopen")
    assert not handoff.reopens("resolved", "close")
    assert not handoff.reopens("claimed", "customer")
