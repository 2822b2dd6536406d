"""The RQ edge of public holidays: rows for those who may not load the library that knows them."""

from datetime import date, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.db import db, transaction
from onboarding.people.holidays import holiday
from onboarding.people.models import PublicHoliday, User


def lay_out() -> None:
    """Write the holidays of every place that somebody is in: of this year and the next."""
    now = clock.now().date()
    days = [date(now.year, 1, 1) + timedelta(days=n) for n in range(731)]
    query = select(User.country, User.subdivision).where(User.country != "", User.active)
    for country, subdivision in db.session().execute(query.distinct()).all():
        named = {day: name for day in days if (name := holiday(country, subdivision, day))}
        with transaction() as session:
            _write(session, country, subdivision, named, since=days[0])


def _write(
    session: Session, country: str, subdivision: str, named: dict[date, str], since: date
) -> None:
    place = (PublicHoliday.country == country, PublicHoliday.subdivision == subdivision)
    here = (*place, PublicHoliday.day >= since)
    known = session.scalars(select(PublicHoliday).where(*here)).all()
    if {row.day: row.name for row in known} == named:
        return
    session.execute(delete(PublicHoliday).where(*here))
    for day, name in named.items():
        row = PublicHoliday(country=country, subdivision=subdivision, day=day, name=name)
        session.add(row)
