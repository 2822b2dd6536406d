"""Gather what the gates and stages look at, from the floors below."""

import hashlib
import json
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.checklists import progress
from onboarding.checklists import queries as checklists
from onboarding.customers.models import Turnup
from onboarding.cutovers import queries as cutovers
from onboarding.cutovers.calendar import GRACE
from onboarding.cutovers.models import Cutover
from onboarding.forecasts import queries as forecasts
from onboarding.people.models import Team
from onboarding.readiness.gates import SIGNERS, Demand, Facts, Gate
from onboarding.readiness.gates import gates as judge
from onboarding.readiness.gates import ready as all_met
from onboarding.readiness.models import Vote
from onboarding.rosters import queries as rosters
from onboarding.web.times import span


def standby_teams(session: Session) -> list[str]:
    """Keys of the teams that stand by and vote."""
    return list(session.scalars(select(Team.key).where(Team.on_standby).order_by(Team.id)))


def fingerprint(session: Session, cutover: Cutover) -> str:
    """What a vote is bound to: the plan's version, the forecast's, and who stands by."""
    forecast = forecasts.latest(session, cutover.turnup_id)
    seats = sorted((s.team, s.role, s.user_id or 0) for s in rosters.seats(session, cutover.id))
    said = [cutover.version, forecast.id if forecast else 0, seats]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def votes(session: Session, cutover_id: int) -> Sequence[Vote]:
    """The last vote of each team."""
    query = select(Vote).where(Vote.cutover_id == cutover_id).order_by(Vote.id)
    return list({vote.team: vote for vote in session.scalars(query).unique()}.values())


def gates(session: Session, cutover: Cutover) -> list[Gate]:
    """The gates of `cutover` as they stand now."""
    forecast = forecasts.latest(session, cutover.turnup_id)
    bound_to = fingerprint(session, cutover)
    return judge(
        Facts(
            open_items=_open_items(session, cutover),
            forecast_done=forecast is not None and forecast.state == "done",
            signed=frozenset(forecasts.signed_by(forecast)) if forecast else frozenset(),
            fit=forecast.fit.get("verdict", "") if forecast else "",
            seats=_seats(session, cutover.id),
            votes={v.team: _word(v, bound_to) for v in votes(session, cutover.id)},
            teams=tuple(standby_teams(session)),
            in_window=cutover.starts_at - GRACE <= clock.now() <= cutover.ends_at,
            window_why=_window_why(cutover),
            freezes=tuple(f.name for f in cutovers.freezes(session, clock.now(), cutover.ends_at)),
            practice=cutover.practice,
        )
    )


def ready(session: Session, cutover_id: int) -> bool:
    """Whether nothing stands in the way of starting this cutover."""
    return all_met(gates(session, cutovers.get(session, cutover_id)))


def _open_items(session: Session, cutover: Cutover) -> tuple[str, ...]:
    lines = checklists.standing(session, cutover.turnup)
    return tuple(line.item.title for line in progress.still_demanded(lines, "ramping"))


def _word(vote: Vote, bound_to: str) -> str:
    if not vote.go:
        return "no_go"
    return "go" if vote.fingerprint == bound_to else "stale"


def _seats(session: Session, cutover_id: int) -> dict[tuple[str, str], str]:
    return {
        (seat.team, seat.role): "on_station" if seat.on_station_at else seat.state
        for seat in rosters.seats(session, cutover_id)
    }


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
    here = f"/turnups/{turnup.id}"
    lines = checklists.standing(session, turnup)
    of_stage = [line for line in lines if line.item.stage == turnup.stage]
    rows = [
        Demand(line.item.title, line.ball or line.item.owner, f"{here}#item-{line.item.id}")
        for line in progress.actionable(of_stage)
        if line.item.required
    ]
    by_stage = {"signup": _signup, "forecast": _forecast, "test": _test, "scheduled": _scheduled}
    extra = by_stage.get(turnup.stage)
    return (extra(session, turnup, here) if extra else []) + rows


def _signup(_session: Session, turnup: Turnup, here: str) -> list[Demand]:
    rows = []
    if not turnup.hostnames:
        rows.append(Demand("Name the hostnames that move", "customer", f"{here}#hostnames"))
    if not turnup.goals:
        rows.append(Demand("Say what you want to reach", "customer", f"{here}#goals"))
    return rows


def _forecast(session: Session, turnup: Turnup, here: str) -> list[Demand]:
    where = f"{here}#forecast"
    forecast = forecasts.latest(session, turnup.id)
    if forecast is None:
        return [Demand("Upload the traffic history", "customer", where)]
    if forecast.state != "done":
        return [Demand("Wait for the forecast, or run it again", "support", where)]
    signed = forecasts.signed_by(forecast)
    return [
        Demand(f"Sign the forecast off for {team}", team, where)
        for team in SIGNERS
        if team not in signed
    ]


def _test(session: Session, turnup: Turnup, _here: str) -> list[Demand]:
    if cutovers.current(session, turnup.id) is None:
        return [Demand("Book the cutover", "account_manager", f"/turnups/{turnup.id}/cutovers/new")]
    return []


def _scheduled(session: Session, turnup: Turnup, _here: str) -> list[Demand]:
    cutover = cutovers.current(session, turnup.id)
    if cutover is None:
        return [Demand("Book the cutover", "account_manager", f"/turnups/{turnup.id}/cutovers/new")]
    where = f"/cutovers/{cutover.id}"
    rows = [
        Demand(f"{g.title}: {g.why}", g.owner, where)
        for g in gates(session, cutover)
        if not g.met and g.needed
    ]
    return rows or [Demand("Flip: start the ramp", "ops", where)]
