"""rooms: what the program tells, in the customer's languages"""

import sqlalchemy as sa
from alembic import op


revision = '0096'
down_revision = "0084"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('room_messages', schema=None) as batch_op:
        batch_op.add_column(sa.Column('words', sa.JSON(), nullable=False, server_default='{}'))


def downgrade():
    with op.batch_alter_table('room_messages', schema=None) as batch_op:
        batch_op.drop_column('words')
