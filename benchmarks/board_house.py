"""A house with many customers for `benchmarks.board`, written straight into the tables.

Every customer has a turn-up with the CDN turn-up's whole checklist, its hostnames, goals, stage
entries, a forecast, and streams in the trail that the board's follower has read; from the stage
`forecast` on a booked cutover with seats and votes. One in eight is in each stage; what earlier
stages ask for is done. Rows go in by the thousand, items by one statement from a pattern.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import case, insert, literal, select, update
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.board.summaries import FOLLOWER
from onboarding.checklists import actions as checklists
from onboarding.checklists.models import Checklist, ChecklistItem
from onboarding.customers.models import Customer, Goal, Hostname, StageEntry, Turnup
from onboarding.customers.stages import STAGES
from onboarding.cutovers.models import Cutover
from onboarding.db import db, transaction
from onboarding.forecasts.models import Signoff, TrafficForecast, TrafficHistory
from onboarding.people.actions import add_user, ensure_teams
from onboarding.readiness.models import Vote
from onboarding.rosters.models import Roster, Seat
from onboarding.trail.log import SYSTEM
from onboarding.trail.models import Cursor, Entry, Stream

TEMPLATE = "cdn-turn-up"
MANAGERS = 20
AT_ONCE = 2000
TEAMS = ("support", "ops", "neteng", "engineering")


def fill(customers: int, email: str, password: str) -> None:
    """The people (the first account manager signs in with `email`), then the customers."""
    with transaction() as session:
        ensure_teams(session)
        managers = [
            add_user(
                session,
                SYSTEM,
                email=email if number == 0 else f"manager{number}@example.com",
                name=f"Manager {number}",
                role="account_manager",
                password=password,
                team="account_management",
            ).id
            for number in range(MANAGERS)
        ]
    for start in range(1, customers + 1, AT_ONCE):
        with transaction() as session:
            numbers = range(start, min(start + AT_ONCE, customers + 1))
            _turnups(session, numbers, managers)
            _plans(session, numbers, managers[0])
    with transaction() as session:
        _checklists(session)
        _streams(session)
    _analyze()


def _stage(number: int) -> str:
    return STAGES[number % len(STAGES)]


def _put(session: Session, table: type, rows: Iterator[dict[str, Any]]) -> None:
    session.execute(insert(table), list(rows))


def _turnups(session: Session, numbers: Sequence[int], managers: Sequence[int]) -> None:
    """Customers and turn-ups with the same ids, entered between now and a year ago."""
    now = clock.now()
    day = timedelta(days=1)
    entered = {n: now - (n * 37 % 40) * day / 2 - timedelta(minutes=n % 1000) for n in numbers}
    _put(
        session,
        Customer,
        (
            {
                "id": n,
                "slug": f"customer-{n}",
                "name": f"Customer {n}",
                "account_manager_id": managers[n % len(managers)],
                "created_at": entered[n] - 90 * day,
            }
            for n in numbers
        ),
    )
    _put(
        session,
        Turnup,
        (
            {
                "id": n,
                "customer_id": n,
                "name": f"Customer {n}",
                "stage": _stage(n),
                "entered_at": entered[n],
                "created_at": entered[n] - 90 * day,
            }
            for n in numbers
        ),
    )
    _put(
        session,
        StageEntry,
        (
            {
                "turnup_id": n,
                "stage": stage,
                "entered_at": entered[n] - (n % len(STAGES) - at) * 10 * day,
                "left_at": entered[n] - (n % len(STAGES) - at - 1) * 10 * day
                if at < n % len(STAGES)
                else None,
            }
            for n in numbers
            for at, stage in enumerate(STAGES[: n % len(STAGES) + 1])
        ),
    )
    names = ("www", "img", "api")
    _put(
        session,
        Hostname,
        ({"turnup_id": n, "name": f"{w}.customer-{n}.example"} for n in numbers for w in names),
    )
    _put(
        session,
        Goal,
        ({"turnup_id": n, "kind": "offload", "words": "less", "figure": 90.0} for n in numbers),
    )


def _plans(session: Session, numbers: Sequence[int], user: int) -> None:
    """A forecast for each, and from the stage `forecast` on a cutover with its seats and votes."""
    now = clock.now()
    own = {"uploaded_by": user, "created_at": now, "starts_at": now}
    _put(
        session,
        TrafficHistory,
        (
            {"id": n, "turnup_id": n, "name": "h", "values": [1.0], "filled": 0, **own}
            for n in numbers
        ),
    )
    known = {"version": 1, "horizon": 48, "state": "done", "asked_by": user, "created_at": now}
    fits = {"fit": {"verdict": "fits"}, **known}
    _put(
        session,
        TrafficForecast,
        ({"id": n, "turnup_id": n, "history_id": n, **fits} for n in numbers),
    )
    signed = {"user_id": user, "at": now}
    _put(
        session,
        Signoff,
        ({"forecast_id": n, "team": team, **signed} for n in numbers for team in ("ops", "neteng")),
    )
    booked = [n for n in numbers if n % len(STAGES) >= STAGES.index("forecast")]
    over = STAGES.index("live")
    _put(session, Cutover, (_cutover(n, user, n % len(STAGES) >= over) for n in booked))
    _put(session, Roster, ({"id": n, "cutover_id": n, "state": "solved"} for n in booked))
    _put(
        session,
        Seat,
        (
            {"roster_id": n, "team": t, "role": role, "user_id": user, "state": "accepted"}
            for n in booked
            for t in TEAMS
            for role in ("primary", "backup")
        ),
    )
    word = {"user_id": user, "go": True, "fingerprint": "x", "at": now}
    _put(session, Vote, ({"cutover_id": n, "team": t, **word} for n in booked for t in TEAMS))


def _cutover(number: int, user: int, over: bool) -> dict[str, Any]:
    now = clock.now()
    away = timedelta(days=number % 50 + 2)
    starts = now - away if over else now + away
    return {
        "id": number,
        "turnup_id": number,
        "title": "Flip",
        "starts_at": starts,
        "ends_at": starts + timedelta(hours=3),
        "state": "done" if over else "booked",
        "switch": {"kind": "manual", "config": {}},
        "metrics": {"kind": "push", "config": {}},
        "booked_by": user,
        "created_at": now,
    }


def _checklists(session: Session) -> None:
    """The first turn-up's as anybody starts one; all others are copies of it, item by item."""
    pattern = checklists.start(session, SYSTEM, session.get_one(Turnup, 1), TEMPLATE)
    session.flush()
    rest = select(Turnup.id).where(Turnup.id != 1).order_by(Turnup.id)
    same = {"template": pattern.template, "version": pattern.version, "facts": pattern.facts}
    _put(session, Checklist, ({"turnup_id": n, **same} for n in session.scalars(rest)))
    own = [
        c
        for c in ChecklistItem.__table__.columns
        if c.name not in ("id", "checklist_id", "state", "settled_at", "settled_by")
    ]
    place = {stage: at for at, stage in enumerate(STAGES)}
    here = case(place, value=Turnup.stage)
    done = case(place, value=ChecklistItem.stage) < here
    user = session.scalar(select(Customer.account_manager_id).limit(1))
    copies = (
        select(
            Checklist.id,
            case((done, "done"), else_="open"),
            case((done, literal(clock.now(), ChecklistItem.settled_at.type)), else_=None),
            case((done, user), else_=None),
            *own,
        )
        .select_from(Checklist)
        .join(Turnup, Turnup.id == Checklist.turnup_id)
        .join(ChecklistItem, ChecklistItem.checklist_id == pattern.id)
        .where(Checklist.id != pattern.id)
    )
    names = ["checklist_id", "state", "settled_at", "settled_by", *(column.name for column in own)]
    session.execute(insert(ChecklistItem).from_select(names, copies))
    of_cutover = select(Cutover.starts_at).where(Cutover.turnup_id == Checklist.turnup_id)
    session.execute(update(Checklist).values(cutover_at=of_cutover.scalar_subquery()))


def _streams(session: Session) -> None:
    """One entry in the stream of each customer and cutover, read by the board's follower."""
    there = set(session.scalars(select(Stream.name)))
    names = [f"customer:{n}" for n in session.scalars(select(Customer.id))]
    names += [f"cutover:{n}" for n in session.scalars(select(Cutover.id))]
    _put(session, Stream, ({"name": n, "number": 1} for n in names if n not in there))
    said = {"number": 1, "at": clock.now(), "actor": "system", "source": "cli", "kind": "x"}
    told = {**said, "payload": {}, "personal": None, "salt": None, "mac": ""}
    new = select(Stream.id).outerjoin(Entry, Entry.stream_id == Stream.id).where(Entry.id.is_(None))
    _put(session, Entry, ({"stream_id": number, **told} for number in session.scalars(new)))
    heads = session.execute(select(Stream.id, Stream.number)).all()
    _put(
        session,
        Cursor,
        ({"follower": FOLLOWER, "stream_id": s, "number": n} for s, n in heads),
    )


def _analyze() -> None:
    """Statistics for the planner, as autovacuum and `PRAGMA optimize` keep them."""
    with db.engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")
