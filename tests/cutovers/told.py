"""What freezes and ships left behind, for their tests."""

from sqlalchemy import select

from onboarding.cutovers.models import Freeze, Ship
from onboarding.db import db
from onboarding.outbox.models import Message


def rows(table: type[Freeze] | type[Ship]) -> list[str]:
    db.session().rollback()
    return [row.name for row in db.session.scalars(select(table).order_by(table.id)).unique()]


def told() -> list[str]:
    db.session().rollback()
    query = select(Message.subject).where(Message.recipient == "sue@vendor.example")
    return list(db.session.scalars(query.order_by(Message.id)))
