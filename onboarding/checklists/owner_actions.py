"""Resolve the owners of checklists to persons, and again when people change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.checklists.models import Checklist, Duty
from onboarding.checklists.owners import Known, Somebody, resolve
from onboarding.checklists.template import OWNERS
from onboarding.customers.models import Customer, Turnup
from onboarding.customers.queries import people_of
from onboarding.errors import BadInput
from onboarding.people import queries as people
from onboarding.people.models import Team, User
from onboarding.trail.log import Actor, record
from onboarding.trail.models import Entry

AT_ONCE = 200


def resolve_owners(
    session: Session, checklist: Checklist, customer: Customer, vendor: Known | None = None
) -> None:
    """Give every owner of this checklist a person; who fits stays. `vendor` as from `known`."""
    known_now = with_customer(session, vendor or known(session), customer)
    rows = {row.owner: row for row in duties(session, checklist.id)}
    for owner in OWNERS:
        row = rows.get(owner)
        found = resolve(owner, known_now, checklist.id, row.user_id if row else None)
        if row is None:
            row = Duty(checklist_id=checklist.id, owner=owner)
            session.add(row)
        row.user_id, row.how = found.user_id, found.how
    session.flush()


def choose(
    session: Session, actor: Actor, turnup: Turnup, checklist: Checklist, owner: str, user_id: int
) -> None:
    """Somebody decides who of the role does it. Raises BadInput for whoever is not of the role."""
    if user_id not in (one.id for one in choices(session, turnup.customer).get(owner, ())):
        hint = "choose from the list"
        raise BadInput("this person does not have that role here", place="person", hint=hint)
    row = next(one for one in duties(session, checklist.id) if one.owner == owner)
    if row.user_id == user_id:
        return
    row.user_id, row.how = user_id, "own"
    payload = {"turnup": turnup.id, "owner": owner, "user": user_id}
    record(session, turnup.customer.stream, "checklist.owner_chosen", actor, payload)


def duties(session: Session, checklist_id: int) -> Sequence[Duty]:
    """Who does what on a checklist, in the order of `OWNERS`."""
    rows = session.scalars(select(Duty).where(Duty.checklist_id == checklist_id)).unique().all()
    return sorted(rows, key=lambda row: OWNERS.index(row.owner))


def choices(session: Session, customer: Customer) -> Mapping[str, Sequence[User]]:
    """Those who can be chosen for an owner; the account manager is chosen with the customer."""
    staff = people.staff(session)
    own = [one for one in people_of(session, customer) if one.active]
    teams = {owner: [one for one in staff if one.team_key == owner] for owner in OWNERS[2:]}
    return {"customer": own, **teams}


def known(session: Session) -> Known:
    """The vendor's people as they are now."""
    staff = people.staff(session)
    there = {one.id for one in staff}
    return Known(
        staff=[Somebody(one.id, one.team_key) for one in staff],
        leads={team.key: team.lead_id for team in people.teams(session) if team.lead_id in there},
        admins=[one.id for one in staff if one.role == "admin"],
        on_shift=people.on_shift(session, clock.now()),
    )


def with_customer(session: Session, vendor: Known, customer: Customer) -> Known:
    """The same with the customer's own people and their account manager."""
    manager = customer.account_manager
    own = [one.id for one in people_of(session, customer) if one.active]
    return replace(
        vendor,
        customers=own,
        manager=manager.id if manager is not None and manager.active else None,
    )


def react(session: Session, stream: str, entry: Entry) -> None:
    """The follower: whoever is given or joins a customer, comes, leaves or changes teams."""
    kind, _, number = stream.partition(":")
    if kind == "customer" and entry.kind in ("customer.assigned", "customer.joined"):
        query = select(Checklist).join(Turnup, Turnup.id == Checklist.turnup_id)
        _again(session, session.scalars(query.where(Turnup.customer_id == int(number))).all())
    elif stream == "system" and entry.kind.startswith("people."):
        user_id = entry.payload.get("user")
        user = session.get(User, user_id) if isinstance(user_id, int) else None
        if user is not None and user.role != "customer":
            _again(session, misfits(session, user))


def misfits(session: Session, changed: User) -> Sequence[Checklist]:
    """Checklists on which somebody who has left or changed teams has something to do, or somebody
    stands in for a role that `changed` may now have."""
    query = select(Duty.checklist_id).outerjoin(User, User.id == Duty.user_id)
    query = query.outerjoin(Team, Team.id == User.team_id)
    elsewhere = or_(Team.key.is_(None), Team.key != Duty.owner)
    left = or_(Duty.user_id.is_(None), User.active.is_(False))
    moved = and_(Duty.how == "own", Duty.owner.in_(OWNERS[2:]), elsewhere)
    wanted = and_(Duty.how != "own", Duty.owner == changed.team_key)
    return session.scalars(
        select(Checklist).where(Checklist.id.in_(query.where(or_(left, moved, wanted))))
    ).all()


def unresolved(session: Session) -> Sequence[Checklist]:
    """Some checklists whose owners were never resolved."""
    has = select(Duty.id).where(Duty.checklist_id == Checklist.id).exists()
    return session.scalars(select(Checklist).where(~has).limit(AT_ONCE)).all()


def _again(session: Session, checklists: Iterable[Checklist]) -> None:
    vendor = known(session)
    for checklist in checklists:
        turnup = session.get_one(Turnup, checklist.turnup_id)
        resolve_owners(session, checklist, turnup.customer, vendor)
