"""whether a turn-up's customer sees when it can go live"""

import sqlalchemy as sa
from alembic import op


revision = '0019'
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('turnups', schema=None) as batch_op:
        batch_op.add_column(sa.Column('outlook_shown', sa.Boolean(), nullable=True))


def downgrade():
    with op.batch_alter_table('turnups', schema=None) as batch_op:
        batch_op.drop_column('outlook_shown')
