"""tickets: the promise to solve one stands still while the customer owes the word"""

import sqlalchemy as sa
from alembic import op


revision = '0081'
down_revision = "0090"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.add_column(sa.Column('paused_at', sa.DateTime(timezone=True), nullable=True))


def downgrade():
    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.drop_column('paused_at')
