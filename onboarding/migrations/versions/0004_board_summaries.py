"""board summaries, and the longest in each stage by an index"""

import sqlalchemy as sa
from alembic import op


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('board_summaries',
    sa.Column('turnup_id', sa.Integer(), nullable=False),
    sa.Column('blocks', sa.String(), nullable=False),
    sa.Column('more', sa.Integer(), nullable=False),
    sa.Column('place', sa.String(), nullable=False),
    sa.Column('ball', sa.String(), nullable=False),
    sa.Column('trouble', sa.String(), nullable=False),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('next_what', sa.String(), nullable=False),
    sa.Column('good_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['turnup_id'], ['turnups.id'], name=op.f('fk_board_summaries_turnup_id_turnups')),
    sa.PrimaryKeyConstraint('turnup_id', name=op.f('pk_board_summaries'))
    )
    with op.batch_alter_table('board_summaries', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_board_summaries_ball'), ['ball'], unique=False)
        batch_op.create_index(batch_op.f('ix_board_summaries_seen_at'), ['seen_at'], unique=False)
    with op.batch_alter_table('turnups', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_turnups_stage_entered_at_id'), ['stage', 'entered_at', 'id'], unique=False)


def downgrade():
    with op.batch_alter_table('turnups', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_turnups_stage_entered_at_id'))

    op.drop_table('board_summaries')
