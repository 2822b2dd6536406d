"""Bring the database's schema up to date."""

import fcntl
import logging

from flask_migrate import upgrade

from onboarding.cli.app import answering
from onboarding.config import settings
from onboarding.factory import create_core


def migrate_database() -> None:
    """Run the migrations that are missing; two at once on one machine take turns."""
    app = create_core()
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with (settings().home / "migrate.lock").open("w") as lock, app.app_context():
        fcntl.flock(lock, fcntl.LOCK_EX)
        with answering():
            upgrade()
