"""scripts of rehearsals"""

import sqlalchemy as sa
from alembic import op


revision = '0046'
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('ramps', schema=None) as batch_op:
        batch_op.add_column(sa.Column('script', sa.String(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('fault_at', sa.DateTime(timezone=True), nullable=True))


def downgrade():
    with op.batch_alter_table('ramps', schema=None) as batch_op:
        batch_op.drop_column('fault_at')
        batch_op.drop_column('script')
