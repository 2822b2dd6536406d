"""What commands on the database share: the core app's context, and a schema that is up to date."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy.exc import OperationalError

from onboarding.config import ROOT
from onboarding.db import db
from onboarding.errors import Refused
from onboarding.factory import create_core

MIGRATIONS = str(ROOT / "onboarding" / "migrations")


@contextmanager
def core() -> Iterator[Flask]:
    """The core app within its context. Raises Refused where the schema is not the code's."""
    app = create_core()
    with app.app_context():
        have, want = revisions()
        if have != want:
            raise Refused("The database is not up to date", hint="run `turnup admin migrate`")
        yield app


def revisions() -> tuple[str | None, str | None]:
    """The migration that the database has, and the newest there is."""
    config = Config()
    config.set_main_option("script_location", MIGRATIONS)
    want = ScriptDirectory.from_config(config).get_current_head()
    with answering(), db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision(), want


@contextmanager
def answering() -> Iterator[None]:
    """Raises Refused where the database does not answer within the block."""
    try:
        yield
    except OperationalError as away:
        said = str(away.orig).splitlines()[0]
        hint = "see DATABASE_URL and whether the server runs"
        raise Refused(f"The database does not answer ({said})", hint=hint) from away
