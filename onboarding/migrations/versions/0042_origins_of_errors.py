"""where pushed errors arose"""

import sqlalchemy as sa
from alembic import op


revision = '0042'
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('pushed_counts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('edge', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('unreachable', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('origin', sa.Integer(), nullable=True))


def downgrade():
    with op.batch_alter_table('pushed_counts', schema=None) as batch_op:
        batch_op.drop_column('origin')
        batch_op.drop_column('unreachable')
        batch_op.drop_column('edge')
