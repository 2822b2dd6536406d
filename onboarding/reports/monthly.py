"""Last month's figures by mail, to whoever asked for them: once, in their morning, or where the
month is not over by then in UTC, once it is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.channels.base import Letter
from onboarding.config import settings
from onboarding.outbox.actions import known, post
from onboarding.people.models import User
from onboarding.people.permissions import may
from onboarding.reports.asked import Asked, month_before
from onboarding.reports.mail_models import Monthly
from onboarding.reports.sections import SECTIONS
from onboarding.reports.shape import SCARCE, Section
from onboarding.reports.written import figure_said
from onboarding.trail.log import Actor, record

OPENS = time(8)
COUNTED = timedelta(
    hours=1
)  # after which the last of a month, whose days are those of UTC, is counted
DAYS = 7  # of a month in which its letter still goes out: workers may have been away


def of_user(session: Session, user_id: int) -> Monthly | None:
    """What somebody asked for; None where they did not."""
    return session.get(Monthly, user_id)


def subscribe(session: Session, actor: Actor, user: User, asked: Asked) -> None:
    """From next month on, of this segment; in place of what they asked for before."""
    row = session.get(Monthly, user.id)
    if row is None:
        row = Monthly(user_id=user.id)
        session.add(row)
    row.level, row.region, row.manager_id = asked.level, asked.region, asked.manager
    row.since = clock.now()
    said = {"user": user.id, "level": asked.level, "region": asked.region, "manager": asked.manager}
    record(session, "system", "reports.subscribed", actor, said)


def unsubscribe(session: Session, actor: Actor, user: User) -> None:
    """No more; twice is once."""
    row = session.get(Monthly, user.id)
    if row is not None:
        session.delete(row)
        record(session, "system", "reports.unsubscribed", actor, {"user": user.id})


def due(session: Session) -> Sequence[int]:
    """Users whose letter of last month is due and not written."""
    now, found = clock.now(), []
    for row in session.scalars(select(Monthly).order_by(Monthly.user_id)).unique():
        local = now.astimezone(ZoneInfo(row.user.timezone))
        began = datetime.combine(local.date().replace(day=1), time(), local.tzinfo)
        over = now >= month_before(local.date()).end + COUNTED
        is_time = over and local.day <= DAYS and local.time() >= OPENS and row.since < began
        allowed = row.user.active and may(row.user.role, "reports.see")
        if is_time and allowed and not known(session, _key(row, local)):
            found.append(row.user_id)
    return found


def write(session: Session, user_id: int) -> None:
    """Write one such letter; none where it was ended meanwhile."""
    row = session.get(Monthly, user_id)
    if row is None:
        return
    local = clock.now().astimezone(ZoneInfo(row.user.timezone))
    asked = replace(
        month_before(local.date()), level=row.level, region=row.region, manager=row.manager_id
    )
    made = [one.make(session, asked) for one in SECTIONS]
    letter = Letter(
        _key(row, local),
        row.user.email,
        f"Reports of {asked.since:%B %Y}",
        _text(row.user, asked, made),
    )
    post(session, "email", letter, topic="reports")


def _key(row: Monthly, local: datetime) -> str:
    return f"reports:{local:%Y-%m}:{row.user_id}"


def _text(user: User, asked: Asked, made: Sequence[Section]) -> str:
    base = settings().public_url.rstrip("/")
    segment = ", of the segment you chose" if asked.narrowed else ""
    said = [f"Hello {user.name},", "", f"the figures of {asked.since:%B %Y}{segment}."]
    silent = []
    for section in made:
        known = [one for one in section.figures if one.value is not None]
        if not known:
            silent.append(section.title)
            continue
        said += ["", section.title, *(f"- {figure_said(one)}" for one in known)]
        if scarce := [one.name for one in section.figures if one.value is None]:
            said.append(f"- {SCARCE}: {'; '.join(scarce)}")
        said.append(f"  {base}/reports/{section.key}?{urlencode(asked.query())}")
    if silent:
        said += ["", f"Nothing, or {SCARCE}: {', '.join(silent)}."]
        said.append(f"  {base}/reports?{urlencode(asked.query())}")
    said += ["", f"You asked for this letter; to end it: {base}/reports#monthly", ""]
    return "\n".join(said)
