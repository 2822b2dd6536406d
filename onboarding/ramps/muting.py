"""Mutes: for a stated time a signal asks for nothing, because a person said so and why.

A mute is a command like any other: a row, answered by whoever drives the ramp, told in the trail.
`Ramp.muted` is where it stands, `{signal: {"until", "command"}}`, until in seconds since the epoch:
a conductor that takes the ramp over heeds it too. It ends with its time, by hand, or with its run.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.errors import BadInput
from onboarding.ramps import quantile, volume
from onboarding.ramps.counts import SIGNALS
from onboarding.ramps.course import Course
from onboarding.ramps.models import Command, Ramp
from onboarding.ramps.queries import name_of
from onboarding.ramps.telling import Change

MUTABLE = (*SIGNALS, quantile.SIGNAL, volume.SIGNAL)
LONGEST_MIN = 240


@dataclass(frozen=True)
class Mute:
    """One that lasts: until when, by whom and why."""

    signal: str
    until: datetime
    by: str
    reason: str

    def as_dict(self) -> dict[str, str]:
        """For JSON."""
        return {
            "signal": self.signal,
            "until": clock.iso(self.until),
            "by": self.by,
            "reason": self.reason,
        }


def arguments(verb: str, given: Mapping[str, Any], reason: str) -> dict[str, Any]:
    """The arguments of "mute" and "unmute"; raises BadInput naming what is wrong."""
    signal = given.get("signal")
    if signal not in MUTABLE:
        raise BadInput(
            f"{signal!r} is no signal", place="signal", hint=f"one of {', '.join(MUTABLE)}"
        )
    if verb == "unmute":
        return {"signal": signal}
    minutes = given.get("minutes")
    known = isinstance(minutes, int | float) and not isinstance(minutes, bool)
    if not known or not 1 <= minutes <= LONGEST_MIN:  # type: ignore[operator]
        raise BadInput(
            f"a mute of {minutes} minutes", place="minutes", hint=f"from 1 to {LONGEST_MIN}"
        )
    if not reason.strip():
        raise BadInput(
            "say why the guard is to overlook this", place="reason", hint="everybody reads it"
        )
    return {"signal": signal, "minutes": minutes}


def objection(command: Command, ramp: Ramp) -> str:
    """Why a mute or its end is refused although the machine knows it; empty where it is not."""
    signal = command.arguments["signal"]
    if command.verb == "unmute":
        return "" if signal in ramp.muted else f"{signal} is not muted"
    seen = [one["signal"] for one in ramp.figures.get("signals") or ()]
    if seen and signal not in seen:
        return f"The guard does not watch {signal} here: it watches {', '.join(seen)}"
    return ""


def mute(_s: Session, ramp: Ramp, _course: Course, change: Change, now: datetime) -> None:
    """The effect of "mute"."""
    command = change.command
    assert command is not None
    until = now + timedelta(minutes=command.arguments["minutes"])
    kept = {"until": until.timestamp(), "command": command.id}
    ramp.muted = {**ramp.muted, command.arguments["signal"]: kept}


def unmute(_s: Session, ramp: Ramp, _course: Course, change: Change, _now: datetime) -> None:
    """The effect of "unmute"."""
    command = change.command
    assert command is not None
    gone = command.arguments["signal"]
    ramp.muted = {signal: one for signal, one in ramp.muted.items() if signal != gone}


def end_mutes(_s: Session, ramp: Ramp, _course: Course, _change: Change, now: datetime) -> None:
    """The effect of "mute_over"."""
    gone = over(ramp.muted, now)
    ramp.muted = {signal: one for signal, one in ramp.muted.items() if signal not in gone}


def over(muted: Mapping[str, Mapping[str, Any]], now: datetime) -> list[str]:
    """The signals whose mute has run out."""
    return [signal for signal, one in muted.items() if one["until"] <= now.timestamp()]


def lasting(session: Session, ramp: Ramp | None) -> list[Mute]:
    """The mutes that last, for pages and programs."""
    now, found = clock.now().timestamp(), []
    for signal, one in (ramp.muted if ramp and not ramp.ended_at else {}).items():
        command = session.get(Command, one["command"])
        if one["until"] > now and command is not None:
            until = datetime.fromtimestamp(one["until"], UTC)
            found.append(Mute(signal, until, name_of(session, command.actor), command.reason))
    return found
