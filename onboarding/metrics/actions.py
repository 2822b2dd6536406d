"""Take pushed counts in, and say who may push."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.errors import BadInput, NotAllowed
from onboarding.metrics.models import PushedCounts, PushedTotals, PushToken
from onboarding.metrics.pushes import Row
from onboarding.metrics.totals import Gained, Point, Totals, gained

KEPT = timedelta(days=2)
MOST_EXPORTERS = 500  # of one feed that push growing totals


def new_token(session: Session, feed: str) -> str:
    """A fresh token that may push to `feed`; the former one is void. Shown once, never stored. What
    exporters told of growing counters begins anew."""
    token = "tup_" + secrets.token_urlsafe(32)
    row = session.scalar(select(PushToken).where(PushToken.feed == feed).with_for_update())
    if row is None:
        row = PushToken(feed=feed)
        session.add(row)
    row.digest, row.made_at = _digest(token), clock.now()
    session.execute(delete(PushedTotals).where(PushedTotals.feed == feed))
    session.flush()
    return token


def token_made_at(session: Session, feed: str) -> datetime | None:
    """When the token that may push to `feed` was made; None where there is none."""
    return session.scalar(select(PushToken.made_at).where(PushToken.feed == feed))


def check_token(session: Session, feed: str, token: str) -> None:
    """Raises NotAllowed unless `token` may push to `feed`; a feed that is not there says the same."""
    known = session.scalar(select(PushToken.digest).where(PushToken.feed == feed)) or ""
    if not hmac.compare_digest(known, _digest(token)):
        raise NotAllowed(
            "This token may not push counts here",
            hint="each cutover has a token of its own; make a new one where it is wired, under Change",
        )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def push(session: Session, feed: str, rows: Sequence[Row]) -> list[Row]:
    """Store what is new of `rows` and return it. A row that is there already is
    left; one that is there with other counts is refused (BadInput), and nothing is stored."""
    if not rows:
        return []
    module = sqlite if session.connection().dialect.name == "sqlite" else postgresql
    new = []
    for row in rows:
        values = {name: getattr(row, name) for name in row.__dataclass_fields__}
        insert = module.insert(PushedCounts).values(feed=feed, **values)
        stored = session.scalar(insert.on_conflict_do_nothing().returning(PushedCounts.id))
        if stored is None:
            _same(session, feed, row)
        else:
            new.append(row)
    session.execute(
        delete(PushedCounts).where(PushedCounts.feed == feed, PushedCounts.at < clock.now() - KEPT)
    )
    return new


def grow(session: Session, feed: str, points: Sequence[Point]) -> Gained:
    """What the totals among `points` grew by since each exporter's last export, and keep what they
    are now. Raises BadInput as `totals.gained`, and where there are too many exporters."""
    if not any(point.exporter for point in points):
        return Gained(list(points))
    session.scalar(select(PushToken.id).where(PushToken.feed == feed).with_for_update())
    kept = session.scalars(select(PushedTotals).where(PushedTotals.feed == feed)).all()
    rows = {row.exporter: row for row in kept}
    before = {
        exporter: Totals(
            row.at, {key: (since, count) for key, (since, count) in row.series.items()}
        )
        for exporter, row in rows.items()
    }
    found, now = gained(points, before), clock.now()
    for exporter, totals in found.known.items():
        row = rows.get(exporter)
        if row is None:
            row = rows[exporter] = PushedTotals(feed=feed, exporter=exporter)
            session.add(row)
        elif totals.at == row.at:
            continue
        row.at, row.told_at = totals.at, now
        row.series = {key: list(value) for key, value in totals.series.items()}
    if len(rows) > MOST_EXPORTERS:
        raise BadInput(
            f"{len(rows)} exporters push totals for this cutover",
            place="resourceMetrics",
            hint=f"at most {MOST_EXPORTERS}: let a collector add them up",
        )
    old = delete(PushedTotals).where(PushedTotals.feed == feed, PushedTotals.told_at < now - KEPT)
    session.flush()
    session.execute(old.execution_options(synchronize_session=False))
    return found


def _same(session: Session, feed: str, row: Row) -> None:
    """That what is stored for the row's arm and time has its counts."""
    stored = session.scalars(
        select(PushedCounts).where(
            PushedCounts.feed == feed, PushedCounts.arm == row.arm, PushedCounts.at == row.at
        )
    ).one()
    if any(getattr(stored, name) != getattr(row, name) for name in row.__dataclass_fields__):
        raise BadInput(
            f"{row.arm} at {clock.iso(row.at)} was pushed before, with other counts",
            place="counts",
            hint="counts are final: push an interval once it is over",
        )
