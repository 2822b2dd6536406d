"""which message of a room something heard became"""

import sqlalchemy as sa
from alembic import op


revision = '0062'
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('bridge_heard', schema=None) as batch_op:
        batch_op.add_column(sa.Column('number', sa.Integer(), nullable=True))


def downgrade():
    with op.batch_alter_table('bridge_heard', schema=None) as batch_op:
        batch_op.drop_column('number')
