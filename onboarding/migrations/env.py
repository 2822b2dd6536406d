"""Alembic's environment: migrations run on the app's own engine, within one transaction."""

from alembic import context
from flask import current_app

import onboarding.factory  # noqa: F401  every table is known once the house is imported
from onboarding.db import UTCDateTime
from onboarding.knowledge.indexing import ours

database = current_app.extensions["migrate"].db


def render_item(kind, item, autogen):
    """Write our column type as the plain one it is stored as."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


with database.engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=database.metadata,
        render_as_batch=True,
        render_item=render_item,
        compare_type=True,
        include_name=ours,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
