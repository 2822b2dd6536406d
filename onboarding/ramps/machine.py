"""The ramp machine: one table from (state, event) to (state, effects). Pure.

Every pair is decided: it is in `TABLE`, or `decide` refuses it with a sentence for the person who
asked. Effects are names; `ramps.effects` carries them out. `docs/ramp-machine.md` is drawn from
this table. People win over automation: what a person may ask for is never taken away by a guard
or a clock, and a roll-back is possible from every state in which traffic may have moved.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from onboarding.ramps.states import DRIVEN, HAPPENINGS, STATES, VERBS


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
    "hold": HELD,
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
        "hold": Move("drifted"),  # nothing moves, and what was found is still to be answered
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
