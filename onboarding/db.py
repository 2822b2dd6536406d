"""The database: typed base, the one `transaction()`, and what runs after a commit."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any

import orjson
from flask import Flask, current_app, has_app_context
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, Dialect, MetaData, String, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.types import TypeDecorator

from onboarding.config import Settings
from onboarding.errors import PassingFault
from onboarding.kept_words import pack, unpack

NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime on both databases; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored; use onboarding.clock")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Said(TypeDecorator[str]):
    """A text that a page shows later, in its reader's language: one that is marked stays so."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return pack(value) if value else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return unpack(value) if value else value


class Base(DeclarativeBase):
    registry = registry(
        metadata=MetaData(naming_convention=NAMES),
        type_annotation_map={
            datetime: UTCDateTime,
            dict[str, Any]: JSON,
            list[Any]: JSON,
            list[str]: JSON,
            list[int]: JSON,
            list[float]: JSON,
        },
    )


db = SQLAlchemy(model_class=Base)
if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


def init_db(app: Flask, settings: Settings) -> None:
    """Bind the app to the database of `settings`."""
    settings.home.mkdir(parents=True, exist_ok=True)
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database
    options: dict[str, Any] = {"json_serializer": _json}
    if settings.database.startswith("sqlite"):
        options |= {"connect_args": {"timeout": 30}}
    else:
        options |= {"pool_size": 10, "pool_pre_ping": True}
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _make_sqlite_strict(db.engine)


def _json(value: Any) -> str:
    """JSON columns as text: a conductor writes thousands of them a second. What orjson refuses and
    JSON can say (whole numbers beyond 64 bits, half a surrogate pair) goes the slower way."""
    try:
        return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()
    except orjson.JSONEncodeError:
        return json.dumps(value)


def _make_sqlite_strict(engine: Engine) -> None:
    """WAL, foreign keys, durable commits, and write locks taken when a transaction begins:
    a read that turns into a write later would fail with `database is locked`."""

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("immediate")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


@contextmanager
def transaction() -> Iterator[Session]:
    """The one way to change rows: all of the block is committed, or none of it.

    Opened by edges only (views, api, jobs, cli, conductor). What was loaded before is expired, so
    that every decision is taken on rows read under the lock. Transactions do not nest.
    """
    session = db.session()
    if session.info.get("writing"):
        raise RuntimeError("transaction() inside transaction(): only the edge opens one")
    session.rollback()
    session.info["writing"] = True
    session.info["after_commit"] = {}
    try:
        session.connection(execution_options={"immediate": True})
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info["writing"] = False
        callbacks = session.info.pop("after_commit")
    for callback in callbacks.values():
        callback()


#: Sessions apart that one process opens at once: fewer than a pool has connections (15 on SQLite),
#: so that whoever sends dozens of threads for adapters keeps some for its own decisions.
APART_AT_ONCE, APART_S = 8, 5.0
APART = BoundedSemaphore(APART_AT_ONCE)


class Apart:
    """Sessions apart from the caller's, for adapters whose far side is our own database (practice
    world, manual switch, pushed counts). Made within an app context, usable from any thread."""

    def __init__(self) -> None:
        self.app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]

    @contextmanager
    def open(self) -> Iterator[Session]:
        """A session of its own, closed at the end; begin a `transaction()` within to write.

        Raises PassingFault where too many are open. Never from within the caller's
        `transaction()`: a switch is touched after the intent is
        committed, and on SQLite the two would wait for one another.
        """
        if has_app_context() and db.session().info.get("writing"):
            raise RuntimeError("an adapter was called inside transaction()")
        if not APART.acquire(timeout=APART_S):
            raise PassingFault("the database has no connection to spare", hint="it is tried again")
        try:
            with self.app.app_context():
                yield db.session()
        finally:
            APART.release()


def after_commit(key: str, callback: Callable[[], object]) -> None:
    """Run `callback` once the open transaction has committed; the same `key` replaces the former.

    What must not be lost belongs into a row instead: a crash right after the commit skips this.
    """
    db.session().info["after_commit"][key] = callback


@event.listens_for(Session, "before_flush")
def _refuse_stray_writes(session: Session, _context: Any, _instances: Any) -> None:
    if not session.info.get("writing"):
        raise RuntimeError("rows changed outside transaction()")
