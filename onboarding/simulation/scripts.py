"""Scripts of rehearsals: faults that begin by themselves, so long after a step is reached. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from onboarding.errors import BadInput
from onboarding.simulation.library import FAULTS

MOST = 5  # faults in one script
LATEST_S, LONGEST_S = 3600.0, 86400.0
LONGEST_STEP = 4  # digits of a step's number
#: `kind@step+after/for`: all but the kind may be left out.
FAULT = re.compile(r"(?P<kind>\w+)(@(?P<step>\d+))?(\+(?P<after>[\d.]+))?(/(?P<for>[\d.]+))?")
HINT = "such as metrics_gone@1+10/60,errors_5xx@2: the fault, its step, seconds until and for"


@dataclass(frozen=True)
class Planned:
    """The fault `kind` of the library: `after_s` seconds after step number `step` is reached, for
    `for_s` seconds."""

    kind: str
    step: int = 1
    after_s: float = 10.0
    for_s: float = 120.0

    def __str__(self) -> str:
        return f"{self.kind}@{self.step}+{self.after_s:g}/{self.for_s:g}"


#: Faults that show when the switch is turned next.
OF_THE_SWITCH = ("switch_refuses", "wrong_direction")
#: Each fault as it comes where no more is said. Those of the switch are there at once and last; one
#: that bytes alone tell of lasts as they take, a minute or more.
USUAL: Mapping[str, Planned] = {kind: Planned(kind) for kind in FAULTS} | {
    **{kind: Planned(kind, after_s=0.0, for_s=900.0) for kind in OF_THE_SWITCH},
    "truncated_answers": Planned("truncated_answers", for_s=300.0),
}


def script(text: str) -> tuple[Planned, ...]:
    """The faults of a script, in the order in which they come. Raises BadInput at "script"."""
    found = [_planned(one.strip()) for one in text.split(",") if one.strip()]
    if not 1 <= len(found) <= MOST:
        raise _wrong(f"{len(found)} faults", f"1 to {MOST}, {HINT}")
    if len({(one.kind, one.step) for one in found}) < len(found):
        raise _wrong("a fault comes twice at one step", "each fault once at a step")
    return tuple(sorted(found, key=lambda one: (one.step, one.after_s)))


def written(faults: tuple[Planned, ...]) -> str:
    """The text that `script` reads."""
    return ",".join(map(str, faults))


def _planned(text: str) -> Planned:
    match = FAULT.fullmatch(text)
    if match is None or match["kind"] not in USUAL:
        raise _wrong(f"there is no fault {text[:40]!r}", f"one of {', '.join(USUAL)}; {HINT}")
    usual, digits = USUAL[match["kind"]], match["step"] or "1"
    step = int(digits) if len(digits) <= LONGEST_STEP else 0
    after_s = _seconds(match["after"], usual.after_s, LATEST_S)
    for_s = _seconds(match["for"], usual.for_s, LONGEST_S)
    if step < 1 or for_s <= 0:
        raise _wrong(f"{text[:40]!r} never comes", HINT)
    return Planned(usual.kind, step, after_s, for_s)


def _seconds(text: str | None, usual: float, most: float) -> float:
    try:
        found = usual if text is None else float(text)
    except ValueError:
        raise _wrong(f"{text!r:.40} is no number of seconds", HINT) from None
    if found > most:
        raise _wrong(f"{found:g} seconds", f"at most {most:g}")
    return found


def _wrong(message: str, hint: str) -> BadInput:
    return BadInput(message, place="script", hint=hint)
