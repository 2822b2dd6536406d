"""bridges of rooms to chats, chat accounts, the gateway's lease"""

import sqlalchemy as sa
from alembic import op


revision = '0061'
down_revision = "0078"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('bridges',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('room_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('target', sa.String(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('sent', sa.Integer(), nullable=False),
    sa.Column('read', sa.String(), nullable=False),
    sa.Column('topic', sa.String(), nullable=False),
    sa.Column('status_id', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('invited', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('error', sa.String(), nullable=False),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['room_id'], ['rooms.id'], name=op.f('fk_bridges_room_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bridges')),
    sa.UniqueConstraint('room_id', 'kind', 'address', name=op.f('uq_bridges_room_id_kind_address'))
    )
    op.create_index('ix_bridges_kind_target', 'bridges', ['kind', 'target'])
    op.create_table('chat_accounts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('proved_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_chat_accounts_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_chat_accounts')),
    sa.UniqueConstraint('kind', 'account', name=op.f('uq_chat_accounts_kind_account'))
    )
    op.create_index(op.f('ix_chat_accounts_user_id'), 'chat_accounts', ['user_id'])
    op.create_table('chat_codes',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('code_hash', sa.String(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_chat_codes_user_id')),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_chat_codes')),
    sa.UniqueConstraint('code_hash', name=op.f('uq_chat_codes_code_hash'))
    )
    op.create_table('bridge_heard',
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_bridge_heard'))
    )
    op.create_index(op.f('ix_bridge_heard_at'), 'bridge_heard', ['at'])
    op.create_table('gateway_leases',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('holder', sa.String(), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('fence', sa.Integer(), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_gateway_leases'))
    )


def downgrade():
    for table in ('gateway_leases', 'bridge_heard', 'chat_codes', 'chat_accounts', 'bridges'):
        op.drop_table(table)
