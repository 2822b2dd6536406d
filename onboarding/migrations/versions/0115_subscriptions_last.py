"""What somebody follows by a link ends with it.

Revision ID: 0115
Revises: 0099
"""

import sqlalchemy as sa
from alembic import op

revision = "0115"
down_revision = "0099"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("post_subscriptions") as batch:
        batch.add_column(sa.Column("lasts_until", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        """UPDATE post_subscriptions SET lasts_until = (
             SELECT expires_at FROM share_links
             WHERE 'share:' || CAST(share_links.id AS VARCHAR) = post_subscriptions.source)
           WHERE source LIKE 'share:%'"""
    )


def downgrade() -> None:
    with op.batch_alter_table("post_subscriptions") as batch:
        batch.drop_column("lasts_until")
