"""What changes after a forecast was signed: verdicts judged anew, sign-offs void, traffic that left."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.channels.base import Letter
from onboarding.customers.models import Turnup
from onboarding.forecasts import actions, assumptions, queries
from onboarding.forecasts.capacity import held_against
from onboarding.forecasts.hindsight import has_left
from onboarding.forecasts.models import Signoff, TrafficForecast
from onboarding.forecasts.signoffs import void
from onboarding.outbox.actions import post
from onboarding.trail.log import Actor, record

RULE = Actor("forecasts", "rule")
CARRIED_UP_TO = 1.1  # a peak that rose by less keeps its sign-offs where the verdict is the same
WORDS = {
    "fits": "it fits",
    "tight": "it is tight",
    "does_not_fit": "it does not fit",
    "": "unknown",
}


def turnups_to_judge(session: Session) -> list[int]:
    """Ids of turn-ups that have a forecast that was made."""
    query = select(TrafficForecast.turnup_id).where(TrafficForecast.state == "done").distinct()
    return list(session.scalars(query.order_by(TrafficForecast.turnup_id)))


def judge(session: Session, turnup_id: int) -> bool:
    """Hold the latest forecast against capacity as it is now. Where the verdict has changed, its
    sign-offs are void, and ops and neteng are told; True then."""
    forecast = queries.latest(session, turnup_id)
    if forecast is None or forecast.state != "done":
        return False
    now, before = held_against(session, turnup_id), forecast.fit.get("verdict", "")
    after = now.get("verdict", "")
    forecast.fit = now
    if before == after:
        return False
    turnup = session.get_one(Turnup, turnup_id)
    why = f"the verdict changed from {WORDS[before]} to {WORDS[after]}"
    void(session, RULE, turnup, forecast, why)
    return True


def leave(session: Session, turnup_id: int) -> bool:
    """Tell the account manager, once for a forecast, that the traffic has been outside its 95 % band
    for six hours."""
    forecast = queries.latest(session, turnup_id)
    if forecast is None or forecast.state != "done" or forecast.left_at is not None:
        return False
    if not forecast.points:
        return False
    since = clock.now() - timedelta(days=2)
    left = has_left(forecast.points, assumptions.came(session, turnup_id, since))
    if left is None:
        return False
    forecast.left_at = left
    turnup = session.get_one(Turnup, turnup_id)
    said = {"turnup": turnup_id, "forecast": forecast.id, "since": clock.iso(left)}
    record(session, turnup.customer.stream, "forecast.left", RULE, said)
    manager = turnup.customer.account_manager
    if manager is not None:
        name = f"{turnup.customer.name}, {turnup.name}"
        text = (
            f"Since {left:%d %b %H:%M} UTC the traffic of {name} lies outside the 95 % band of forecast "
            f"version {forecast.version}.\nGive its newest history, or lay an event over it: "
            f"/turnups/{turnup_id}/traffic/history"
        )
        key = f"forecast-left:{forecast.id}"
        letter = Letter(key, manager.email, f"Traffic has left its forecast: {name}", text, {})
        post(session, "email", letter, topic=f"forecast:{forecast.id}")
    return True


def renew(session: Session, forecast_id: int, made: dict[str, Any]) -> TrafficForecast | None:
    """A new version in place of `forecast_id`, made by night from what has come since. Sign-offs
    go with it where the verdict is the same and the peak rose by less than a tenth; else they are
    void and the signers are told. None where a person asked for another meanwhile."""
    before = session.get_one(TrafficForecast, forecast_id)
    latest = queries.latest(session, before.turnup_id)
    if latest is None or latest.id != forecast_id:
        return None
    row = TrafficForecast(
        turnup_id=before.turnup_id,
        history_id=before.history_id,
        version=before.version + 1,
        horizon=before.horizon,
        asked_by=before.asked_by,
        created_at=clock.now(),
        state="queued",
    )
    session.add(row)
    session.flush()
    actions.keep(session, row.id, made)
    turnup = session.get_one(Turnup, row.turnup_id)
    same = row.fit.get("verdict") == before.fit.get("verdict")
    standing = [s for s in before.signoffs if s.voided_at is None]
    if same and queries.peak_rate(row) <= CARRIED_UP_TO * queries.peak_rate(before):
        for one in standing:
            note = f"carried over from version {before.version}: the same verdict"
            row.signoffs.append(Signoff(team=one.team, user_id=one.user_id, note=note, at=one.at))
    elif standing:
        why = "the nightly forecast is of another verdict or of a higher peak"
        void(session, RULE, turnup, before, why)
    return row


def stale(session: Session) -> list[int]:
    """Ids of latest forecasts that are older than a day, or younger by less than four hours."""
    newest = (
        select(func.max(TrafficForecast.id)).group_by(TrafficForecast.turnup_id).scalar_subquery()
    )
    old = clock.now() - timedelta(hours=20)
    query = select(TrafficForecast.id).where(
        TrafficForecast.id.in_(newest),
        TrafficForecast.state == "done",
        TrafficForecast.created_at < old,
    )
    return list(session.scalars(query.order_by(TrafficForecast.id)))
