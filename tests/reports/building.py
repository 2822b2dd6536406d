"""A past to report on, written straight into the tables."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import object_session

from onboarding import clock
from onboarding.checklists.documents import item_document
from onboarding.checklists.models import Checklist, ChecklistItem
from onboarding.checklists.template import Item
from onboarding.customers.actions import sign_up
from onboarding.customers.models import Customer, StageEntry, Turnup
from onboarding.customers.stages import STAGES
from onboarding.cutovers.models import Cutover, Step
from onboarding.db import transaction
from onboarding.forecasts.models import Site, SiteShare
from onboarding.paging.models import Call, Page
from onboarding.rosters.models import Declined, Roster, Seat
from tests.cast import Cast

DAY = timedelta(days=1)


def way(
    name: str,
    days: Sequence[float],
    *,
    level: str = "guided",
    manager: int | None = None,
    practice: bool = False,
    back: bool = False,
) -> int:
    """A turn-up that was so many days in each of the first stages, and then went on, now; `back`:
    once more in `config` before. Of its two items in `config`, ops settled one after a fifth of the
    stay, and the customer the other after four fifths; the id."""
    now = clock.now()
    stays = list(zip(STAGES, days, strict=False))
    if back:
        stays = [("signup", 0.0), ("config", 0.5), ("signup", 0.0), *stays[1:]]
    at = began = now - sum(length for _, length in stays) * DAY - timedelta(minutes=5)
    with transaction() as session:
        customer = Customer(slug=name.lower(), name=name, help_level=level, created_at=began)
        customer.account_manager_id = manager
        turnup = Turnup(customer=customer, name=name, created_at=began, practice=practice)
        turnup.stage, turnup.entered_at = STAGES[len(days)], now
        session.add(turnup)
        session.flush()
        for stage, length in stays:
            left = at + length * DAY
            entry = StageEntry(turnup_id=turnup.id, stage=stage, entered_at=at, left_at=left)
            session.add(entry)
            if stage == "config":
                _checklist(turnup, at, length)
            at = left
        session.add(StageEntry(turnup_id=turnup.id, stage=turnup.stage, entered_at=at))
        return turnup.id


def _checklist(turnup: Turnup, at: datetime, length: float) -> None:
    if length < 1:
        return
    rows = []
    for position, (owner, part) in enumerate((("ops", 0.2), ("support", 0.8))):
        item = Item(f"i{position}", "config", owner, "Do it", "Because.", required=True)
        if owner == "support":  # which the customer does at this level of help
            given = turnup.customer.help_level
            item = Item(**{**vars(item), "owner_at": ((given, "customer"),)})
        row = ChecklistItem(key=item.id, position=position, definition=item_document(item))
        row.stage, row.owner, row.state = "config", owner, "done" if position else "waived"
        row.settled_at = at + part * length * DAY
        rows.append(row)
    made = Checklist(turnup_id=turnup.id, template="cdn", version=3, items=rows)
    session = object_session(turnup)
    assert session is not None
    session.add(made)


def flipped(cast: Cast, turnup_id: int, picked: Sequence[dict[str, Any]]) -> None:
    """Its first flip is done, in steps that pick so."""
    now = clock.now()
    with transaction() as session:
        cutover = Cutover(turnup_id=turnup_id, title="Flip", state="done", practice=False)
        cutover.starts_at, cutover.ends_at = now - DAY, now - DAY / 2
        cutover.switch, cutover.metrics = {"kind": "manual", "config": {}}, {"kind": "push"}
        cutover.booked_by, cutover.created_at = cast["ann"], now - 3 * DAY
        cutover.steps = [
            Step(position=place, share=100.0, hold_s=60, selector=one)
            for place, one in enumerate(picked)
        ]
        session.add(cutover)


def lands(turnup_id: int, place: str, region: str) -> None:
    """All its traffic goes to that site."""
    with transaction() as session:
        site = session.scalar(select(Site).where(Site.name == place))
        if site is None:
            site = Site(name=place, limit=1e6, base_load=0.0, region=region)
            session.add(site)
            session.flush()
        session.add(SiteShare(turnup_id=turnup_id, site_id=site.id, share=1.0))


def stood_by(cast: Cast, start: datetime, **roles: str) -> int:
    """A real cutover that went on for four hours from `start`, with these on its seats; its id."""
    with transaction() as session:
        row, turnup, _user = sign_up(
            session,
            company=f"Flipped {start:%d %H}",
            name="Cora",
            email=f"cora@{start:%d%H}.example",
            password="correct horse battery",
            timezone="UTC",
            names=[f"www.{start:%d%H}.example"],
        )
        row.account_manager_id = cast["ann"]
        cutover = Cutover(turnup_id=turnup.id, title="Flip", state="done", practice=False)
        cutover.starts_at, cutover.ends_at = start, start + timedelta(hours=4)
        cutover.switch, cutover.metrics = {"kind": "manual", "config": {}}, {"kind": "push"}
        cutover.booked_by, cutover.created_at = cast["ann"], start - 3 * DAY
        session.add(cutover)
        session.flush()
        roster = Roster(cutover_id=cutover.id, state="solved")
        roster.seats = [
            Seat(team="ops", role=role, user_id=cast[name], state="accepted")
            for name, role in roles.items()
        ]
        session.add(roster)
        session.flush()
        return cutover.id


def called(user_id: int, at: datetime) -> None:
    """Somebody was paged, on two channels."""
    with transaction() as session:
        page = Page(key="k", subject="system", severity="urgent", text="Come", link="/")
        page.audience, page.wait_s, page.opened_by = [], 60, "system"
        page.opened_at = page.next_at = at
        page.calls = [
            Call(user_id=user_id, channel=channel, address="x", at=at, message_id=0)
            for channel in ("email", "webhook")
        ]
        session.add(page)


def declined(user_id: int, at: datetime) -> None:
    """Somebody said no to the first real cutover there is."""
    with transaction() as session:
        number = session.scalars(select(Cutover.id).order_by(Cutover.id)).first()
        session.add(Declined(cutover_id=number, user_id=user_id, reason="No", at=at))
