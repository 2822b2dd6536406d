"""paging: pages, their calls, how people are reached, a team's order of escalation"""

import sqlalchemy as sa
from alembic import op


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('teams', schema=None) as batch_op:
        batch_op.add_column(sa.Column('lead_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('escalation', sa.JSON(), nullable=False, server_default='[]'))
    op.create_table('reaches',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tested_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('verified_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_reaches_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reaches'))
    )
    with op.batch_alter_table('reaches', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reaches_user_id'), ['user_id'], unique=False)
    op.create_table('pages',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('severity', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('link', sa.String(), nullable=False),
    sa.Column('audience', sa.JSON(), nullable=False),
    sa.Column('steps', sa.JSON(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('wait_s', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('repeats', sa.Integer(), nullable=False),
    sa.Column('opened_by', sa.String(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('holder_id', sa.Integer(), nullable=True),
    sa.Column('holds_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('acknowledged_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('resolved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['holder_id'], ['users.id'], name=op.f('fk_pages_holder_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pages'))
    )
    with op.batch_alter_table('pages', schema=None) as batch_op:
        batch_op.create_index('ix_pages_due', ['state', 'next_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_pages_key'), ['key'], unique=False)
        batch_op.create_index(batch_op.f('ix_pages_subject'), ['subject'], unique=False)
    op.create_table('page_calls',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('page_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('message_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['page_id'], ['pages.id'], name=op.f('fk_page_calls_page_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_page_calls_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_page_calls'))
    )
    with op.batch_alter_table('page_calls', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_page_calls_page_id'), ['page_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_page_calls_user_id'), ['user_id'], unique=False)


def downgrade():
    op.drop_table('page_calls')
    op.drop_table('pages')
    op.drop_table('reaches')
    with op.batch_alter_table('teams', schema=None) as batch_op:
        batch_op.drop_column('escalation')
        batch_op.drop_column('lead_id')
