"""The roster problem of one cutover, read from the tables, as the document of `turnup roster solve`."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from onboarding.clock import iso
from onboarding.customers.models import Turnup
from onboarding.cutovers.models import Cutover
from onboarding.people.models import Shift, Team, User
from onboarding.rosters.candidates import NEAR, candidates
from onboarding.rosters.models import HOLDING, Choice, Declined, Roster, Seat
from onboarding.rosters.terms import ROLES, Assignment
from onboarding.rosters.windows import REST

KNOWN = timedelta(days=365)
"""How long a customer knows whoever stood by for them."""


def document(session: Session, cutover: Cutover, weighed: Choice | None = None) -> dict[str, Any]:
    """The problem: everybody on a standby team, the rotation, and two weeks of other duties, which
    are there as places that must stay as they are (`pinned`), as are this cutover's accepted ones;
    duties just done are among them for as long as their people rest.

    Accepted places that their team needs no longer are not among them. Names that were pinned or barred by agreement bind, and `weighed` as if it were agreed; they go
    before an acceptance of the same seat, or by the same person.
    """
    people = standby_people(session)
    since, until = cutover.starts_at - NEAR, cutover.ends_at + NEAR
    able = {(user.id, user.team_key) for user in people}
    known = {user.id for user in people}
    others = [
        (seat, other)
        for seat, other in _other_duties(session, cutover, since, until)
        if (seat.user_id, seat.team) in able  # who has left or moved team is no name to the solver
    ]
    staffing = _to_staff(cutover, session)
    room = Counter({(need["team"], need["role"]): need["count"] for need in staffing["needs"]})
    accepted = [seat for seat in _seats(session, cutover.id) if seat.state == "accepted"]
    choices = [
        c
        for c in _choices(session, cutover.id, weighed)
        if (c.user_id, c.team) in able and (c.kind == "bar" or room[c.team, c.role])
    ]
    chosen = {(c.team, c.role) for c in choices if c.kind == "pin"}
    named = {c.user_id for c in choices}
    own = [
        seat
        for seat in accepted
        if (seat.user_id, seat.team) in able
        and (seat.team, seat.role) not in chosen
        and seat.user_id not in named
    ]
    return {
        "people": candidates(
            session,
            people,
            cutover.starts_at,
            cutover.ends_at,
            {other.id for _, other in others if other.state == "done"},
        ),
        "shifts": _shifts(session, people, since, until),
        "cutovers": [staffing, *_staffed(others, cutover.starts_at)],
        "faces": _faces(session, cutover, known),
        "declined": [
            {"cutover": str(row.cutover_id), "person": str(row.user_id)}
            for row in session.scalars(select(Declined).where(Declined.cutover_id == cutover.id))
            if row.user_id in known  # nobody asks the others anyway
        ],
        "pinned": [
            *(_place(seat, c) for seat, c in others),
            *(_place(s, cutover) for s in _needed(own, room)),
            *(_chosen(c) for c in choices if c.kind == "pin"),
        ],
        "barred": [
            {"cutover": str(cutover.id), "person": str(c.user_id)}
            for c in choices
            if c.kind == "bar"
        ],
    }


def _choices(session: Session, cutover_id: int, weighed: Choice | None) -> list[Choice]:
    query = select(Choice).where(Choice.cutover_id == cutover_id, Choice.state == "agreed")
    found = list(session.scalars(query.order_by(Choice.id)).unique())
    return found if weighed is None else [*(c for c in found if c.id != weighed.id), weighed]


def _needed(seats: Sequence[Seat], room: Counter[tuple[str, str]]) -> list[Seat]:
    """As many of `seats` as `room` has of each team and role, who said yes first before the others."""
    left = Counter(room)
    found = []
    for seat in sorted(
        seats, key=lambda seat: (seat.answered_at is None, seat.answered_at, seat.id)
    ):
        if left[seat.team, seat.role] > 0:
            left[seat.team, seat.role] -= 1
            found.append(seat)
    return found


def _chosen(choice: Choice) -> dict[str, Any]:
    return {
        "cutover": str(choice.cutover_id),
        "team": choice.team,
        "role": choice.role,
        "person": str(choice.user_id),
    }


def only_busy(problem: dict[str, Any]) -> dict[str, Any]:
    """`problem` with the duties elsewhere as times when their people are away."""
    own = problem["cutovers"][0]["id"]
    window = {one["id"]: [one["start"], one["end"]] for one in problem["cutovers"]}
    elsewhere = [place for place in problem["pinned"] if place["cutover"] != own]
    busy = [(place["person"], window[place["cutover"]]) for place in elsewhere]
    return {
        **problem,
        "people": [
            {**one, "away": [*one["away"], *(span for who, span in busy if who == one["id"])]}
            for one in problem["people"]
        ],
        "cutovers": problem["cutovers"][:1],
        "pinned": [place for place in problem["pinned"] if place["cutover"] == own],
    }


def without_pins(problem: dict[str, Any], places: Collection[Assignment]) -> dict[str, Any]:
    """`problem` with none of `places` pinned."""
    gone = [asdict(place) for place in places]
    return {**problem, "pinned": [place for place in problem["pinned"] if place not in gone]}


def standby_people(session: Session) -> Sequence[User]:
    """Whoever may have a seat: the people of the teams that stand by."""
    query = select(User).join(Team, User.team_id == Team.id)
    query = query.where(Team.on_standby, User.active, User.role != "customer")
    return session.scalars(query.order_by(User.id)).unique().all()


def _seats(session: Session, cutover_id: int) -> Sequence[Seat]:
    query = select(Seat).join(Roster, Seat.roster_id == Roster.id)
    return session.scalars(query.where(Roster.cutover_id == cutover_id)).unique().all()


def _other_duties(
    session: Session, cutover: Cutover, since: datetime, until: datetime
) -> list[tuple[Seat, Cutover]]:
    """The places held elsewhere, with their cutovers: booked ones and those that run, and done ones
    that ended within the rest before this one."""
    lately = and_(Cutover.starts_at < cutover.starts_at, Cutover.ends_at > cutover.starts_at - REST)
    query = (
        select(Seat, Cutover)
        .join(Roster, Seat.roster_id == Roster.id)
        .join(Cutover, Roster.cutover_id == Cutover.id)
        .where(Seat.state.in_(HOLDING), Seat.user_id.is_not(None), Cutover.id != cutover.id)
        .where(
            or_(
                Cutover.state.in_(("booked", "running")),
                and_(Cutover.state == "done", Seat.state == "accepted", lately),
            )
        )
        .where(Cutover.starts_at < until, Cutover.ends_at > since)
    )
    if not cutover.practice:  # a rehearsal keeps nobody from a real flip
        query = query.where(Cutover.practice.is_(False))
    return [(seat, other) for seat, other in session.execute(query).unique()]


def _faces(session: Session, cutover: Cutover, able: Collection[int]) -> list[dict[str, str]]:
    """Who of `able` stood by for the same customer in the year before, in flips that are done."""
    query = (
        select(Seat.user_id)
        .join(Roster, Seat.roster_id == Roster.id)
        .join(Cutover, Roster.cutover_id == Cutover.id)
        .join(Turnup, Cutover.turnup_id == Turnup.id)
        .where(Turnup.customer_id == cutover.turnup.customer_id, Cutover.id != cutover.id)
        .where(Cutover.state == "done", Seat.state == "accepted", Seat.user_id.in_(able))
        .where(Cutover.ends_at > cutover.starts_at - KNOWN)
    )
    if not cutover.practice:
        query = query.where(Cutover.practice.is_(False))
    customer = str(cutover.turnup.customer_id)
    people = session.scalars(query.distinct().order_by(Seat.user_id))
    return [{"customer": customer, "person": str(number)} for number in people]


def _shifts(
    session: Session, people: Iterable[User], since: datetime, until: datetime
) -> list[dict[str, Any]]:
    teams = {user.id: user.team_key for user in people}
    query = select(Shift).where(Shift.starts_at < until, Shift.ends_at > since)
    return [
        {
            "team": teams[shift.user_id],
            "person": str(shift.user_id),
            "start": iso(shift.starts_at),
            "end": iso(shift.ends_at),
        }
        for shift in session.scalars(query)
        if shift.user_id in teams
    ]


def _to_staff(cutover: Cutover, session: Session) -> dict[str, Any]:
    needs = [need for team in standby_teams(session) for need in needs_of(team)]
    return {**_window(cutover), "needs": needs}


def standby_teams(session: Session) -> Sequence[Team]:
    """The teams that stand by, in the order they were made."""
    return session.scalars(select(Team).where(Team.on_standby).order_by(Team.id)).all()


def needs_of(team: Team) -> list[dict[str, Any]]:
    """What a flip needs of `team`: one primary and one backup, unless the team says otherwise."""
    said: dict[str, Any] = team.needs or {"primary": {}, "backup": {}}
    return [
        {
            "team": team.key,
            "role": role,
            "count": said[role].get("count", 1),
            "skills": said[role].get("skills", []),
        }
        for role in ROLES
        if role in said and said[role].get("count", 1)
    ]


def _staffed(others: list[tuple[Seat, Cutover]], start: datetime) -> list[dict[str, Any]]:
    """The other cutovers with just the seats that are filled: nothing there is solved again. One
    that is done was over by `start`, whatever it was booked for."""
    windows = {cutover.id: cutover for _, cutover in others}
    filled: dict[int, Counter[tuple[str, str]]] = {number: Counter() for number in windows}
    for seat, cutover in others:
        filled[cutover.id][seat.team, seat.role] += 1
    return [
        {
            **_window(cutover),
            **({"end": iso(min(cutover.ends_at, start))} if cutover.state == "done" else {}),
            "needs": [
                {"team": team, "role": role, "count": count, "skills": []}
                for (team, role), count in filled[number].items()
            ],
        }
        for number, cutover in windows.items()
    ]


def _window(cutover: Cutover) -> dict[str, Any]:
    return {
        "id": str(cutover.id),
        "title": cutover.title,
        "customer": str(cutover.turnup.customer_id),
        "start": iso(cutover.starts_at),
        "end": iso(cutover.ends_at),
    }


def _place(seat: Seat, cutover: Cutover) -> dict[str, Any]:
    return {
        "cutover": str(cutover.id),
        "team": seat.team,
        "role": seat.role,
        "person": str(seat.user_id),
    }
