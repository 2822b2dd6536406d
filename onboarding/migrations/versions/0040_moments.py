"""moments of a run, for charts afterwards"""

import sqlalchemy as sa
from alembic import op


revision = '0040'
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('ramp_moments',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ramp_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seconds', sa.Double(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('step', sa.Integer(), nullable=False),
    sa.Column('share', sa.Double(), nullable=True),
    sa.Column('counted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('moved', sa.JSON(), nullable=True),
    sa.Column('control', sa.JSON(), nullable=True),
    sa.Column('evidence', sa.JSON(), nullable=False),
    sa.Column('fine', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['ramp_id'], ['ramps.id'], name=op.f('fk_ramp_moments_ramp_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ramp_moments'))
    )
    with op.batch_alter_table('ramp_moments', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ramp_moments_ramp_id'), ['ramp_id'], unique=False)


def downgrade():
    op.drop_table('ramp_moments')
