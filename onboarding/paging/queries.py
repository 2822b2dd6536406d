"""Reads of paging that have a name."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from onboarding.errors import BadInput, NotFound
from onboarding.outbox.models import Message
from onboarding.paging.escalation import Person
from onboarding.paging.models import Call, Page, Reach
from onboarding.people import queries as people
from onboarding.people.models import Team, User

LIVE = ("open", "acknowledged")
SHOWN = 50  # pages on one sheet of the list


def get(session: Session, page_id: int, *, lock: bool = False) -> Page:
    """The page, its row locked where asked for. Raises NotFound."""
    query = select(Page).where(Page.id == page_id).execution_options(populate_existing=True)
    page = session.scalar(query.with_for_update(of=Page) if lock else query)
    if page is None:
        raise NotFound(f"There is no page {page_id}")
    return page


def by_key(session: Session, key: str) -> Page | None:
    """The page of this key that is not resolved."""
    query = select(Page).where(Page.key == key, Page.state.in_(LIVE))
    return session.scalar(query.order_by(Page.id.desc()).limit(1))


def of_subject(session: Session, subject: str) -> Sequence[Page]:
    """The pages of a subject that are not resolved, locked."""
    query = select(Page).where(Page.subject == subject, Page.state.in_(LIVE)).order_by(Page.id)
    query = query.with_for_update(of=Page).execution_options(populate_existing=True)
    return session.scalars(query).all()


def due(session: Session, at: datetime, limit: int = 200) -> Sequence[int]:
    """Ids of pages on which something is to be done."""
    query = select(Page.id).where(Page.state.in_(LIVE), Page.next_at <= at)
    return session.scalars(query.order_by(Page.next_at).limit(limit)).all()


def listed(
    session: Session, state: str = "", at: int = 1, shown: int = SHOWN
) -> tuple[Sequence[Page], bool]:
    """Pages, those that nobody has answered first, then the newest: the sheet `at` (from 1) of
    `shown` each, and whether there are more behind it."""
    query = select(Page)
    if state:
        query = query.where(Page.state == state)
    order = (Page.state != "open", Page.state != "acknowledged", Page.id.desc())
    query = query.order_by(*order).offset((at - 1) * shown).limit(shown + 1)
    found = session.scalars(query).unique().all()
    return found[:shown], len(found) > shown


def unanswered(session: Session) -> int:
    """How many pages nobody has answered, whoever they call."""
    return session.scalar(select(func.count()).where(Page.state == "open")) or 0


def mine(session: Session, user_id: int) -> Sequence[Page]:
    """Pages that are not resolved for which somebody was called, or that they hold."""
    called = select(Call.page_id).where(Call.user_id == user_id)
    query = select(Page).where(Page.state.in_(LIVE))
    query = query.where(or_(Page.id.in_(called), Page.holder_id == user_id))
    return session.scalars(query.order_by(Page.id.desc())).unique().all()


def delivery(session: Session, page: Page) -> dict[int, Message]:
    """The letters of a page's calls by id: what became of each."""
    ids = [call.message_id for call in page.calls]
    return {m.id: m for m in session.scalars(select(Message).where(Message.id.in_(ids)))}


def reaches(session: Session, user_id: int) -> Sequence[Reach]:
    """How somebody is reached, in the order they want to be."""
    query = select(Reach).where(Reach.user_id == user_id)
    return session.scalars(query.order_by(Reach.position, Reach.id)).all()


def unreachable(session: Session, user_ids: Collection[int]) -> list[User]:
    """Those of `user_ids` with no way to be reached that they have proved to work."""
    proved = select(Reach.user_id).where(Reach.verified_at.is_not(None))
    query = select(User).where(User.id.in_(user_ids), User.id.not_in(proved))
    return list(session.scalars(query.order_by(User.name)).unique())


def called(session: Session, names: Iterable[str], at: datetime) -> list[Person]:
    """Whom an audience means at `at`, in the order they are called. Raises BadInput for a name
    that is none.

    A team is whoever is on its rotation, then its escalation order, then its lead; where none of
    these is set, everybody of it who is not away. Who is away is called only where a page names
    them. Where that leaves nobody, the administrators: a page always reaches somebody.
    """
    found: list[User] = []
    for name in names:
        kind, _, key = name.partition(":")
        if kind == "user" and key.isdigit():
            user = session.get(User, int(key))
            found += [user] if user and user.active and user.role != "customer" else []
        elif kind == "team" and key:
            found += _team(session, key, at)
        else:
            raise BadInput(
                f"{name!r} is nobody who can be paged",
                place="audience",
                hint="user:<id> or team:<key>",
            )
    if not found:
        admins = select(User).where(User.role == "admin", User.active).order_by(User.id)
        found = list(session.scalars(admins).unique())
    return [_person(session, user) for user in found]


def _team(session: Session, key: str, at: datetime) -> list[User]:
    team = session.scalar(select(Team).where(Team.key == key))
    if team is None:
        raise BadInput(f"there is no team {key!r}", place="audience", hint="use the key of a team")
    query = select(User).where(User.team_id == team.id, User.active, User.role != "customer")
    members = {user.id: user for user in session.scalars(query.order_by(User.id)).unique()}
    away, on = people.away(session, at), people.on_shift(session, at)
    order = [uid for uid in members if uid in on and uid not in away]
    order += [uid for uid in (*team.escalation, team.lead_id) if uid in members and uid not in away]
    order = order or [uid for uid in members if uid not in away] or list(members)
    return [members[uid] for uid in dict.fromkeys(order)]


def _person(session: Session, user: User) -> Person:
    """How somebody is reached: by their own order, what is proved to work first; else by mail."""
    rows = sorted(reaches(session, user.id), key=lambda row: row.verified_at is None)
    methods = tuple((row.channel, row.address) for row in rows)
    return Person(user.id, methods or (("email", user.email),))
