"""product ships, and exceptions from freezes and ships"""

import sqlalchemy as sa
from alembic import op


revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('ships',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('owner', sa.String(), nullable=False),
    sa.Column('risk', sa.String(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('ready_by', sa.Integer(), nullable=True),
    sa.Column('ready_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['ready_by'], ['users.id'], name=op.f('fk_ships_ready_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ships'))
    )
    with op.batch_alter_table('ships', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ships_starts_at'), ['starts_at'], unique=False)

    op.create_table('window_exceptions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('obstacle', sa.String(), nullable=False),
    sa.Column('turnup_id', sa.Integer(), nullable=False),
    sa.Column('approved_by', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['approved_by'], ['users.id'], name=op.f('fk_window_exceptions_approved_by')),
    sa.ForeignKeyConstraint(['turnup_id'], ['turnups.id'], name=op.f('fk_window_exceptions_turnup_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_window_exceptions')),
    sa.UniqueConstraint('obstacle', 'turnup_id', name=op.f('uq_window_exceptions_obstacle_turnup_id'))
    )
    with op.batch_alter_table('window_exceptions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_window_exceptions_turnup_id'), ['turnup_id'], unique=False)


def downgrade():
    op.drop_table('window_exceptions')
    op.drop_table('ships')
