"""Reads of outreaches, settings, mutes and watches that are worth a name."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.customers.models import Customer, Turnup
from onboarding.customers.queries import people_of
from onboarding.errors import NotFound
from onboarding.outreach.models import OriginWatch, Outreach, OutreachMute, OutreachSetting
from onboarding.outreach.sources import LIVE
from onboarding.outreach.states import OPEN
from onboarding.people import queries as people
from onboarding.people.models import Team, User

PAGE = 50
SENDERS = ("account_manager", "support")


@dataclass(frozen=True)
class Wanted:
    """What the list is asked for: a state ("open" for all that wait for somebody, "" for any), a
    kind, whose to send, of one customer; `page` from 1."""

    state: str = "open"
    kind: str = ""
    sender: int | None = None
    customer: int | None = None
    page: int = 1


def get(session: Session, outreach_id: int, *, lock: bool = False) -> Outreach:
    """One outreach, its row locked if asked. Raises NotFound."""
    query = select(Outreach).where(Outreach.id == outreach_id)
    if lock:
        query = query.with_for_update(of=Outreach).execution_options(populate_existing=True)
    found = session.scalar(query)
    if found is None:
        raise NotFound("There is no such outreach", hint="see /outreach")
    return found


def listed(session: Session, wanted: Wanted) -> tuple[Sequence[Outreach], int]:
    """A page of what is wanted, what waits for somebody first, then the newest; how many there are
    in all. What is put off is last of what is open."""
    now = clock.now()
    query = _filtered(select(Outreach), wanted)
    order = (
        Outreach.state.in_(OPEN).desc(),
        and_(Outreach.snoozed_until.is_not(None), Outreach.snoozed_until > now),
        Outreach.opened_at.desc(),
        Outreach.id.desc(),
    )
    rows = session.scalars(
        query.order_by(*order).limit(PAGE).offset((wanted.page - 1) * PAGE)
    ).all()
    count = session.scalar(_filtered(select(func.count(Outreach.id)), wanted)) or 0
    return rows, count


def _filtered(query: Select[Any], wanted: Wanted) -> Select[Any]:
    if wanted.state == "open":
        query = query.where(Outreach.state.in_(OPEN))
    elif wanted.state:
        query = query.where(Outreach.state == wanted.state)
    if wanted.kind:
        query = query.where(Outreach.kind == wanted.kind)
    if wanted.sender is not None:
        query = query.where(Outreach.sender_id == wanted.sender)
    if wanted.customer is not None:
        query = query.where(Outreach.customer_id == wanted.customer)
    return query


def of_turnup(session: Session, turnup_id: int, limit: int = 5) -> Sequence[Outreach]:
    """The last outreaches about a turn-up, the newest first."""
    query = select(Outreach).where(Outreach.turnup_id == turnup_id)
    return session.scalars(query.order_by(Outreach.id.desc()).limit(limit)).all()


def of_customer(session: Session, customer_id: int, limit: int = 5) -> Sequence[Outreach]:
    """The last outreaches to a customer, the newest first."""
    query = select(Outreach).where(Outreach.customer_id == customer_id)
    return session.scalars(query.order_by(Outreach.id.desc()).limit(limit)).all()


def told_to(session: Session, customer_id: int, limit: int = 3) -> Sequence[Outreach]:
    """The last that a customer was told, the newest first."""
    query = select(Outreach).where(
        Outreach.customer_id == customer_id, Outreach.sent_at.is_not(None)
    )
    return session.scalars(query.order_by(Outreach.id.desc()).limit(limit)).all()


def holding(session: Session, holds: str) -> Outreach | None:
    """What was opened about `holds` and has not ended; its row locked."""
    query = select(Outreach).where(Outreach.holds == holds)
    query = query.with_for_update(of=Outreach).execution_options(populate_existing=True)
    return session.scalar(query)


def lasting(session: Session, turnup_ids: Collection[int]) -> dict[int, Outreach]:
    """The trouble that lasts, by turn-up."""
    keys = [f"trouble:{turnup_id}" for turnup_id in turnup_ids]
    found = session.scalars(select(Outreach).where(Outreach.holds.in_(keys)))
    return {one.turnup_id: one for one in found}


def watch_of(session: Session, turnup_id: int) -> OriginWatch | None:
    """How the turn-up's origin is watched; None where it is not."""
    return session.get(OriginWatch, turnup_id)


def unseen(session: Session) -> Sequence[OriginWatch]:
    """Watches whose figures are missing, longest first."""
    query = select(OriginWatch).where(OriginWatch.problem_since.is_not(None))
    return session.scalars(query.order_by(OriginWatch.problem_since)).all()


def unwatched(session: Session, limit: int = 20) -> tuple[Sequence[Turnup], int]:
    """The first live turn-ups of customers of whom nothing is watched, and how many those are."""
    seen = select(Turnup.customer_id).join(OriginWatch, OriginWatch.turnup_id == Turnup.id)
    mine = (
        ~Turnup.practice,
        Turnup.archived_at.is_(None),
        Turnup.stage.in_(LIVE),
        Turnup.customer_id.not_in(seen),
    )
    first = select(Turnup).where(*mine).order_by(Turnup.entered_at.desc(), Turnup.id).limit(limit)
    count = session.scalar(select(func.count(Turnup.id)).where(*mine)) or 0
    return session.scalars(first).unique().all(), count


def watched(session: Session) -> int:
    """How many origins are watched."""
    return session.scalar(select(func.count(OriginWatch.turnup_id))) or 0


def setting_of(session: Session, customer_id: int) -> OutreachSetting:
    """How the customer is spoken to; the defaults (a row of no session) where nobody chose."""
    found = session.get(OutreachSetting, customer_id)
    default = OutreachSetting(
        customer_id=customer_id, automatic=False, sender="account_manager", language=""
    )
    return found or default


def mutes(session: Session, customer_id: int) -> Sequence[OutreachMute]:
    """Mutes that last."""
    query = select(OutreachMute).where(
        OutreachMute.customer_id == customer_id,
        OutreachMute.until > clock.now(),
        OutreachMute.ended_at.is_(None),
    )
    return session.scalars(query.order_by(OutreachMute.until)).all()


def muted(session: Session, customer_id: int, signal: str) -> bool:
    """Whether nothing is to be opened about this signal now."""
    return any(one.signal in ("", signal) for one in mutes(session, customer_id))


def sender(session: Session, customer: Customer, setting: OutreachSetting) -> User | None:
    """Who should send it now: the account manager, unless support is to or the manager is away;
    then whoever of support is on shift, else anyone of support, else the manager all the same."""
    now = clock.now()
    away = people.away(session, now)
    manager = customer.account_manager
    there = manager is not None and manager.active and manager.id not in away
    if setting.sender == "account_manager" and there:
        return manager
    team = select(User).join(Team, Team.id == User.team_id)
    team = team.where(Team.key == "support", User.active, User.role != "customer")
    present = [one for one in session.scalars(team.order_by(User.id)) if one.id not in away]
    on = people.on_shift(session, now)
    return next((one for one in present if one.id in on), next(iter(present), manager))


def readers(session: Session, customer: Customer) -> Sequence[User]:
    """Those of the customer who are written to."""
    return people_of(session, customer)


def found_within(
    session: Session, since: datetime, until: datetime, *only: ColumnElement[bool]
) -> Sequence[Outreach]:
    """Trouble that was found in that time; `only` such as these conditions let through."""
    query = select(Outreach).where(Outreach.kind == "trouble")
    query = query.where(Outreach.opened_at >= since, Outreach.opened_at < until, *only)
    return session.scalars(query.order_by(Outreach.id)).all()
