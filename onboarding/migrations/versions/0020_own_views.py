"""views of the board that people keep, medians of days in each stage, turn-ups put away"""

import sqlalchemy as sa
from alembic import op


revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'board_views',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('arguments', sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_board_views_user_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_board_views')),
        sa.UniqueConstraint('user_id', 'name', name=op.f('uq_board_views_user_id_name')),
    )
    op.create_table(
        'board_medians',
        sa.Column('stage', sa.String(), nullable=False),
        sa.Column('days', sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint('stage', name=op.f('pk_board_medians')),
    )
    with op.batch_alter_table('turnups', schema=None) as batch_op:
        batch_op.add_column(sa.Column('archived_at', sa.DateTime(timezone=True), nullable=True))


def downgrade():
    with op.batch_alter_table('turnups', schema=None) as batch_op:
        batch_op.drop_column('archived_at')
    op.drop_table('board_medians')
    op.drop_table('board_views')
