"""Views of the board that people name for themselves. They are nobody else's: the trail, which all
read, says nothing of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onboarding.board.models import View
from onboarding.errors import BadInput, NotFound, Refused
from onboarding.people.models import User

MOST = 40
LONGEST = 60


def of_user(session: Session, user: User) -> Sequence[View]:
    """The views that this person keeps, by name."""
    query = select(View).where(View.user_id == user.id)
    return session.scalars(query.order_by(func.lower(View.name), View.id)).all()


def keep(session: Session, user: User, name: str, arguments: Mapping[str, Any]) -> View:
    """Keep the view that these arguments of the board's address show. Raises BadInput at `name`,
    and Refused where there are too many."""
    name = _free(session, user, name)
    if len(of_user(session, user)) >= MOST:
        raise Refused(f"You keep {MOST} views already", hint="remove one first")
    view = View(user_id=user.id, name=name, arguments=dict(arguments))
    session.add(view)
    session.flush()
    return view


def rename(session: Session, user: User, view_id: int, name: str) -> None:
    """Call a view of one's own something else. Raises NotFound, and BadInput at `name`."""
    view = _own(session, user, view_id)
    view.name = _free(session, user, name, but=view.id)


def forget(session: Session, user: User, view_id: int) -> None:
    """Remove a view of one's own. Raises NotFound."""
    session.delete(_own(session, user, view_id))


def _own(session: Session, user: User, view_id: int) -> View:
    view = session.get(View, view_id)
    if view is None or view.user_id != user.id:
        raise NotFound("You keep no such view", hint="reload the page")
    return view


def _free(session: Session, user: User, name: str, but: int = 0) -> str:
    """`name` as it is kept: spaces told once, and no other view of theirs has it."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST:
        raise BadInput("a name is needed", place="name", hint=f"1 to {LONGEST} characters")
    session.scalar(select(User.id).where(User.id == user.id).with_for_update())  # one at a time
    others = (one.name.lower() for one in of_user(session, user) if one.id != but)
    if name.lower() in others:
        raise BadInput("you have a view of that name", place="name", hint="choose another")
    return name
