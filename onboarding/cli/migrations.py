"""Bring the database's schema up to date."""

import fcntl
import logging

from flask_migrate import Migrate, upgrade

from onboarding.cli.app import MIGRATIONS, answering
from onboarding.config import settings
from onboarding.db import db
from onboarding.factory import create_core


def migrate_database() -> None:
    """Run the migrations that are missing; two at once on one machine take turns."""
    app = create_core()
    # here and not in the factory: Alembic weighs as much as Flask, and the web never migrates
    Migrate(app, db, directory=MIGRATIONS, render_as_batch=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with (settings().home / "migrate.lock").open("w") as lock, app.app_context():
        fcntl.flock(lock, fcntl.LOCK_EX)
        with answering():
            upgrade()
