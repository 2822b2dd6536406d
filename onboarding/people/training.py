"""The path from trainee to able, for a skill or for standing by at all. Pure.

A trainee learns; who shadows sits in on flips beside somebody who is able; who is able takes a
seat. To a roster, both of the first may only shadow.
"""

from onboarding.errors import BadInput, NotAllowed

TRAINEE, SHADOW, ABLE = STEPS = ("trainee", "shadow", "able")


def check(now: str, to: str, *, own: bool, voucher_able: bool) -> None:
    """Whether somebody who is at `now` (empty: not on the path) may go to `to`.

    Up by one step at a time, down as far as need be. Whoever vouches is another person (`own` is
    whether it is not) and able themselves, or leads the team. Raises BadInput or NotAllowed.
    """
    if to not in STEPS:
        raise BadInput(f"{to!r} is no step", place="step", hint=f"one of {', '.join(STEPS)}")
    if own:
        raise NotAllowed("Nobody vouches for themselves", hint="ask a colleague who is able")
    if not voucher_able:
        raise NotAllowed(
            "Only somebody who is able vouches for another",
            hint="ask a colleague with this skill, or the lead of the team",
        )
    place = {"": -1, **{step: number for number, step in enumerate(STEPS)}}
    if to == now:
        raise BadInput(f"they are at {to} already", place="step", hint="choose another step")
    if place[to] > place[now] + 1:
        following = STEPS[place[now] + 1]
        hint = f"{following} comes before {to}"
        raise BadInput("one step at a time", place="step", hint=hint)
