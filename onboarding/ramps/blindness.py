"""Whether counts vanish while a ramp waits for a person, who may be asleep. Pure but for the time."""

from dataclasses import dataclass

from onboarding import clock

WAITING = ("waiting_go", "held")  # where no hold's clock stands still, so that nobody would notice
UNSURE_S, SURE_S = 5.0, 3.0  # seconds in doubt before it counts, and of good data before it is over


@dataclass
class Blindness:
    """Of one ramp. `told`: it is blind, and whoever stands by was called for it, or saw it when the
    figures could not be judged during the hold before."""

    told: bool = False
    since: float | None = None  # it is as it is, blind or not
    was: bool = False

    def turns(self, why: str, state: str) -> bool:
        """Whether people are to hear now that it is blind, or no longer: once each. `why` it is
        blind at this moment, empty where it is not."""
        now, blind = clock.ticks(), bool(why)
        if self.since is None or blind != self.was:
            self.since, self.was = now, blind
        if blind == self.told or now - self.since < (UNSURE_S if blind else SURE_S):
            return False
        if blind and state not in (*WAITING, "undecided"):
            return False
        self.told = blind
        return state in WAITING or (state in ("drifted", "proposed") and not blind)
