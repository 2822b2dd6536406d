"""What a status post says, for each kind of entry and audience. Pure; no internal word reaches
the customer: their texts are written here, from figures alone."""

from collections.abc import Callable, Mapping
from typing import Any

from onboarding.clock import parse, spoken

AUDIENCES = ("staff", "customer")
Payload = Mapping[str, Any]
Say = Callable[[Payload], str]


def percent(value: Any) -> str:
    """A share as people read it: 25 %, 0.5 %."""
    return f"{float(value):g} %"


def _window(payload: Payload) -> str:
    start, end = parse(payload["starts_at"]), parse(payload["ends_at"])
    utc = f"{start:%d %b %Y %H:%M} to {end:%d %b %H:%M} UTC"
    zone = payload.get("customer_zone", "UTC")
    return utc if zone == "UTC" else f"{utc} ({spoken(start, end, zone)}, {zone})"


def _overruled(payload: Payload) -> str:
    titles = ", ".join(rule["title"] for rule in payload.get("overruled", ()))
    return f"; overruled by two: {titles}" if titles else ""


def _signal(payload: Payload) -> str:
    return str(payload.get("signal", "a signal"))


STAFF: dict[str, Say] = {
    "cutover.booked": lambda p: f"Booked: {_window(p)}, shares {_shares(p)}.",
    "cutover.changed": lambda p: f"Changed ({p['what']}): {_window(p)}, shares {_shares(p)}.",
    "cutover.cancelled": lambda p: "Called off.",
    "roster.solved": lambda p: f"Roster: {p['filled']} seats filled, {p['empty']} empty.",
    "vote.given": lambda p: f"{p['team']} says {'go' if p['go'] else 'NO-GO'}.",
    "ramp.started": lambda p: f"Ramp started, run {p.get('run', 1)}{_overruled(p)}.",
    "ramp.share": lambda p: f"{_moved(p)} on the new path.",
    "ramp.waiting_go": lambda p: "Waiting: a person says go before the next step.",
    "ramp.held": lambda p: f"Held: {_why(p)}.",
    "ramp.resumed": lambda p: "Resumed.",
    "ramp.back": lambda p: "Stepping back.",
    "ramp.proposed": lambda p: f"The guard proposes a roll-back: {_why(p)}.",
    "ramp.rollback": lambda p: f"Rolling back: {_why(p)}.",
    "ramp.stuck": lambda p: f"The switch does not go back: {_why(p)}. We go on trying.",
    "ramp.rolled_back": lambda p: "Rolled back: all traffic is on the old path.",
    "ramp.finished": lambda p: "Finished: all steps are done.",
    "ramp.abandoned": lambda p: "Abandoned.",
    "ramp.muted": lambda p: (
        f"MUTED: for {p.get('minutes', 0):g} minutes the guard overlooks {_signal(p)}."
    ),
    "ramp.unmuted": lambda p: f"The guard heeds {_signal(p)} again.",
    "guard.alarm": lambda p: f"Guard: {p.get('sentence', 'alarm').rstrip('.')}.",
    "switch.drift": lambda p: (
        f"The switch is at {p.get('found_in_words') or percent(p['found'])}, "
        f"not {p.get('expected_in_words') or percent(p['expected'])}: held."
    ),
    "post.written": lambda p: "",
}

CUSTOMER: dict[str, Say] = {
    "cutover.booked": lambda p: f"Your cutover is planned for {_window(p)}.",
    "cutover.changed": lambda p: f"The plan of your cutover changed; it is now {_window(p)}.",
    "cutover.cancelled": lambda p: "Your cutover was called off; nothing is switched.",
    "ramp.started": lambda p: "We have begun. The first part of your traffic moves now.",
    "ramp.share": lambda p: _moved_of_yours(p),
    "ramp.waiting_go": lambda p: "This step is done; a person says go before the next.",
    "ramp.back": lambda p: "We take a step back, to look closer.",
    "ramp.held": lambda p: "We hold here and look before we go on. Your traffic stays as it is.",
    "ramp.resumed": lambda p: "We go on.",
    "ramp.rollback": lambda p: "We are moving your traffic back to the old path.",
    "ramp.rolled_back": lambda p: "All of your traffic is back on the old path.",
    "ramp.finished": lambda p: "Done: the plan is finished, and your traffic stays where it is.",
    "post.written": lambda p: "",
}

TEXTS = {"staff": STAFF, "customer": CUSTOMER}


def _moved(payload: Payload) -> str:
    """What is on the new path: what was picked whole, and the share of the rest."""
    picked = payload.get("selector")
    if not picked:
        return percent(payload["share"])
    return f"{picked} and {percent(payload['share'])}" if payload["share"] else str(picked)


def _moved_of_yours(payload: Payload) -> str:
    if not payload.get("selector"):
        return f"{percent(payload['share'])} of your traffic is on the new path."
    if not payload["share"]:
        return f"A chosen part of your traffic ({payload['selector']}) is on the new path."
    return (
        f"{percent(payload['share'])} of your traffic and a chosen part "
        f"({payload['selector']}) are on the new path."
    )


def _why(payload: Payload) -> str:
    return str(payload.get("reason") or "by hand").rstrip(".")


def _shares(payload: Payload) -> str:
    steps = payload.get("steps") or [percent(share) for share in payload["shares"]]
    return " → ".join(steps)


def wording(
    audience: str, kind: str, payload: Payload, *, written: str = "", practice: bool = False
) -> str:
    """The text of the post for `audience`; empty where this kind is nothing for them.

    `written` is what a person wrote (`post.written`, for the audience in the payload)."""
    if kind == "post.written":
        text = written if payload.get("audience") in (audience, "all") else ""
    else:
        say = TEXTS[audience].get(kind)
        text = say(payload) if say else ""
    return f"Practice: {text}" if text and practice else text
