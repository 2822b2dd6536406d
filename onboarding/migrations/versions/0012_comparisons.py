"""comparisons of the old and the new path"""

import sqlalchemy as sa
from alembic import op


revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('comparisons',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('turnup_id', sa.Integer(), nullable=False),
    sa.Column('urls', sa.JSON(), nullable=False),
    sa.Column('old_at', sa.String(), nullable=False),
    sa.Column('new_at', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('asked_by', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['asked_by'], ['users.id'], name=op.f('fk_comparisons_asked_by')),
    sa.ForeignKeyConstraint(['turnup_id'], ['turnups.id'], name=op.f('fk_comparisons_turnup_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_comparisons'))
    )
    with op.batch_alter_table('comparisons', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_comparisons_turnup_id'), ['turnup_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_comparisons_state'), ['state'], unique=False)

    op.create_table('comparison_pairs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('comparison_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('url', sa.String(), nullable=False),
    sa.Column('old', sa.JSON(), nullable=False),
    sa.Column('new', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['comparison_id'], ['comparisons.id'], name=op.f('fk_comparison_pairs_comparison_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_comparison_pairs'))
    )
    with op.batch_alter_table('comparison_pairs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_comparison_pairs_comparison_id'), ['comparison_id'], unique=False)

    op.create_table('comparison_differences',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('pair_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('old', sa.String(), nullable=False),
    sa.Column('new', sa.String(), nullable=False),
    sa.Column('accepted_by', sa.Integer(), nullable=True),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['accepted_by'], ['users.id'], name=op.f('fk_comparison_differences_accepted_by')),
    sa.ForeignKeyConstraint(['pair_id'], ['comparison_pairs.id'], name=op.f('fk_comparison_differences_pair_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_comparison_differences'))
    )
    with op.batch_alter_table('comparison_differences', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_comparison_differences_pair_id'), ['pair_id'], unique=False)


def downgrade():
    op.drop_table('comparison_differences')
    op.drop_table('comparison_pairs')
    op.drop_table('comparisons')
