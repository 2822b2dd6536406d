"""messages of rooms that were taken back"""

import sqlalchemy as sa
from alembic import op


revision = '0060'
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('room_messages', schema=None) as batch_op:
        batch_op.add_column(sa.Column('taken_back_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('taken_back_by', sa.String(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('taken_back_why', sa.String(), server_default='', nullable=False))


def downgrade():
    with op.batch_alter_table('room_messages', schema=None) as batch_op:
        batch_op.drop_column('taken_back_why')
        batch_op.drop_column('taken_back_by')
        batch_op.drop_column('taken_back_at')
