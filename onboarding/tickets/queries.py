"""Reads of tickets that are worth a name. What a customer sees goes through `public_*`: notes are
left out where rows are read, not where they are shown."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, false, func, or_, select, union_all
from sqlalchemy.orm import Session

from onboarding.customers.models import Member
from onboarding.errors import NotFound
from onboarding.people.models import User
from onboarding.tickets.handoff import OPEN, STATES
from onboarding.tickets.indexing import found_by
from onboarding.tickets.models import (
    Handover,
    Stint,
    SupportPlan,
    Ticket,
    TicketFile,
    TicketMail,
    TicketMessage,
)
from onboarding.tickets.texts import title

_GONE = "see /tickets"
PUBLIC = ("customer", "staff", "auto")
PER_PAGE = 50
GRAVE = 2  # the mildest severity that stands in the way of a flip


def get(session: Session, ticket_id: int, *, lock: bool = False) -> Ticket:
    """One ticket. Raises NotFound. With `lock` nobody else changes it until the transaction ends."""
    query = select(Ticket).where(Ticket.id == ticket_id)
    if lock:
        query = query.with_for_update(of=Ticket).execution_options(populate_existing=True)
    found = session.scalar(query)
    if found is None:
        raise NotFound("There is no such ticket", hint=_GONE)
    return found


def going_on(session: Session, ticket: Ticket, *, lock: bool = False) -> Ticket:
    """The ticket itself, or the one it was merged into."""
    while ticket.merged_into_id is not None:
        ticket = get(session, ticket.merged_into_id, lock=lock)
    return ticket


def merged_into(session: Session, ticket: Ticket) -> Sequence[Ticket]:
    """The tickets that were merged into it, and those into them."""
    found: list[Ticket] = []
    ids = [ticket.id]
    while ids:
        query = select(Ticket).where(Ticket.merged_into_id.in_(ids)).order_by(Ticket.id)
        rows = session.scalars(query).unique().all()
        found += rows
        ids = [row.id for row in rows]
    return found


def visible(session: Session, user: User, ticket_id: int) -> Ticket:
    """One ticket as `user` may see it: a customer's people only those of their own. Raises NotFound
    in the same words for one that does not exist and one of somebody else."""
    found = get(session, ticket_id)
    if user.role == "customer":
        both = (found, going_on(session, found))  # what it was merged into may be another's by now
        if not all(_own(session, user, one) for one in both):
            raise NotFound("There is no such ticket", hint=_GONE)
    return found


def _own(session: Session, user: User, ticket: Ticket) -> bool:
    if ticket.requester_id == user.id:
        return True
    member = ticket.customer_id and session.get(Member, (ticket.customer_id, user.id))
    return bool(member)


def messages(session: Session, ticket: Ticket) -> Sequence[TicketMessage]:
    """All that was said, notes too: for the vendor's people only."""
    query = select(TicketMessage).where(TicketMessage.ticket_id == ticket.id)
    return session.scalars(query.order_by(TicketMessage.number)).all()


def public_messages(session: Session, ticket: Ticket) -> Sequence[TicketMessage]:
    """What the customer sees of it."""
    query = select(TicketMessage).where(
        TicketMessage.ticket_id == ticket.id, TicketMessage.side.in_(PUBLIC)
    )
    return session.scalars(query.order_by(TicketMessage.number)).all()


def file(session: Session, user: User, ticket: Ticket, file_id: int) -> TicketFile:
    """A file of the ticket as `user` may have it: what came with a note is no customer's."""
    query = select(TicketFile).join(TicketMessage, TicketMessage.id == TicketFile.message_id)
    query = query.where(TicketFile.id == file_id, TicketMessage.ticket_id == ticket.id)
    if user.role == "customer":
        query = query.where(TicketMessage.side.in_(PUBLIC))
    found = session.scalar(query)
    if found is None:
        raise NotFound("There is no such file", hint="go back to the ticket")
    return found


def by_mail(
    session: Session, message_ids: Iterable[str], reference: str = "", *, lock: bool = False
) -> Ticket | None:
    """The ticket that a mail belongs to: by the reference in the address it went to, else by the
    Message-IDs that it answers (the last named first). A merged one is the one it went into."""
    found = None
    if reference:
        found = session.scalar(select(Ticket.id).where(Ticket.reference == reference))
    for one in reversed(list(message_ids)):
        if found is not None:
            break
        found = session.scalar(select(TicketMail.ticket_id).where(TicketMail.message_id == one))
    if found is None:
        return None
    return going_on(session, get(session, found, lock=lock), lock=lock)


def mail_ids(session: Session, ticket: Ticket) -> list[str]:
    """The Message-IDs of what the customer wrote and was written, in order: no note has one."""
    query = select(TicketMessage.message_id).where(
        TicketMessage.ticket_id == ticket.id, TicketMessage.message_id != ""
    )
    return list(session.scalars(query.order_by(TicketMessage.number)))


def plan_of(session: Session, customer_id: int | None) -> str:
    """The customer's support plan: standard or premium."""
    row = session.get(SupportPlan, customer_id) if customer_id else None
    return row.plan if row else "standard"


def handovers(session: Session, ticket: Ticket) -> Sequence[Handover]:
    """Its hand-overs to teams, the newest first."""
    query = select(Handover).where(Handover.ticket_id == ticket.id)
    return session.scalars(query.order_by(Handover.id.desc())).all()


def open_handover(session: Session, ticket: Ticket) -> Handover | None:
    """The hand-over that a team has now."""
    query = select(Handover).where(Handover.ticket_id == ticket.id, Handover.ended_at.is_(None))
    return session.scalar(query.order_by(Handover.id.desc()).limit(1))


def stints(session: Session, ticket: Ticket) -> Sequence[Stint]:
    """Which team had it when, in order."""
    query = select(Stint).where(Stint.ticket_id == ticket.id)
    return session.scalars(query.order_by(Stint.id)).all()


@dataclass(frozen=True)
class Asked:
    """Which tickets: `view` open, unclaimed, mine (owned or held by `user`), due (something is
    promised, the nearest first), waiting (for the customer), over, all; `words` that they hold;
    `team` that holds them; `customer`, `turnup` and `cutover` that they are about; `tracker` that
    they are linked to; `person` who owns or holds them; `page` from 0."""

    view: str = "open"
    user: int = 0
    team: str = ""
    customer: int = 0
    turnup: int = 0
    cutover: int = 0
    tracker: str = ""
    person: int = 0
    words: str = ""
    page: int = 0


VIEWS = ("open", "unclaimed", "mine", "due", "waiting", "over", "all")


def listed(session: Session, asked: Asked) -> tuple[list[Ticket], bool]:
    """A page of tickets and whether there are more: those that changed last first; those found by
    words, the newest first; of the view `due`, what is looked at next first."""
    where = _narrowed(session, asked)
    most, skipped = PER_PAGE + 1, asked.page * PER_PAGE
    if asked.words:
        query = select(Ticket.id).where(*where).order_by(Ticket.id.desc())
    elif asked.view == "due":
        query = select(Ticket.id).where(*where).order_by(Ticket.look_at, Ticket.id)
    else:
        query = _latest(asked, where, most + skipped)
    ids = session.scalars(query.limit(most).offset(skipped)).all()
    found = {row.id: row for row in session.scalars(select(Ticket).where(Ticket.id.in_(ids)))}
    rows = [found[one] for one in ids]
    return rows[:PER_PAGE], len(rows) > PER_PAGE


def _narrowed(session: Session, asked: Asked) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    people = ((asked.view == "mine", asked.user), (asked.person > 0, asked.person))
    where += [or_(Ticket.owner_id == n, Ticket.holder_id == n) for wanted, n in people if wanted]
    if asked.view == "due":
        where.append(Ticket.look_at.is_not(None))
    if asked.words:
        where.append(Ticket.state.in_(STATES_OF.get(asked.view, tuple(STATES))))
        matching = found_by(session, asked.words)
        where += [matching] if matching is not None else [false()]
    if asked.team:
        where.append(Ticket.holder_team == asked.team)
    about = (
        (Ticket.customer_id, asked.customer),
        (Ticket.turnup_id, asked.turnup),
        (Ticket.cutover_id, asked.cutover),
        (Ticket.tracker_link, asked.tracker),
    )
    where += [column == wanted for column, wanted in about if wanted]
    return where


def _latest(asked: Asked, where: list[ColumnElement[bool]], most: int) -> Select[int]:
    """Of each state of the view the last by an index of its own, and of these the last: no page
    reads through what is over to find what is open."""
    order = (Ticket.last_at.desc(), Ticket.id.desc())
    if asked.view not in STATES_OF:
        return select(Ticket.id).where(*where).order_by(*order)
    each = [
        select(Ticket.id, Ticket.last_at)
        .where(Ticket.state == state, *where)
        .order_by(*order)
        .limit(most)
        .subquery()
        for state in STATES_OF[asked.view]
    ]
    parts = union_all(*(select(part.c.id, part.c.last_at) for part in each)).subquery()
    return select(parts.c.id).order_by(parts.c.last_at.desc(), parts.c.id.desc())


STATES_OF = {
    "open": (*OPEN, "resolved"),
    "unclaimed": ("new",),
    "mine": (*OPEN, "resolved"),
    "waiting": ("waiting", "talking"),
    "over": ("closed", "merged"),
}


def of_requester(session: Session, user: User, page: int = 0) -> tuple[list[Ticket], bool]:
    """A page of a customer's tickets: theirs and those of their team-mates."""
    mine = select(Member.customer_id).where(Member.user_id == user.id)
    query = select(Ticket).where(
        or_(Ticket.customer_id.in_(mine), Ticket.requester_id == user.id),
        Ticket.state != "merged",
    )
    query = query.order_by(Ticket.last_at.desc(), Ticket.id.desc())
    rows = session.scalars(query.limit(PER_PAGE + 1).offset(page * PER_PAGE)).unique().all()
    return list(rows[:PER_PAGE]), len(rows) > PER_PAGE


def grave(session: Session, turnup_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """By turn-up: its tickets of severity 1 and 2 that are not over, as a line each."""
    query = select(Ticket.turnup_id, Ticket.id, Ticket.severity, Ticket.subject).where(
        Ticket.turnup_id.in_(turnup_ids), Ticket.state.in_(OPEN), Ticket.severity <= GRAVE
    )
    found: dict[int, list[str]] = {}
    for row in session.execute(query.order_by(Ticket.severity, Ticket.id)):
        line = f"{title(row.id)} severity {row.severity}, {row.subject[:80]}"
        found.setdefault(row.turnup_id, []).append(line)
    return {turnup_id: tuple(lines) for turnup_id, lines in found.items()}


def counts(session: Session, user_id: int) -> dict[str, int]:
    """How many tickets nobody has claimed, and how many are mine."""
    unclaimed = select(func.count()).where(Ticket.state == "new")
    mine = select(func.count()).where(
        Ticket.state.in_(OPEN), or_(Ticket.owner_id == user_id, Ticket.holder_id == user_id)
    )
    return {"unclaimed": session.scalar(unclaimed) or 0, "mine": session.scalar(mine) or 0}
