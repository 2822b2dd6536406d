"""ramps: one stop that holds them all"""

import sqlalchemy as sa
from alembic import op


revision = '0099'
down_revision = "0089"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('ramp_stops',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('actor', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lifted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lifted_by', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ramp_stops'))
    )
    with op.batch_alter_table('ramp_stops', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ramp_stops_lifted_at'), ['lifted_at'], unique=False)


def downgrade():
    op.drop_table('ramp_stops')
