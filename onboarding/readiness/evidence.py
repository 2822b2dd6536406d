"""Gather what the gates and stages look at, from the floors below."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.checklists import progress
from onboarding.config import settings
from onboarding.customers.models import Turnup
from onboarding.cutovers import queries as cutovers
from onboarding.cutovers.calendar import GRACE
from onboarding.cutovers.models import Cutover
from onboarding.forecasts import queries as forecasts
from onboarding.readiness.binding import Said, changed, digest, overruled, parts_of, word
from onboarding.readiness.gates import SIGNERS, Demand, Facts, Gate
from onboarding.readiness.gates import gates as judge
from onboarding.readiness.gates import ready as all_met
from onboarding.readiness.gathering import Gathered, gather, last_votes, standby_teams
from onboarding.readiness.known import known_by
from onboarding.readiness.looking import DNS_SWITCHES
from onboarding.readiness.models import Vote
from onboarding.readiness.ttl_clock import TtlClock
from onboarding.rosters.coverage import Gap
from onboarding.web.times import span

__all__ = [
    "Said",
    "bound",
    "demands",
    "demands_of",
    "digest",
    "fingerprint",
    "gates",
    "overrules",
    "ready",
    "standby_teams",
    "votes",
]


def fingerprint(session: Session, cutover: Cutover) -> str:
    """What a vote is bound to: plan, forecast and configuration by version, who stands by."""
    return _fingerprint(_gathered(session, cutover), cutover)


def _fingerprint(found: Gathered, cutover: Cutover) -> str:
    return digest(parts_of(found, cutover))


def bound(session: Session, cutover: Cutover) -> dict[str, Any]:
    """The parts of `fingerprint`, to say later which of them changed."""
    return parts_of(_gathered(session, cutover), cutover)


def votes(session: Session, cutover_id: int) -> Sequence[Vote]:
    """The last vote of each team."""
    return last_votes(session, [cutover_id]).get(cutover_id, [])


def gates(session: Session, cutover: Cutover) -> list[Gate]:
    """The gates of `cutover` as they stand now."""
    return judge(_facts(_gathered(session, cutover), cutover))


@dataclass(frozen=True)
class Survey:
    """All of a cutover's readiness: gates, overrules, the DNS clock of each name probed."""

    gates: list[Gate]
    overrules: list[Said]
    ttls: tuple[TtlClock, ...]


def survey(session: Session, cutover: Cutover) -> Survey:
    """What `gates` and `overrules` give, and more, with the queries of one of them."""
    found = _gathered(session, cutover)
    ttls = found.ttls.get(cutover.turnup_id, ())
    rows = known_by(judge(_facts(found, cutover)), found, cutover)
    return Survey(rows, _said(found, cutover), ttls)


def _said(found: Gathered, cutover: Cutover) -> list[Said]:
    bound_to = _fingerprint(found, cutover)
    rows = found.overrules.get(cutover.id, ())
    return [Said(row, row.fingerprint == bound_to) for row in reversed(rows)]


def _gathered(session: Session, cutover: Cutover) -> Gathered:
    return gather(session, [cutover.turnup], {cutover.turnup_id: cutover})


def _facts(found: Gathered, cutover: Cutover) -> Facts:
    forecast = found.forecasts.get(cutover.turnup_id)
    parts = parts_of(found, cutover)
    bound_to = digest(parts)
    votes = found.votes.get(cutover.id, ())
    lines = found.lines.get(cutover.turnup_id, ())
    return Facts(
        open_items=tuple(ln.item.title for ln in progress.still_demanded(lines, "ramping")),
        forecast_done=forecast is not None and forecast.state == "done",
        signed=frozenset(forecasts.signed_by(forecast)) if forecast else frozenset(),
        fit=forecast.fit.get("verdict", "") if forecast else "",
        seats={
            (seat.team, seat.role): "on_station" if seat.on_station_at else seat.state
            for seat in found.seats.get(cutover.id, ())
        },
        now=clock.now(),
        votes={vote.team: word(vote, bound_to) for vote in votes},
        changed={vote.team: changed(vote, parts) for vote in votes if vote.bound},
        teams=found.teams,
        in_window=cutover.starts_at - GRACE <= clock.now() <= cutover.ends_at,
        window_why=_window_why(cutover),
        early=_early(found, cutover),
        freezes=tuple(
            one.name
            for one in found.freezes
            if one.start < cutover.ends_at
            and one.concerns(
                found.regions.get(cutover.turnup_id, frozenset()), cutover.turnup.customer_id
            )
            and (one.key, cutover.turnup_id) not in found.let_through
        ),
        practice=cutover.practice,
        unreachable=found.unreachable.get(cutover.id, ()),
        reach_demanded=settings().demand_reachable,
        uncovered=tuple(_minutes(gap) for gap in found.uncovered[cutover.id] if _bare(gap)),
        station_demanded=cutover.demand_on_station,
        proof=found.proofs.get(cutover.id),
        proof_days=settings().proof_days,
        rehearsed=found.rehearsed.get(cutover.turnup_id),
        rehearsal_days=settings().rehearsal_days,
        certificates=found.certificates.get(cutover.turnup_id, ()),
        ttls=found.ttls.get(cutover.turnup_id, ()),
        ttl_binds=cutover.switch.get("kind") in DNS_SWITCHES,
        open_tickets=found.tickets.get(cutover.turnup_id, ()),
        overruled=overruled(found.overrules.get(cutover.id, ()), bound_to),
    )


def _bare(gap: Gap) -> bool:
    """Whether nobody at all is there, though somebody accepted (else the seat itself is missing)."""
    return bool(gap.away) and not gap.backup


def _minutes(gap: Gap) -> str:
    same_day = gap.start.date() == gap.end.date()
    until = gap.end.strftime("%H:%M" if same_day else "%d %b %H:%M")
    return f"{gap.team} {gap.start:%d %b %H:%M} to {until} UTC ({' and '.join(gap.away)} away)"


def ready(session: Session, cutover_id: int) -> bool:
    """Whether nothing stands in the way of starting this cutover."""
    return all_met(gates(session, cutovers.get(session, cutover_id)))


def overrules(session: Session, cutover: Cutover) -> list[Said]:
    """Every overrule of the cutover there ever was, the newest first, with whether it counts."""
    return _said(_gathered(session, cutover), cutover)


def _early(found: Gathered, cutover: Cutover) -> str:
    return found.early.get(cutover.id, "") if clock.now() < cutover.starts_at else ""


def _window_why(cutover: Cutover) -> str:
    now = clock.now()
    if now < cutover.starts_at - GRACE:
        return f"it opens in {span(cutover.starts_at - now)}"
    if now > cutover.ends_at:
        return f"it closed {span(now - cutover.ends_at)} ago"
    return f"open for another {span(cutover.ends_at - now)}"


def demands(session: Session, turnup: Turnup) -> list[Demand]:
    """What the present stage of `turnup` still asks for, most pressing first; the owner of the
    first has the ball. Empty where the turn-up can move on."""
    return demands_of(session, [turnup])[turnup.id]


def demands_of(session: Session, turnups: Sequence[Turnup]) -> dict[int, list[Demand]]:
    """`demands` of many turn-ups, with as few queries as of one."""
    return demanded(gather(session, turnups), turnups)


def demanded(found: Gathered, turnups: Sequence[Turnup]) -> dict[int, list[Demand]]:
    """`demands_of` over what was gathered already."""
    return {turnup.id: _demands(found, turnup) for turnup in turnups}


_Extra = Callable[[Gathered, Turnup, str], list[Demand]]


def _demands(found: Gathered, turnup: Turnup) -> list[Demand]:
    here = f"/turnups/{turnup.id}"
    of_stage = [line for line in found.lines.get(turnup.id, ()) if line.item.stage == turnup.stage]
    rows = [
        Demand(
            line.item.title,
            line.ball or line.item.owner,
            f"{here}#item-{line.item.id}",
            line.item.why,
            line.item.how_long,
        )
        for line in progress.actionable(of_stage)
        if line.item.required
    ]
    extra = EXTRAS.get(turnup.stage)
    more = extra(found, turnup, here) if extra else []
    # a cutover is booked once what the test asks for is done: the customer keeps the ball until then
    return rows + more if turnup.stage == "test" else more + rows


def _signup(_found: Gathered, turnup: Turnup, here: str) -> list[Demand]:
    rows = []
    if not turnup.hostnames:
        rows.append(Demand("Name the hostnames that move", "customer", f"{here}#hostnames"))
    if not turnup.goals:
        why = "What should be better afterwards stays in sight to the end."
        rows.append(Demand("Say what you want to reach", "customer", f"{here}#goals", why))
    return rows


def _forecast(found: Gathered, turnup: Turnup, here: str) -> list[Demand]:
    where = f"{here}#forecast"
    forecast = found.forecasts.get(turnup.id)
    if forecast is None:
        why = "From the last weeks we forecast your peak and hold it against our network."
        return [Demand("Upload the traffic history", "customer", where, why)]
    if forecast.state != "done":
        return [Demand("Wait for the forecast, or run it again", "support", where, forecast.error)]
    return []


def _signatures(found: Gathered, turnup: Turnup, here: str) -> list[Demand]:
    """Those who answer for the network sign before a window is booked; the customer goes on with
    test traffic meanwhile."""
    forecast = found.forecasts.get(turnup.id)
    if forecast is None:
        return []
    signed = forecasts.signed_by(forecast)
    return [
        Demand(f"Sign the forecast off for {team}", team, f"{here}#forecast")
        for team in SIGNERS
        if team not in signed
    ]


def _test(found: Gathered, turnup: Turnup, here: str) -> list[Demand]:
    rows = _compared(found.compared.get(turnup.id, 0), here)
    rows += _signatures(found, turnup, here)
    if turnup.id not in found.cutovers:
        rows.append(Demand("Book the cutover", "account_manager", f"{here}/cutovers/new"))
    return rows


def _compared(left: int, here: str) -> list[Demand]:
    """Nobody is made to compare; who did answers for what differs."""
    where = f"{here}/comparison"
    if left < 0:
        return [Demand("Wait for the comparison of the old and the new path", "support", where)]
    if left:
        many = f"{left} differences" if left > 1 else "1 difference"
        what = f"Mend or accept {many} between the old and the new path"
        return [Demand(what, "customer", where, "What differs in a test differs for visitors.")]
    return []


def _scheduled(found: Gathered, turnup: Turnup, here: str) -> list[Demand]:
    cutover = found.cutovers.get(turnup.id)
    if cutover is None:
        return [Demand("Book the cutover", "account_manager", f"{here}/cutovers/new")]
    where = f"/cutovers/{cutover.id}"
    rows = [
        Demand(f"{gate.title}: {gate.why}", gate.owner, where, gate.hint)
        for gate in judge(_facts(found, cutover))
        if gate.blocks
    ]
    return rows or [Demand("Flip: start the ramp", "ops", where)]


def _ramping(found: Gathered, turnup: Turnup, here: str) -> list[Demand]:
    """Traffic that moves is no turn-up that is live: only a finished ramp leads on."""
    cutover = found.cutovers.get(turnup.id)
    if cutover is None:
        return [Demand("Book the cutover", "account_manager", f"{here}/cutovers/new")]
    if cutover.state == "done":
        return []
    why = "Who takes it to live by hand would leave it half moved."
    return [Demand("Finish the ramp", "ops", f"/cutovers/{cutover.id}", why)]


EXTRAS: dict[str, _Extra] = {
    "signup": _signup,
    "forecast": _forecast,
    "test": _test,
    "scheduled": _scheduled,
    "ramping": _ramping,
}
