"""tickets: who reads along by mail"""

import sqlalchemy as sa
from alembic import op


revision = '0122'
down_revision = "0121"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('ticket_followers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_ticket_followers_ticket_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_ticket_followers_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket_followers')),
    sa.UniqueConstraint('ticket_id', 'address', name=op.f('uq_ticket_followers_ticket_id_address'))
    )
    with op.batch_alter_table('ticket_followers') as batch_op:
        batch_op.create_index(batch_op.f('ix_ticket_followers_user_id'), ['user_id'], unique=False)


def downgrade():
    op.drop_table('ticket_followers')
