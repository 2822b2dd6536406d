"""Writes of the customers' floor: sign up, goals, hostnames, level of help, stages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.customers import hostnames, stages
from onboarding.customers.models import Customer, Goal, Hostname, Member, StageEntry, Turnup
from onboarding.customers.records import Record
from onboarding.customers.slugs import candidates
from onboarding.errors import BadInput, NotFound, Refused, marked
from onboarding.names import one_line
from onboarding.people.actions import add_user
from onboarding.people.models import User
from onboarding.trail.log import Actor, lock_stream, record
from onboarding.trail.models import Entry

MOST_GOALS = 30


def sign_up(
    session: Session,
    *,
    company: str,
    name: str,
    email: str,
    password: str,
    timezone: str,
    names: Sequence[str] = (),
    source: str = "web",
) -> tuple[Customer, Turnup, User]:
    """A new customer with a first turn-up and the person who signed up, who is the actor.

    `names` are hostnames as `hostnames.several` gives them. Raises BadInput naming the field.
    """
    company = one_line(company)
    if not company or len(company) > 100:
        raise BadInput(
            marked("a name is needed"), place="company", hint=marked("1 to 100 characters")
        )
    # Sign-ups queue here: what is found free below (slug, mail address) is free until the commit.
    lock_stream(session, "system")
    signup = Actor("signup", source)
    user = add_user(
        session,
        signup,
        email=email,
        name=name,
        role="customer",
        password=password,
        timezone=timezone,
    )
    customer = Customer(
        slug=_free_slug(session, company),
        name=company,
        timezone=timezone,
        created_at=clock.now(),
        facts={},
    )
    session.add(customer)
    session.flush()
    session.add(Member(customer_id=customer.id, user_id=user.id, joined_at=clock.now()))
    actor = Actor(f"user:{user.id}", source)
    payload = {"customer": customer.id, "slug": customer.slug}
    record(session, customer.stream, "customer.signed_up", actor, payload, {"company": company})
    found = open_turnup(session, actor, customer, company)
    for one in names:
        add_hostname(session, actor, found, one)
    return customer, found, user


def add_customer(session: Session, actor: Actor, slug: str, given: Record) -> Customer:
    """A customer that another system knows, without people and turn-ups; `slug` is free."""
    customer = Customer(
        slug=slug,
        external_id=given.external_id or None,
        name=given.name,
        timezone=given.timezone or "UTC",
        created_at=clock.now(),
        facts={},
    )
    session.add(customer)
    session.flush()
    payload = {"customer": customer.id, "slug": slug}
    record(session, customer.stream, "customer.added", actor, payload, {"company": given.name})
    return customer


def rewrite(session: Session, actor: Actor, customer: Customer, given: Record) -> None:
    """Note name, time zone and external id anew; those not given stay."""
    customer.name = given.name
    customer.timezone = given.timezone or customer.timezone
    customer.external_id = given.external_id or customer.external_id
    payload = {"customer": customer.id}
    record(session, customer.stream, "customer.rewritten", actor, payload, {"company": given.name})


def _free_slug(session: Session, company: str) -> str:
    for slug in candidates(company):
        if session.scalar(select(Customer.id).where(Customer.slug == slug)) is None:
            return slug
    raise AssertionError("candidates() has no end")


def open_turnup(session: Session, actor: Actor, customer: Customer, name: str) -> Turnup:
    """A new journey for `customer`, at its first stage."""
    name = one_line(name)
    if not name or len(name) > 100:
        raise BadInput(marked("a name is needed"), place="name", hint=marked("1 to 100 characters"))
    now = clock.now()
    found = Turnup(customer_id=customer.id, name=name, entered_at=now, created_at=now)
    session.add(found)
    session.flush()
    session.add(StageEntry(turnup_id=found.id, stage=found.stage, entered_at=now))
    payload = {"turnup": found.id}
    record(session, customer.stream, "turnup.opened", actor, payload, {"name": name})
    return found


def move_stage(session: Session, actor: Actor, found: Turnup, to: str) -> None:
    """Enter the next stage, or an earlier one again. What the stage demands is not looked at here.

    Raises Refused where the order does not allow it.
    """
    made = stages.move(found.stage, to)
    now = clock.now()
    query = select(StageEntry).where(StageEntry.turnup_id == found.id, StageEntry.left_at.is_(None))
    for entry in session.scalars(query):
        entry.left_at = now
    session.add(StageEntry(turnup_id=found.id, stage=to, entered_at=now))
    found.stage, found.entered_at = to, now
    payload = {"turnup": found.id, "from": made.left, "to": made.entered}
    record(session, found.customer.stream, "turnup.stage", actor, payload)


def set_help_level(session: Session, actor: Actor, customer: Customer, level: str) -> Entry | None:
    """How much help the customer wants from now on, and the trail's entry of it; None where it is
    the level already, also for the second of two who choose it at once. Raises BadInput."""
    if level not in stages.LEVELS:
        hint = f"one of {', '.join(stages.LEVELS)}"
        raise BadInput(
            marked("there is no level {level}", level=repr(level)), place="level", hint=hint
        )
    lock_stream(session, customer.stream)
    session.refresh(customer)
    if level == customer.help_level:
        return None
    payload = {"from": customer.help_level, "to": level}
    customer.help_level = level
    return record(session, customer.stream, "customer.help_level", actor, payload)


def assign(session: Session, actor: Actor, customer: Customer, manager: User | None) -> None:
    """Give the customer to one of the vendor's people, or to nobody."""
    if manager is not None and manager.role == "customer":
        raise BadInput(
            marked("this is no account manager"),
            place="manager",
            hint=marked("choose from the list"),
        )
    customer.account_manager_id = manager.id if manager else None
    payload = {"user": customer.account_manager_id}
    record(session, customer.stream, "customer.assigned", actor, payload)


def show_outlook(session: Session, actor: Actor, found: Turnup, shown: bool) -> None:
    """Let the turn-up's customer see when it can go live, or keep it from them."""
    if found.outlook_shown is shown:
        return
    found.outlook_shown = shown
    payload = {"turnup": found.id, "shown": shown}
    record(session, found.customer.stream, "turnup.outlook", actor, payload)


@dataclass(frozen=True)
class Wish:
    """A goal as it was given: words, and a figure or a day where the kind has one."""

    kind: str
    words: str = ""
    figure: float | None = None
    day: date | None = None


def add_goal(session: Session, actor: Actor, found: Turnup, wish: Wish) -> Goal:
    """Note a goal. Raises BadInput for a kind that does not exist, for an empty or repeated one."""
    if wish.kind not in stages.GOALS:
        raise BadInput(
            marked("{what} is no kind of goal", what=repr(wish.kind)),
            place="kind",
            hint=marked("one of {what}", what=stages.GOALS),
        )
    if not wish.words and wish.figure is None and wish.day is None:
        raise BadInput(
            marked("an empty goal"),
            place="words",
            hint=marked("say it in words or give the figure"),
        )
    known = session.scalars(select(Goal).where(Goal.turnup_id == found.id)).all()
    said = (wish.kind, wish.words, wish.figure, wish.day)
    if said in [(goal.kind, goal.words, goal.figure, goal.day) for goal in known]:
        raise BadInput(
            marked("this goal is there already"),
            place="words",
            hint=marked("say what is different"),
        )
    if len(known) >= MOST_GOALS:
        raise Refused(
            marked("There are {most_goals} goals already", most_goals=MOST_GOALS),
            hint=marked("remove one first"),
        )
    goal = Goal(turnup_id=found.id, **vars(wish))
    session.add(goal)
    session.flush()
    payload = {"turnup": found.id, "goal": goal.id, "kind": goal.kind, "figure": goal.figure}
    personal = {"words": goal.words} if goal.words else None
    record(session, found.customer.stream, "turnup.goal", actor, payload, personal)
    return goal


def remove_goal(session: Session, actor: Actor, found: Turnup, goal_id: int) -> None:
    """Drop a goal of this turn-up. Raises NotFound."""
    goal = session.get(Goal, goal_id)
    if goal is None or goal.turnup_id != found.id:
        raise NotFound(marked("There is no such goal"), hint=marked("reload the page"))
    payload = {"turnup": found.id, "goal": goal.id, "kind": goal.kind, "removed": True}
    session.delete(goal)
    record(session, found.customer.stream, "turnup.goal", actor, payload)


def add_hostname(session: Session, actor: Actor, found: Turnup, text: str) -> Hostname:
    """A hostname under this turn-up. Raises BadInput for what is none, and for one it has."""
    name = hostnames.normalised(text)
    query = select(Hostname.name).where(Hostname.turnup_id == found.id)
    known = set(session.scalars(query))
    if name in known:
        raise BadInput(
            marked("{name} is on the list already", name=name),
            place="hostname",
            hint=marked("give another"),
        )
    if len(known) >= hostnames.MOST:
        raise Refused(
            marked("There are {what} names already", what=hostnames.MOST),
            hint=marked("open another turn-up"),
        )
    hostname = Hostname(turnup_id=found.id, name=name)
    session.add(hostname)
    session.flush()
    payload = {"turnup": found.id, "hostname": name}
    record(session, found.customer.stream, "turnup.hostname", actor, payload)
    return hostname


def remove_hostname(session: Session, actor: Actor, found: Turnup, hostname_id: int) -> None:
    """Take a hostname off. Raises NotFound, and Refused where a cutover counts on it."""
    hostname = session.get(Hostname, hostname_id)
    if hostname is None or hostname.turnup_id != found.id:
        raise NotFound(marked("There is no such hostname"), hint=marked("reload the page"))
    name = hostname.name
    try:
        with session.begin_nested():
            session.delete(hostname)
    except IntegrityError as needed:
        raise Refused(
            marked("A cutover counts on {name}", name=name),
            hint=marked("take it out of the cutover first"),
        ) from needed
    payload = {"turnup": found.id, "hostname": name, "removed": True}
    record(session, found.customer.stream, "turnup.hostname", actor, payload)
