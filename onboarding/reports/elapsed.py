"""Hours between two times, as each database counts them."""

from typing import Any

from sqlalchemy import ColumnElement, Float, func
from sqlalchemy import cast as as_type
from sqlalchemy.orm import Session

HOUR_S = 3600.0


def hours_between(
    session: Session, since: ColumnElement[Any], until: ColumnElement[Any]
) -> ColumnElement[Any]:
    """Hours from one time to another on the clock."""
    if session.get_bind().dialect.name == "sqlite":
        days = func.julianday(until) - func.julianday(since)
        return as_type(days * 24.0, Float)
    return as_type(func.extract("epoch", until - since) / HOUR_S, Float)
