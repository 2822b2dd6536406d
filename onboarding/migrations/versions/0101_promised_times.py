"""tickets: how long things may take, as the vendor sets it; what was promised stays with the ticket"""

import sqlalchemy as sa
from alembic import op


revision = '0101'
down_revision = "0116"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('ticket_promised_times',
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('severity', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('seconds', sa.Double(), nullable=False),
    sa.PrimaryKeyConstraint('kind', 'severity', name=op.f('pk_ticket_promised_times'))
    )
    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.add_column(sa.Column('promised', sa.JSON(), nullable=False, server_default='{}'))
    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.alter_column('promised', server_default=None)


def downgrade():
    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.drop_column('promised')
    op.drop_table('ticket_promised_times')
