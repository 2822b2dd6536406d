"""Freezes: entered by people and programs, read from calendars, made of public holidays."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.clock import iso
from onboarding.customers.models import Customer
from onboarding.cutovers.models import Freeze
from onboarding.cutovers.voiding import void
from onboarding.errors import BadInput, NotFound, Refused
from onboarding.forecasts.queries import sites
from onboarding.trail.log import Actor, record


@dataclass(frozen=True)
class FreezeSaid:
    """What is said of a freeze. `region` and `customer_id` narrow it; `uid` is its name where it
    comes from: said again, it changes the freeze of that name."""

    name: str
    starts_at: datetime
    ends_at: datetime
    reason: str = ""
    region: str = ""
    customer_id: int | None = None
    uid: str = ""


def add_freeze(
    session: Session, actor: Actor, said: FreezeSaid, feed_id: int | None = None
) -> tuple[Freeze, str]:
    """The freeze, and "made", "changed" or "same". Raises BadInput at the field."""
    _check(session, said)
    freeze = _known(session, said.uid, feed_id)
    if freeze is not None and _said(freeze) == said:
        return freeze, "same"
    outcome = "made" if freeze is None else "changed"
    if freeze is not None and _held(_said(freeze)) != _held(said):
        void(session, actor, f"freeze:{freeze.id}")
    freeze = freeze or Freeze(feed_id=feed_id, uid=said.uid)
    freeze.name, freeze.reason = said.name, said.reason
    freeze.starts_at, freeze.ends_at = said.starts_at, said.ends_at
    freeze.region, freeze.customer_id = said.region, said.customer_id
    session.add(freeze)
    session.flush()
    session.expire(freeze, ["customer"])
    _note(session, actor, freeze, f"cutover.freeze{'' if outcome == 'made' else '_changed'}")
    return freeze, outcome


def remove_freeze(session: Session, actor: Actor, freeze_id: int) -> None:
    """Take a freeze away. Raises Refused for one that its calendar would bring back."""
    freeze = session.get(Freeze, freeze_id, with_for_update={"of": Freeze})
    if freeze is None:
        raise NotFound(f"There is no freeze {freeze_id}")
    if freeze.feed_id is not None or freeze.uid.startswith(HOLIDAY):
        raise Refused(
            f"{freeze.name!r} is read from a calendar",
            hint="take it out there, or let a turn-up through",
        )
    drop_freeze(session, actor, freeze)


def drop_freeze(session: Session, actor: Actor, freeze: Freeze) -> None:
    """The freeze is no more: its source does not name it any longer."""
    void(session, actor, f"freeze:{freeze.id}")
    _note(session, actor, freeze, "cutover.freeze_removed")
    session.delete(freeze)
    session.flush()


HOLIDAY = "holiday:"


def _check(session: Session, said: FreezeSaid) -> None:
    if said.ends_at <= said.starts_at:
        raise BadInput("the freeze ends before it starts", place="ends_at", hint="end it later")
    known = sorted({site.region for site in sites(session) if site.region})
    if said.region and said.region not in known:
        hint = f"one of {', '.join(known)}" if known else "no site on /capacity has one yet"
        raise BadInput(f"there is no region {said.region!r}", place="region", hint=hint)
    if said.customer_id is not None and session.get(Customer, said.customer_id) is None:
        raise BadInput("there is no such customer", place="customer", hint="choose one")


def _known(session: Session, uid: str, feed_id: int | None) -> Freeze | None:
    if not uid:
        return None
    query = select(Freeze).where(Freeze.uid == uid, Freeze.feed_id == feed_id)
    return session.scalars(query.order_by(Freeze.id).limit(1)).unique().first()


def _said(freeze: Freeze) -> FreezeSaid:
    return FreezeSaid(
        freeze.name,
        freeze.starts_at,
        freeze.ends_at,
        freeze.reason,
        freeze.region,
        freeze.customer_id,
        freeze.uid,
    )


def _held(said: FreezeSaid) -> tuple[object, ...]:
    """When and where it holds, which is what somebody is let through."""
    return said.starts_at, said.ends_at, said.region, said.customer_id


def _note(session: Session, actor: Actor, freeze: Freeze, kind: str) -> None:
    said = {
        "freeze": freeze.id,
        "starts_at": iso(freeze.starts_at),
        "ends_at": iso(freeze.ends_at),
        "region": freeze.region,
        "customer": freeze.customer_id,
    }
    record(session, "system", kind, actor, said)
