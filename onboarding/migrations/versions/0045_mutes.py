"""mutes of a run"""

import sqlalchemy as sa
from alembic import op


revision = '0045'
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('ramps', schema=None) as batch_op:
        batch_op.add_column(sa.Column('muted', sa.JSON(), server_default='{}', nullable=False))
    with op.batch_alter_table('ramps', schema=None) as batch_op:
        batch_op.alter_column('muted', server_default=None)


def downgrade():
    with op.batch_alter_table('ramps', schema=None) as batch_op:
        batch_op.drop_column('muted')
