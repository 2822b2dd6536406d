"""The score of a rehearsal: what its script broke, and how soon and how rightly it was answered.

Pure: entries of the trail in, a score out. A rehearsal without a script has none.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from onboarding.ramps.states import HAPPENINGS
from onboarding.ramps.watched import REACHES, Watched
from onboarding.simulation.library import FAULTS
from onboarding.simulation.scripts import OF_THE_SWITCH, Planned

Answer = Literal["nothing", "hold", "rollback"]
Verdict = Literal["right", "wrong", "person", "short", "open"]
ANSWERS: tuple[Answer, ...] = ("nothing", "hold", "rollback")  # from mild to strong
ENDS = ("ramp.rolled_back", "ramp.finished", "ramp.abandoned")
STOPS = ("ramp.held", "ramp.proposed", "ramp.rollback")


@dataclass(frozen=True)
class Happening:
    """An entry of the trail, as far as it counts here."""

    at: datetime
    kind: str
    payload: Mapping[str, Any]

    @property
    def by_itself(self) -> bool:
        """Whether guard, clock or switch brought it, not a person."""
        return self.payload.get("event") in HAPPENINGS


@dataclass(frozen=True)
class Score:
    """`began`: when the fault could first be met, None while it was not. Seconds count from there.
    `verdict`: "right", "wrong", "person" (somebody was quicker than the guard), "short" (it was over
    before the guard could tell) or "open"."""

    expected: Answer
    began: datetime | None = None
    held_s: float | None = None
    back_s: float | None = None
    answered: Answer = "nothing"
    verdict: Verdict = "open"


def expected(kind: str, watched: Watched) -> Answer:
    """What the guard should answer to a fault of this kind, as far as it may go."""
    fault = FAULTS[kind]
    shown = {"errors": fault.errors, "slow": fault.slow, "misses": fault.misses}
    reaches = [watched.reach_of(signal) for signal, chance in shown.items() if chance]
    if fault.lost:
        fewer = 1.0 / (1.0 - fault.strength * fault.lost)
        reaches.append("hold" if 0 < watched.bytes_factor < fewer else "tell")
    if not reaches:
        return "hold"  # no counts, or a switch that is not where it should be
    return ANSWERS[max(REACHES.index(reach) for reach in reaches)]


def by_bytes(kind: str) -> bool:
    """Whether nothing but the bytes of answers tells of a fault of this kind."""
    fault = FAULTS[kind]
    return bool(fault.lost) and not (fault.errors or fault.slow or fault.misses)


def scores(
    happened: Sequence[Happening],
    script: Sequence[Planned],
    begins: Mapping[int, datetime],
    wanted: Sequence[Answer],
    now: datetime,
    enough: Callable[[Planned, datetime, datetime], bool] = lambda _fault, _at, _end: True,
) -> list[Score]:
    """Of one run, a score for each fault of its script; `begins` has those that came, by their
    place in it. A fault is answered before the next one begins: what follows is the next one's.
    `enough` tells whether the traffic between two times was enough to answer a fault."""
    order = sorted((at, number) for number, at in begins.items())
    found = [Score(answer) for answer in wanted]
    for place, (at, number) in enumerate(order):
        following = order[place + 1][0] if place + 1 < len(order) else None
        end = now if following is None else min(now, following)
        seen = [h for h in happened if (place == 0 or h.at >= at) and (h.at < end or end == now)]
        over = min(end, at + timedelta(seconds=script[number].for_s))
        long = enough(script[number], at, over)
        cut = not long and following is not None and following <= now
        found[number] = score(seen, script[number], at, wanted[number], end, enough=long, cut=cut)
    return found


def overall(found: Sequence[Score]) -> Verdict:
    """Of a whole rehearsal: as good as the worst of its faults that were met, "open" where none
    was; those that never came say nothing, nor do those that were over too soon to be told."""
    met = {one.verdict for one in found if one.began is not None or one.verdict == "wrong"}
    order: tuple[Verdict, ...] = ("wrong", "person", "open", "right", "short")
    return next((verdict for verdict in order if verdict in met), "open")


def score(
    happened: Sequence[Happening],
    script: Planned,
    fault_at: datetime | None,
    wanted: Answer,
    now: datetime,
    *,
    enough: bool = True,
    cut: bool = False,
) -> Score:
    """Of one run; `happened` are its entries in order, `now` its end or the time it is. One that
    was not answered is "short" unless there was `enough` traffic to; `cut` where the next one has
    ended it."""
    began = _met(happened, script, fault_at, now)
    early = [h for h in happened if _stopped(h) and (began is None or h.at < began)]
    if began is None:
        return Score(wanted, verdict="wrong" if early else "open")
    after = [h for h in happened if h.at >= began]
    stop = next((h for h in after if h.kind in STOPS), None)
    back = next((h for h in after if h.kind == "ramp.rolled_back"), None)
    answered = _answer(after)
    ended = any(h.kind in ENDS for h in after)
    over = ended or cut or now - began >= timedelta(seconds=script.for_s)
    return Score(
        wanted,
        began,
        (stop.at - began).total_seconds() if stop else None,
        (back.at - began).total_seconds() if back else None,
        answered,
        _verdict(
            wanted, answered, early=bool(early), person=_person(after), over=over, enough=enough
        ),
    )


def _verdict(
    wanted: Answer, answered: Answer, *, early: bool, person: bool, over: bool, enough: bool
) -> Verdict:
    if early or ANSWERS.index(answered) > ANSWERS.index(wanted):
        return "wrong"
    if answered == wanted and (wanted != "nothing" or over):
        return "right"
    if person:
        return "person"
    if not over:
        return "open"
    return "wrong" if enough else "short"


def _met(
    happened: Sequence[Happening], script: Planned, fault_at: datetime | None, now: datetime
) -> datetime | None:
    """When the fault could first be met: a switch's fault not before the switch is turned."""
    if fault_at is None or fault_at > now:
        return None
    if script.kind not in OF_THE_SWITCH:
        return fault_at
    turned = (h.at for h in happened if h.kind == "ramp.intent" and h.at > fault_at)
    return next(turned, None)


def _stopped(happening: Happening) -> bool:
    return happening.kind in STOPS and happening.by_itself


def _person(after: Sequence[Happening]) -> bool:
    """Whether the first that stopped it was a person."""
    first = next((h for h in after if h.kind in STOPS), None)
    return first is not None and not first.by_itself


def _answer(after: Sequence[Happening]) -> Answer:
    """The strongest that came by itself."""
    kinds = {h.kind for h in after if _stopped(h)}
    if kinds & {"ramp.rollback", "ramp.proposed"}:
        return "rollback"
    return "hold" if kinds else "nothing"
