"""What an outreach may become next, and what each state means. Pure."""

from collections.abc import Mapping

from onboarding.errors import Refused

#: Each state as the sentence a person reads.
STATES: Mapping[str, str] = {
    "drafted": "a message is drafted and waits for whoever sends it",
    "sent": "the customer was told and has not answered",
    "answered": "the customer has answered",
    "healed": "it was told and is over; the customer has not answered",
    "withdrawn": "it was over before anybody was told",
    "dismissed": "somebody found that nobody need be told",
    "closed": "nothing more is to be done",
}
OPEN = ("drafted", "sent", "answered", "healed")  # somebody still has something to do
TOLD = ("sent", "answered", "healed", "closed")  # the customer was, or may have been, written to

#: state → what happens → the state that follows.
TABLE: Mapping[str, Mapping[str, str]] = {
    "drafted": {"send": "sent", "heal": "withdrawn", "dismiss": "dismissed", "start": "closed"},
    "sent": {"answer": "answered", "heal": "healed", "close": "closed", "start": "closed"},
    "answered": {"answer": "answered", "heal": "closed", "close": "closed", "start": "closed"},
    "healed": {"answer": "closed", "close": "closed"},
    "withdrawn": {"recur": "drafted"},
    "dismissed": {"heal": "dismissed"},
    "closed": {"heal": "closed", "answer": "closed"},
}
_ASKED = {
    "send": "be sent",
    "answer": "be answered",
    "dismiss": "be dismissed",
    "close": "be closed",
    "start": "start a round",
    "edit": "be changed",
    "snooze": "be put off",
}


def possible(state: str, event: str) -> bool:
    """Whether `event` leads anywhere from `state`."""
    return event in TABLE[state]


def after(state: str, event: str) -> str:
    """The state that follows. Raises Refused where the table has none."""
    if not possible(state, event):
        raise Refused(
            f"This can not {_ASKED.get(event, event)} any more: {STATES[state]}",
            hint="look at it anew; somebody else was quicker, or it is over",
        )
    return TABLE[state][event]
