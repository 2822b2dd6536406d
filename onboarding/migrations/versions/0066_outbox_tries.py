"""each try to deliver a message, and whom it goes to by index"""

import sqlalchemy as sa
from alembic import op


revision = '0066'
down_revision = "0065"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('outbox_tries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('well', sa.Boolean(), nullable=False),
    sa.Column('said', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['outbox_messages.id'], name=op.f('fk_outbox_tries_message_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox_tries'))
    )
    with op.batch_alter_table('outbox_tries', schema=None) as batch_op:
        batch_op.create_index(op.f('ix_outbox_tries_message_id'), ['message_id'], unique=False)
    with op.batch_alter_table('outbox_messages', schema=None) as batch_op:
        batch_op.create_index('ix_outbox_recipient', ['channel', 'recipient', 'state'], unique=False)


def downgrade():
    with op.batch_alter_table('outbox_messages', schema=None) as batch_op:
        batch_op.drop_index('ix_outbox_recipient')
    op.drop_table('outbox_tries')
