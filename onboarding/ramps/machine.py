"""The ramp machine: one table from (state, event) to (state, effects). Pure.

Every pair is decided: it is in `TABLE`, or `decide` refuses it with a sentence for the person who
asked. Effects are names; `ramps.effects` carries them out. `docs/ramp-machine.md` is drawn from
this table. People win over automation: what a person may ask for is never taken away by a guard
or a clock, and a roll-back is possible from every state in which traffic may have moved.
"""

from collections.abc import Mapping
from dataclasses import dataclass

#: What each state means, as the sentence a person reads.
STATES: Mapping[str, str] = {
    "idle": "no run has been started",
    "holding": "the hold of this step is running",
    "undecided": "it waits, because the figures cannot be judged",
    "waiting_go": "it waits for a person's go",
    "advancing": "traffic is being moved to the next step",
    "held": "it is held until a person resumes it",
    "proposed": "the guard proposes to roll back and waits for a person's word",
    "stepping_back": "traffic is being moved back to an earlier step",
    "restoring": "the switch is being set back to where the plan left it",
    "drifted": "the switch was turned by somebody else; adopt what was found or restore it",
    "unwinding": "traffic is being taken back step by step",
    "lowered": "it is on its way back step by step, and stays a moment on this one",
    "rolling_back": "traffic is being taken back; nothing stops a roll-back",
    "rolled_back": "this run was rolled back, which is final; a new run may be started",
    "finished": "every step of the plan was taken",
    "abandoned": "this run was abandoned; a new run may be started",
}

#: States in which a conductor drives the ramp.
DRIVEN = tuple(
    state for state in STATES if state not in ("idle", "rolled_back", "finished", "abandoned")
)
#: States in which the switch is being touched.
MOVING = ("advancing", "stepping_back", "restoring", "unwinding", "rolling_back")
#: States of a roll-back step by step, whose reason stays to be read.
GOING_BACK = ("unwinding", "lowered")

#: What people ask for, as it reads in a sentence.
VERBS: Mapping[str, str] = {
    "start": "start",
    "go": "say go",
    "skip": "skip the rest of the hold",
    "hold": "hold",
    "resume": "resume",
    "rollback": "roll back",
    "unwind": "roll back step by step",
    "back": "go back to an earlier step",
    "finish": "finish",
    "abandon": "abandon",
    "confirm": "confirm that the switch was turned",
    "adopt": "adopt what the switch was found at",
    "restore": "restore the switch",
    "replan": "change the steps to come",
    "mute": "mute a signal",
    "unmute": "end a mute",
}

#: What happens by itself: guard, clock, switch.
HAPPENINGS: Mapping[str, str] = {
    "guard_hold": "the guard asks for a hold",
    "guard_rollback": "the guard asks for a roll-back",
    "guard_unwinds": "the guard asks for a roll-back, which the plan wants step by step",
    "guard_proposes": "the guard proposes a roll-back",
    "wait_over": "nobody answered the guard's proposal in time",
    "lower": "the moment on a step on the way back is over",
    "lower_last": "the moment on the lowest step on the way back is over",
    "unjudged": "the figures cannot be judged",
    "judged": "the figures can be judged again",
    "hold_over": "the hold is over and the next step needs no go",
    "go_needed": "the hold is over and the next step needs a go",
    "plan_over": "the hold of the last step is over",
    "reached": "the switch was read where it was set to",
    "failed": "the switch did not get there",
    "mute_over": "a mute has run out",
    "drift": "the switch was read where nobody here set it to",
    "settled": "the switch was read where it should be",
}
EVENTS = (*VERBS, *HAPPENINGS)


@dataclass(frozen=True, slots=True)
class Move:
    """Where an event leads, and what is done on the way, in order."""

    to: str
    effects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an event leads nowhere."""

    why: str


NEXT = Move("advancing", ("intend_next",))
BACK = Move("stepping_back", ("intend_step",))
AWAY = Move("rolling_back", ("intend_zero",))
DOWN = Move("unwinding", ("intend_lower",))
PROPOSAL = Move("proposed")
HELD = Move("held")
ARRIVED = Move("held", ("arrive",))
MISSED = Move("held", ("miss",))
DRIFTED = Move("drifted", ("note_share",))
LEFT = Move("abandoned", ("end",))
DONE = Move("finished", ("end",))
NEW_RUN = Move("holding", ("begin",))


def _replan(state: str) -> Move:
    """The plan changes and the run stays where it is."""
    return Move(state, ("replan",))


#: What is possible wherever a step is stood on.
_STANDING = {
    "rollback": AWAY,
    "unwind": DOWN,
    "back": BACK,
    "abandon": LEFT,
    "guard_rollback": AWAY,
    "guard_unwinds": DOWN,
    "guard_proposes": PROPOSAL,
    "drift": DRIFTED,
}
#: What is possible while the switch is being touched.
_TOUCHING = {
    "rollback": AWAY,
    "guard_rollback": AWAY,
    "guard_proposes": PROPOSAL,
}

_COURSE: Mapping[str, Mapping[str, Move]] = {
    "idle": {"start": NEW_RUN},
    "holding": {
        **_STANDING,
        "hold": HELD,
        "replan": _replan("holding"),
        "skip": Move("holding", ("end_hold",)),
        "finish": DONE,
        "guard_hold": HELD,
        "unjudged": Move("undecided"),
        "hold_over": NEXT,
        "go_needed": Move("waiting_go"),
        "plan_over": DONE,
        "settled": Move("holding", ("note_share",)),
        "failed": HELD,
    },
    "undecided": {
        **_STANDING,
        "hold": HELD,
        "replan": _replan("undecided"),
        "skip": Move("waiting_go", ("end_hold",)),
        "finish": DONE,
        "guard_hold": HELD,
        "judged": Move("holding"),
        "failed": HELD,
    },
    "waiting_go": {
        **_STANDING,
        "go": NEXT,
        "hold": HELD,
        "replan": _replan("waiting_go"),
        "guard_hold": HELD,
        "failed": HELD,
    },
    "advancing": {
        **_TOUCHING,
        "hold": HELD,
        "back": BACK,
        "confirm": Move("advancing", ("confirm",)),
        "guard_hold": HELD,
        "reached": Move("holding", ("arrive", "begin_hold")),
        "failed": MISSED,
    },
    "held": {
        **_STANDING,
        "resume": Move("holding"),
        "replan": _replan("held"),
        "finish": DONE,
        "confirm": Move("held", ("confirm",)),
        "reached": ARRIVED,
        "failed": MISSED,
    },
    "proposed": {
        **_STANDING,
        "guard_proposes": PROPOSAL,
        "hold": HELD,
        "wait_over": AWAY,
        "reached": Move("proposed", ("arrive",)),
        "failed": Move("proposed", ("miss",)),
    },
    "stepping_back": {
        **_TOUCHING,
        "confirm": Move("stepping_back", ("confirm",)),
        "reached": ARRIVED,
        "failed": MISSED,
    },
    "restoring": {
        **_TOUCHING,
        "confirm": Move("restoring", ("confirm",)),
        "reached": ARRIVED,
        "failed": Move("drifted", ("miss",)),
    },
    "drifted": {
        "rollback": AWAY,
        "back": BACK,
        "abandon": LEFT,
        "adopt": Move("held", ("adopt",)),
        "restore": Move("restoring", ("intend_expected",)),
        "guard_rollback": AWAY,
        "guard_proposes": PROPOSAL,
        "drift": DRIFTED,
        "settled": Move("held", ("note_share",)),
    },
    "unwinding": {
        "rollback": AWAY,
        "hold": HELD,
        "confirm": Move("unwinding", ("confirm",)),
        "reached": Move("lowered", ("arrive", "begin_hold")),
        "failed": Move("rolling_back", ("miss", "intend_zero")),
    },
    "lowered": {
        "rollback": AWAY,
        "hold": HELD,
        "back": BACK,
        "abandon": LEFT,
        "lower": DOWN,
        "lower_last": AWAY,
        "drift": DRIFTED,
        "failed": AWAY,
    },
    "rolling_back": {
        "abandon": LEFT,
        "confirm": Move("rolling_back", ("confirm",)),
        "reached": Move("rolled_back", ("arrive", "end")),
        "failed": Move("rolling_back", ("try_again",)),
    },
    "rolled_back": {"start": NEW_RUN},
    "finished": {"rollback": AWAY},
    "abandoned": {"start": NEW_RUN, "rollback": AWAY},
}

#: A signal is muted, or heard again, wherever a guard still has a say; the run stays where it is.
_MUTES = {"mute": ("mute",), "unmute": ("unmute",), "mute_over": ("end_mutes",)}
TABLE: Mapping[str, Mapping[str, Move]] = {
    state: {**row, **{event: Move(state, effects) for event, effects in _MUTES.items()}}
    if state in DRIVEN and state != "rolling_back"
    else row
    for state, row in _COURSE.items()
}

#: Refusals that say more than what the state means.
WHY: Mapping[tuple[str, str], str] = {
    ("idle", "rollback"): "Nothing was moved: no run has been started",
    ("holding", "go"): "The hold of this step still runs: skip the rest of it to go on early",
    ("holding", "resume"): "It is not held: the hold of this step is running",
    ("undecided", "go"): "The figures cannot be judged: skip the hold first to go on without them",
    (
        "undecided",
        "resume",
    ): "It goes on by itself once the figures can be judged, or skip the hold",
    ("waiting_go", "skip"): "The hold is over already: say go",
    ("held", "go"): "It is held: resume it first",
    ("held", "hold"): "It is held already",
    ("advancing", "replan"): "Traffic is being moved just now: change the plan once it has arrived",
    ("proposed", "replan"): "The guard proposes a roll-back: answer that first",
    ("drifted", "replan"): "The switch was turned by somebody else: adopt or restore it first",
    ("advancing", "abandon"): "Traffic is being moved just now: hold it first",
    ("rolling_back", "rollback"): "It is being rolled back already",
    ("rolling_back", "unwind"): "It is being rolled back at once already",
    ("unwinding", "unwind"): "It is being rolled back step by step already",
    ("lowered", "unwind"): "It is being rolled back step by step already",
    ("unwinding", "resume"): "It is being rolled back: hold it first",
    ("lowered", "resume"): "It is being rolled back: hold it first",
    ("rolling_back", "hold"): "It is being rolled back, and nothing stops a roll-back",
    ("rolled_back", "rollback"): "It was rolled back already: the switch was read at 0 %",
    ("rolled_back", "resume"): "A roll-back is final for its run: start a new run",
    ("finished", "start"): "This cutover is finished: book another for more traffic",
}


def decide(state: str, event: str) -> Move | Refusal:
    """Where `event` leads from `state`, or why it leads nowhere. Unknown names are a KeyError."""
    found = TABLE[state].get(event)
    if found is not None:
        return found
    if event in HAPPENINGS:
        return Refusal(f"{HAPPENINGS[event]}: nothing to do while {STATES[state]}")
    return Refusal(WHY.get((state, event)) or f"You cannot {VERBS[event]} now: {STATES[state]}")


def possible(state: str) -> list[str]:
    """What people may ask for in `state`, in the order of `VERBS`."""
    return [verb for verb in VERBS if verb in TABLE[state]]
