"""The word of ops and neteng on a forecast: given, taken back by itself, and who is told."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.channels.base import Letter
from onboarding.customers.models import Turnup
from onboarding.errors import NotAllowed, NotFound, Refused, Stale
from onboarding.forecasts import queries
from onboarding.forecasts.models import Signoff, TrafficForecast
from onboarding.outbox.actions import post
from onboarding.people.models import Team, User
from onboarding.trail.log import Actor, record

SIGNERS = ("ops", "neteng")


def sign(session: Session, actor: Actor, user: User, forecast_id: int, note: str = "") -> Signoff:
    """A team's word on the latest forecast. Raises Stale for an older one."""
    forecast = session.get(TrafficForecast, forecast_id, with_for_update=True)
    if forecast is None:
        raise NotFound(f"There is no forecast {forecast_id}")
    turnup = session.get_one(Turnup, forecast.turnup_id)
    latest = queries.latest(session, turnup.id)
    if latest is None or latest.id != forecast.id:
        raise Stale("There is a newer forecast", hint="look at that one")
    if forecast.state != "done":
        raise Refused("This forecast is not made yet", hint="wait for it, or run it again")
    if user.team_key not in SIGNERS:
        raise NotAllowed("Your team does not sign forecasts", hint="ops and neteng do")
    if user.team_key in queries.signed_by(forecast):
        raise Stale(f"{user.team_key} has signed it already", hint="nothing needs to be done")
    row = Signoff(team=user.team_key, user_id=user.id, note=note, at=clock.now())
    forecast.signoffs.append(row)
    session.flush()
    said = {"turnup": turnup.id, "forecast": forecast.id, "team": user.team_key}
    record(session, turnup.customer.stream, "forecast.signed", actor, said, {"note": note})
    return row


def void(
    session: Session, actor: Actor, turnup: Turnup, forecast: TrafficForecast, why: str
) -> None:
    """Take the sign-offs of `forecast` back, if it has any, and tell everybody in ops and neteng why."""
    standing = [signoff for signoff in forecast.signoffs if signoff.voided_at is None]
    if not standing:
        return
    for signoff in standing:
        signoff.voided_at = clock.now()
    said = {"forecast": forecast.id, "teams": [s.team for s in standing], "why": why}
    record(session, turnup.customer.stream, "forecast.voided", actor, said)
    _tell(session, turnup, forecast, why)


def _tell(session: Session, turnup: Turnup, forecast: TrafficForecast, why: str) -> None:
    said = f"{turnup.customer.name}, {turnup.name}"
    text = (
        f"The sign-offs of forecast version {forecast.version} of {said} are void: {why}.\n"
        f"Look at it and sign anew: /turnups/{turnup.id}#forecast"
    )
    query = select(User).join(Team).where(Team.key.in_(SIGNERS), User.active)
    mark = len([s for s in forecast.signoffs if s.voided_at is not None])
    for user in session.scalars(query):
        key = f"forecast-void:{forecast.id}:{mark}:{user.id}"
        letter = Letter(key, user.email, f"Sign-offs are void: {said}", text, {})
        post(session, "email", letter, topic=f"forecast:{forecast.id}")
