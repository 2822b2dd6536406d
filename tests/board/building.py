"""Many turn-ups at once, written straight into the tables, for tests of pages that show many."""

from datetime import timedelta

from sqlalchemy.orm import object_session

from onboarding import clock
from onboarding.checklists.documents import item_document
from onboarding.checklists.models import Checklist, ChecklistItem
from onboarding.checklists.template import Item
from onboarding.customers import actions, queries
from onboarding.customers.models import Customer, Goal, Hostname, Turnup
from onboarding.customers.stages import STAGES
from onboarding.cutovers.models import Cutover
from onboarding.db import transaction
from onboarding.forecasts.models import Signoff, TrafficForecast, TrafficHistory
from onboarding.readiness.models import Vote
from onboarding.rosters.models import Roster, Seat
from onboarding.trail.log import SYSTEM


def go_to(turnup_id: int, stage: str) -> None:
    """Move a turn-up on to `stage`, whatever the stages between demand."""
    with transaction() as session:
        found = queries.turnup(session, turnup_id)
        for to in STAGES[STAGES.index(found.stage) + 1 : STAGES.index(stage) + 1]:
            actions.move_stage(session, SYSTEM, found, to)


def turnups(stage: str, count: int, *, booked_by: int) -> None:
    """`count` turn-ups in `stage`, each with everything that the board looks at."""
    now = clock.now()
    with transaction() as session:
        for number in range(count):
            customer = Customer(
                slug=f"{stage}-{count}-{number}", name=f"{stage} {number}", created_at=now
            )
            turnup = Turnup(
                customer=customer, name=customer.name, stage=stage, entered_at=now, created_at=now
            )
            turnup.hostnames = [Hostname(name=f"www{number}.{stage}.example")]
            turnup.goals = [Goal(kind="feature", words="logs", figure=None, day=None)]
            session.add(turnup)
            session.flush()
            _checklist(turnup)
            _forecast(turnup, booked_by)
            _cutover(turnup, booked_by)


def _checklist(turnup: Turnup) -> None:
    item = Item("one", turnup.stage, "customer", "Do one thing", "Because.", required=True)
    row = ChecklistItem(
        key=item.id,
        position=0,
        definition=item_document(item),
        stage=item.stage,
        owner=item.owner,
    )
    checklist = Checklist(turnup_id=turnup.id, template="one", version=1, items=[row])
    object_session(turnup).add(checklist)  # type: ignore[union-attr]


def _forecast(turnup: Turnup, user_id: int) -> None:
    now = clock.now()
    session = object_session(turnup)
    assert session is not None
    history = TrafficHistory(
        turnup_id=turnup.id,
        name="h",
        starts_at=now,
        values=[1.0],
        filled=0,
        uploaded_by=user_id,
        created_at=now,
    )
    session.add(history)
    session.flush()
    forecast = TrafficForecast(
        turnup_id=turnup.id,
        history_id=history.id,
        version=1,
        horizon=48,
        state="done",
        fit={"verdict": "fits"},
        asked_by=user_id,
        created_at=now,
    )
    forecast.signoffs = [Signoff(team="ops", user_id=user_id, at=now)]
    session.add(forecast)


def _cutover(turnup: Turnup, user_id: int) -> None:
    now = clock.now()
    session = object_session(turnup)
    assert session is not None
    cutover = Cutover(
        turnup_id=turnup.id,
        title="Flip",
        starts_at=now + timedelta(days=1),
        ends_at=now + timedelta(days=1, hours=3),
        switch={},
        metrics={},
        booked_by=user_id,
        created_at=now,
    )
    session.add(cutover)
    session.flush()
    roster = Roster(cutover_id=cutover.id, state="solved")
    roster.seats = [Seat(team="ops", role="primary", user_id=user_id, state="accepted")]
    vote = Vote(
        cutover_id=cutover.id, team="ops", user_id=user_id, go=True, fingerprint="x", at=now
    )
    session.add_all([roster, vote])
