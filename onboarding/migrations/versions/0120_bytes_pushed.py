"""metrics: bytes sent, as pushed"""

import sqlalchemy as sa
from alembic import op


revision = '0120'
down_revision = "0117"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('pushed_counts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('bytes', sa.BigInteger(), nullable=True))


def downgrade():
    with op.batch_alter_table('pushed_counts', schema=None) as batch_op:
        batch_op.drop_column('bytes')
