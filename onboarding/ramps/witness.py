"""What the counts say of a switch that a person says to have turned. Pure."""

from collections.abc import Mapping
from math import sqrt
from typing import Any

from onboarding.ramps.course import Aim

LEAST = 200  # requests below which nothing is said
POINTS, SPREAD = 3.0, 5.0  # percent points that are always let pass, standard deviations beside

Arm = Mapping[str, Any] | None


def disagreement(aim: Aim, moved: Arm, control: Arm) -> str:
    """Why the counts of the last seconds do not bear out that the switch is at `aim`; empty where
    they do, or tell too little. Of what is picked nobody knows how much it is: some has to come."""
    new, old = (arm["requests"] if arm else 0 for arm in (moved, control))
    total = new + old
    if total < LEAST:
        return ""
    if aim.selector is not None:
        if new:
            return ""
        return f"the counts show nothing on the new path, not {aim}: was the switch turned?"
    part = aim.share / 100
    allowed = POINTS + SPREAD * 100 * sqrt(part * (1 - part) / total)
    seen = 100 * new / total
    if abs(seen - aim.share) <= allowed:
        return ""
    return f"the counts show {seen:.1f} % on the new path, not {aim}: was the switch turned?"
