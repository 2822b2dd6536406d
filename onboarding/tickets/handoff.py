"""Who holds a ticket and who owes the next word. Pure: (state, event) in, state out.

In every state exactly one has it: the support team (nobody has claimed it yet), its owner (the one
of support who claimed it), or the team it was handed to. The owner stays its owner while a team
holds it: they see it, may write in it, and take it back in one action.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from onboarding.errors import Refused

SUPPORT = "support"  # the key of the team that a ticket comes to


@dataclass(frozen=True)
class Place:
    """What a state means. `holder`: support, owner, team. `owes` the next word: support, team,
    customer, nobody. `words` is what a page says of it."""

    holder: str
    owes: str
    words: str


STATES: Mapping[str, Place] = {
    "new": Place("support", "support", "new, nobody has claimed it"),
    "claimed": Place("owner", "support", "being investigated"),
    "waiting": Place("owner", "customer", "waits for the customer"),
    "asked": Place("team", "team", "handed over, not accepted yet"),
    "accepted": Place("team", "team", "the team is on it"),
    "talking": Place("team", "customer", "the team has written to the customer"),
    "answered": Place("owner", "support", "the team has answered support"),
    "resolved": Place("owner", "support", "resolved, to be written down"),
    "closed": Place("owner", "nobody", "closed"),
    "merged": Place("owner", "nobody", "merged into another"),
}
#: Not over: somebody still waits for an answer in these.
OPEN = ("new", "claimed", "waiting", "asked", "accepted", "talking", "answered")
WITH_A_TEAM = ("asked", "accepted", "talking")

#: What may happen in each state, and the state after it.
MOVES: Mapping[str, Mapping[str, str]] = {
    "new": {
        "claim": "claimed",
        "customer": "new",
        "merge": "merged",
    },
    "claimed": {
        "claim": "claimed",
        "customer": "claimed",
        "reply": "waiting",
        "assign": "asked",
        "resolve": "resolved",
        "merge": "merged",
    },
    "waiting": {
        "claim": "waiting",
        "customer": "claimed",
        "reply": "waiting",
        "assign": "asked",
        "resolve": "resolved",
        "merge": "merged",
    },
    "asked": {
        "claim": "asked",
        "customer": "asked",
        "reply": "asked",
        "assign": "asked",
        "accept": "accepted",
        "return": "claimed",
        "answer": "answered",
        "answer_customer": "talking",
        "escalate": "asked",
        "take_back": "claimed",
    },
    "accepted": {
        "claim": "accepted",
        "customer": "accepted",
        "reply": "accepted",
        "assign": "asked",
        "accept": "accepted",
        "return": "claimed",
        "answer": "answered",
        "answer_customer": "talking",
        "take_back": "claimed",
    },
    "talking": {
        "claim": "talking",
        "customer": "accepted",
        "reply": "talking",
        "assign": "asked",
        "accept": "talking",
        "return": "claimed",
        "answer": "answered",
        "answer_customer": "talking",
        "take_back": "claimed",
    },
    "answered": {
        "claim": "answered",
        "customer": "claimed",
        "reply": "waiting",
        "assign": "asked",
        "resolve": "resolved",
        "merge": "merged",
    },
    "resolved": {
        "claim": "resolved",
        "customer": "claimed",
        "reply": "resolved",
        "reopen": "claimed",
        "close": "closed",
    },
    "closed": {"customer": "claimed", "reopen": "claimed"},
    "merged": {},
}
_INSTEAD = {
    "new": "claim it first",
    "asked": "take it back first",
    "accepted": "take it back first",
    "talking": "take it back first",
    "resolved": "open it again first",
    "closed": "open it again first",
    "merged": "go on in the ticket it was merged into",
}


def after(state: str, event: str) -> str:
    """The state after `event`. Raises Refused where it cannot happen in `state`."""
    found = MOVES[state].get(event)
    if found is None:
        hint = _INSTEAD.get(state, f"possible now: {', '.join(possible(state))}")
        said = event.replace("_", " ")
        raise Refused(f"This ticket is {STATES[state].words}: no {said} now", hint=hint)
    return found


def possible(state: str) -> tuple[str, ...]:
    """What may happen in `state`."""
    return tuple(MOVES[state])


def reopens(state: str, event: str) -> bool:
    """Whether `event` opens a ticket again that was over."""
    return state in ("resolved", "closed") and after(state, event) in OPEN


@dataclass(frozen=True)
class Closing:
    """What must be there before a ticket is closed."""

    resolution: str
    told: bool
    doc_link: str
    no_doc: str


def missing(closing: Closing) -> tuple[str, ...]:
    """What is not there yet, in words."""
    wanted = (
        (bool(closing.resolution), "the resolution"),
        (closing.told, "a word to the customer that it is solved"),
        (bool(closing.doc_link or closing.no_doc), "a link to what was written down, or why not"),
    )
    return tuple(words for there, words in wanted if not there)
