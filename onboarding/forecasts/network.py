"""The network's own side: what sites carry already, and which part of a customer each gets."""

from collections.abc import Mapping
from typing import BinaryIO

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from onboarding.customers.models import Turnup
from onboarding.errors import BadInput
from onboarding.forecasts import queries
from onboarding.forecasts.actions import judge_again
from onboarding.forecasts.history import WEEK_HOURS, History
from onboarding.forecasts.models import SiteShare, TrafficForecast
from onboarding.forecasts.tables import read_history
from onboarding.trail.log import Actor, record


def base_weeks(stream: BinaryIO, name: str) -> dict[str, list[float]]:
    """Site → the highest load of each hour of the week, Monday 00:00 UTC first (req/s), from a table
    with the header unique_id,ds,y. Raises BadInput naming the line."""
    weeks = {}
    for history in read_history(stream, name):
        if len(history.values) < WEEK_HOURS:
            raise BadInput(
                f"{len(history.values)} hours of {history.unique_id!r}",
                place=name,
                hint="expected a week or more of every site",
            )
        weeks[history.unique_id] = _week(history)
    return weeks


def _week(history: History) -> list[float]:
    first = history.start.weekday() * 24 + history.start.hour
    week = [0.0] * WEEK_HOURS
    for i, value in enumerate(history.values):
        at = (first + i) % WEEK_HOURS
        week[at] = max(week[at], value)
    return week


def set_base(session: Session, actor: Actor, weeks: Mapping[str, list[float]]) -> None:
    """Write down what sites carry; a site that is not known is refused, and nothing is written."""
    for name, week in weeks.items():
        site = queries.site_by_name(session, name)
        if site is None:
            raise BadInput(
                f"there is no site {name!r}", place="unique_id", hint="add the site first"
            )
        site.base_week, site.base_load = week, max(week)
        said = {"site": site.id, "name": name, "highest": max(week)}
        record(session, "system", "capacity.base", actor, said)
    judge_again()


def set_shares(session: Session, actor: Actor, turnup: Turnup, given: Mapping[int, float]) -> None:
    """Which part (percent) of a turn-up's traffic each site gets; all 0: equal parts again."""
    total = sum(given.values())
    if total and abs(total - 100) > 0.5:
        raise BadInput(f"the parts add up to {total:g} %", place="site", hint="expected 100 %")
    session.execute(delete(SiteShare).where(SiteShare.turnup_id == turnup.id))
    if total:
        session.add_all(
            SiteShare(turnup_id=turnup.id, site_id=site_id, share=part / total)
            for site_id, part in given.items()
        )
    session.flush()
    said = {"turnup": turnup.id, "parts": {str(site): part for site, part in given.items()}}
    record(session, turnup.customer.stream, "capacity.shares", actor, said)
    judge_again()


def forecast_turnups(session: Session) -> list[Turnup]:
    """Turn-ups with a forecast, for a list to choose from."""
    made = select(TrafficForecast.turnup_id).where(TrafficForecast.state == "done")
    return list(session.scalars(select(Turnup).where(Turnup.id.in_(made)).order_by(Turnup.id)))
