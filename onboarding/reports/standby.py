"""Standby: what each person carried, how evenly, at night and out of hours, and who declined."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean

from sqlalchemy import String, cast, func, literal, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.cutovers.models import Cutover
from onboarding.paging.models import Call, Page
from onboarding.people import queries as people
from onboarding.people.models import User
from onboarding.reports.asked import Asked
from onboarding.reports.fairness import gini, night_hours, works_at
from onboarding.reports.figures import share
from onboarding.reports.intervals import bootstrap
from onboarding.reports.segment import within
from onboarding.reports.shape import Bar, Chart, Column, Figure, Line, Section, Table
from onboarding.rosters.burden import Burden, availability, burden
from onboarding.rosters.candidates import spans_off, working_of
from onboarding.rosters.models import Declined, Roster, Seat


@dataclass
class Load:
    """What one person carried: duties with their hours, those outside working hours, those at
    night, weighted hours (`rosters.burden`), pages and those out of hours, seats declined."""

    duties: int = 0
    hours: float = 0.0
    outside: float = 0.0
    night: float = 0.0
    weighted: float = 0.0
    pages: int = 0
    pages_outside: int = 0
    declined: int = 0
    share: float = 1.0

    @property
    def even(self) -> float:
        """Weighted hours against the share of a full week that they work."""
        return self.weighted / self.share


def section(session: Session, asked: Asked) -> Section:
    """The section as it was asked for."""
    staff = [user for user in people.staff(session) if user.team is not None]
    loads = _loads(session, asked, staff)
    done = sum(one.duties for one in loads.values())
    declined = sum(one.declined for one in loads.values())
    pages = sum(one.pages for one in loads.values())
    outside = sum(one.pages_outside for one in loads.values())
    return Section(
        "standby",
        "Standby",
        "Who carried what, how evenly, and how much of it at night?",
        [
            _sum("hours", "Standby hours", [one.hours for one in loads.values()], done),
            share("declined", "Seats declined", declined, declined + done),
            share("pages_outside", "Pages out of hours", outside, pages),
        ],
        [_chart(staff, loads)],
        [_people(staff, loads), _teams(staff, loads)],
        (
            "Duties at cutovers that are done; rehearsals weigh nothing. Weighted hours count those "
            "outside working hours twice, a backup's half and a shadow's a quarter, held against "
            "the share of a full week that somebody works.",
            "Night is 22:00 to 06:00 on the person's own clock. A page counts once for each person "
            "it called; out of hours where the first call was.",
        ),
    )


def _loads(session: Session, asked: Asked, staff: Sequence[User]) -> dict[int, Load]:
    loads = {user.id: Load() for user in staff}
    known = {user.id: user for user in staff}
    _duties(session, asked, known, loads)
    _pages(session, asked, known, loads)
    query = select(Declined.user_id, func.count()).join(Cutover, Cutover.id == Declined.cutover_id)
    query = query.where(Declined.at >= asked.start, Declined.at < asked.end)
    query = query.where(*within(Cutover.turnup_id, asked), Cutover.practice.is_(False))
    for user_id, count in session.execute(query.group_by(Declined.user_id)):
        if user_id in loads:
            loads[user_id].declined = count
    end = min(asked.end, clock.now())
    if asked.start < end:
        off = spans_off(session, staff, asked.start, end)
        for user in staff:
            away = [*off[user.id][0], *off[user.id][1]]
            loads[user.id].share = availability(working_of(user), away, asked.start, end)
    return loads


def _duties(
    session: Session, asked: Asked, known: Mapping[int, User], loads: Mapping[int, Load]
) -> None:
    query = (
        select(Seat.user_id, Seat.role, Cutover.starts_at, Cutover.ends_at)
        .join(Roster, Seat.roster_id == Roster.id)
        .join(Cutover, Roster.cutover_id == Cutover.id)
        .where(Seat.state == "accepted", Cutover.state == "done", Cutover.practice.is_(False))
        .where(Cutover.starts_at >= asked.start, Cutover.starts_at < asked.end)
        .where(*within(Cutover.turnup_id, asked))
    )
    weighed: dict[tuple[int, str, datetime, datetime], tuple[Burden, float]] = {}
    for user_id, role, start, end in session.execute(query):
        user = known.get(user_id or 0)
        if user is None:
            continue  # they have left
        key = (user.id, role, start, end)
        if key not in weighed:
            night = night_hours(user.timezone, start, end)
            weighed[key] = burden(role, working_of(user), start, end), night
        load, (one, night) = loads[user.id], weighed[key]
        load.duties += 1
        load.hours += one.hours
        load.outside += one.outside
        load.weighted += one.weighted
        load.night += night


def _pages(
    session: Session, asked: Asked, known: Mapping[int, User], loads: Mapping[int, Load]
) -> None:
    query = select(Call.user_id, Call.page_id, func.min(Call.at)).join(Page)
    query = query.where(Call.at >= asked.start, Call.at < asked.end)
    if asked.narrowed:
        streams = select(literal("cutover:") + cast(Cutover.id, String))
        query = query.where(Page.subject.in_(streams.where(*within(Cutover.turnup_id, asked))))
    rows = session.execute(query.group_by(Call.user_id, Call.page_id))
    for user_id, _page, at in rows:
        if (user := known.get(user_id)) is not None:
            loads[user_id].pages += 1
            loads[user_id].pages_outside += not works_at(working_of(user), at)


def _sum(key: str, name: str, values: Sequence[float], of: int) -> Figure:
    return Figure(key, name, sum(values) if of else None, "hours", of)


def _people(staff: Sequence[User], loads: Mapping[int, Load]) -> Table:
    columns = (
        Column("person", "Person"),
        Column("team", "Team"),
        Column("duties", "Duties", "count"),
        Column("hours", "Hours", "hours"),
        Column("outside", "Out of hours", "hours"),
        Column("night", "At night", "hours"),
        Column("even", "Weighted", "hours"),
        Column("pages", "Pages", "count"),
        Column("pages_outside", "of them out of hours", "count"),
        Column("declined", "Declined", "count"),
    )
    lines = []
    for user in sorted(staff, key=lambda one: (one.team_key, -loads[one.id].even, one.name)):
        one = loads[user.id]
        hours = (one.hours, one.outside, one.night, one.even)
        cells = (user.name, _team(user), one.duties, *hours)
        ends = (one.pages, one.pages_outside, one.declined)
        lines.append(Line((*cells, *ends), f"/people/{user.id}"))
    return Table("people", "What each person carried", columns, lines)


def _teams(staff: Sequence[User], loads: Mapping[int, Load]) -> Table:
    carrying: dict[str, list[float]] = defaultdict(list)
    for user in staff:
        if not user.trainee:
            carrying[_team(user)].append(loads[user.id].even)
    lines = []
    for team, evens in sorted(carrying.items()):
        if not any(evens):
            continue
        low, high = bootstrap(evens, gini) or (None, None)
        spread = max(evens) - min(evens)
        lines.append(Line((team, len(evens), fmean(evens), spread, gini(evens), low, high)))
    columns = (
        Column("team", "Team"),
        Column("people", "People", "count"),
        Column("mean", "Weighted hours, mean", "hours"),
        Column("spread", "Most less least", "hours"),
        Column("gini", "Unevenness, 0 to 1", "ratio"),
        Column("gini_low", "from", "ratio"),
        Column("gini_high", "to", "ratio"),
    )
    method = (
        "Unevenness is Gini's coefficient of the weighted hours of a team, trainees aside; from and "
        "to by a bootstrap of 400 draws with a fixed seed, from six people on."
    )
    return Table("teams", "How evenly each team carries", columns, lines, method)


def _chart(staff: Sequence[User], loads: Mapping[int, Load]) -> Chart:
    bars = []
    for user in sorted(staff, key=lambda one: (-loads[one.id].hours, one.name))[:20]:
        one = loads[user.id]
        if one.hours:
            day = max(0.0, one.outside - one.night)
            parts = (max(0.0, one.hours - day - one.night), day, one.night)
            said = f"{one.hours:.1f} h, {one.outside:.1f} out of hours, {one.night:.1f} at night"
            bars.append(Bar(user.name, parts, said))
    legend = ("in working hours", "other hours outside", "at night")
    return Chart("Standby hours, the 20 who carried most", legend, bars, "people")


def _team(user: User) -> str:
    return user.team.name if user.team else ""
