"""Scripts of rehearsals: a fault that begins by itself, so long after a step is reached. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Script:
    """The fault `kind` of the library: `after_s` seconds after step number `step` is reached, for
    `for_s` seconds."""

    kind: str
    step: int = 1
    after_s: float = 10.0
    for_s: float = 120.0


#: One for each fault, by its key. Those of the switch are there at once and last, as they show
#: only when it is turned next.
SCRIPTS: Mapping[str, Script] = {
    "errors_5xx": Script("errors_5xx"),
    "slow_origin": Script("slow_origin"),
    "origin_down": Script("origin_down"),
    "miss_storm": Script("miss_storm"),
    "certificate_expired": Script("certificate_expired"),
    "region_down": Script("region_down"),
    "metrics_gone": Script("metrics_gone"),
    "switch_refuses": Script("switch_refuses", after_s=0.0, for_s=900.0),
    "wrong_direction": Script("wrong_direction", after_s=0.0, for_s=900.0),
}
#: Faults that show when the switch is turned next.
OF_THE_SWITCH = ("switch_refuses", "wrong_direction")
