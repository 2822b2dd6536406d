"""Whose chat account is whose: proved by a code from one's own page, typed into the chat."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.bridges.models import ChatAccount, ChatCode
from onboarding.config import settings
from onboarding.errors import NotFound, Refused
from onboarding.people.models import User
from onboarding.trail.log import Actor, record

LASTS = timedelta(minutes=10)
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is read as something else
LENGTH = 12


def make_code(session: Session, actor: Actor, user: User) -> str:
    """A code that proves once, within `LASTS`, whose account types it; the former one is void."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    session.execute(delete(ChatCode).where(ChatCode.user_id == user.id))
    session.add(ChatCode(user_id=user.id, code_hash=_hash(code), expires_at=clock.now() + LASTS))
    session.flush()
    record(session, "system", "people.chat_code", actor, {"user": user.id})
    return code


def use_code(session: Session, code: str) -> User:
    """Whose code it is; it is void from now on. Raises Refused, in the same words for all that
    does not fit."""
    row = session.scalar(
        select(ChatCode).where(ChatCode.code_hash == _hash(code)).with_for_update()
    )
    user = session.get(User, row.user_id) if row and row.expires_at > clock.now() else None
    if row is not None:
        session.delete(row)
    if user is None or not user.active:
        raise Refused("This code proves nothing", hint="make a new one on your page in Turnup")
    return user


def link(session: Session, user: User, kind: str, account: str, name: str) -> ChatAccount:
    """The account is `user`'s from now on, and nobody else's."""
    row = session.scalar(select(ChatAccount).where(_same(kind, account)).with_for_update())
    if row is None:
        row = ChatAccount(kind=kind, account=account)
        session.add(row)
    row.user_id, row.name, row.proved_at = user.id, name[:200], clock.now()
    session.flush()
    said = {"user": user.id, "kind": kind}
    record(session, "system", "people.chat_linked", Actor(f"user:{user.id}", kind), said)
    return row


def unlink(session: Session, actor: Actor, user: User, account_id: int) -> None:
    """The account is nobody's any more. Raises NotFound where it is not `user`'s."""
    row = session.get(ChatAccount, account_id)
    if row is None or row.user_id != user.id:
        raise NotFound(f"There is no chat account {account_id}")
    record(session, "system", "people.chat_unlinked", actor, {"user": user.id, "kind": row.kind})
    session.delete(row)


def owner(session: Session, kind: str, account: str) -> User | None:
    """Whose account it is; None where nobody has proved it, or who did may not sign in."""
    query = select(User).join(ChatAccount, ChatAccount.user_id == User.id)
    return session.scalar(query.where(_same(kind, account), User.active)) if account else None


def of_user(session: Session, user_id: int) -> Sequence[ChatAccount]:
    """Somebody's accounts."""
    query = select(ChatAccount).where(ChatAccount.user_id == user_id)
    return session.scalars(query.order_by(ChatAccount.kind, ChatAccount.id)).all()


def names(session: Session, kind: str, user_ids: Sequence[int]) -> dict[int, list[str]]:
    """The accounts of several people in one chat."""
    query = select(ChatAccount).where(ChatAccount.kind == kind, ChatAccount.user_id.in_(user_ids))
    found: dict[int, list[str]] = {}
    for row in session.scalars(query):
        found.setdefault(row.user_id, []).append(row.account)
    return found


def _same(kind: str, account: str) -> ColumnElement[bool]:
    return (ChatAccount.kind == kind) & (ChatAccount.account == account)


def _hash(code: str) -> str:
    key = settings().key("secret").encode()
    return hmac.new(key, b"chat:" + code.strip().lower().encode(), hashlib.sha256).hexdigest()
