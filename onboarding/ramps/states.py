"""States, verbs and happenings of the ramp machine, each with the words a person reads. Pure."""

from collections.abc import Mapping

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
