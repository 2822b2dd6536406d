"""What a thread does to a switch: set it, and read back what is in force."""

from collections.abc import Callable
from dataclasses import dataclass

from onboarding.errors import AdapterError, PassingFault, PermanentFault, TurnupError
from onboarding.faults import fault_point
from onboarding.ramps.course import Aim, is_at
from onboarding.switches.base import Position, Switch


@dataclass(frozen=True)
class Outcome:
    """What came of a touch: where the switch was read, if it could be, and what went wrong."""

    position: Position | None
    fault: TurnupError | None = None

    def final(self) -> bool:
        """Whether trying the same again cannot help."""
        return isinstance(self.fault, PermanentFault)


def set_and_read(
    switch: Switch, aim: Aim, key: str, *, look_first: bool, wanted: Callable[[], bool]
) -> Outcome:
    """Set `aim` under `key` and read back. `look_first`: leave a switch alone that is there
    already, as after a crash. `wanted` says whether the lease still stands and this is still
    asked for; without that the switch is not touched."""
    if look_first:
        found = look(switch)
        at = found.position
        if at is not None and is_at(at, aim, switch.ability):
            fault_point("ramps.read_back")
            return found
    fault: TurnupError | None = None
    fault_point("ramps.before_set")
    if not wanted():  # the last thing that is asked: a machine may have been suspended until now
        return Outcome(
            None, PassingFault("it was no longer wanted when the switch was to be touched")
        )
    try:
        if aim.selector is None:
            switch.set(aim.share, key)
        else:
            switch.set(aim.share, key, aim.selector)
    except TurnupError as error:
        fault = error
    fault_point("ramps.after_set")
    found = look(switch)
    fault_point("ramps.read_back")
    return Outcome(found.position, fault or found.fault)


def look(switch: Switch) -> Outcome:
    """Read the switch; a fault is part of the outcome."""
    try:
        return Outcome(switch.read())
    except AdapterError as error:
        return Outcome(None, error)
