"""traffic meters and tallies"""

import sqlalchemy as sa
from alembic import op


revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('traffic_meters',
    sa.Column('turnup_id', sa.Integer(), nullable=False),
    sa.Column('feed', sa.String(), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled', sa.DateTime(timezone=True), nullable=False),
    sa.Column('problem', sa.String(), nullable=False),
    sa.Column('outcome', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['turnup_id'], ['turnups.id'], name=op.f('fk_traffic_meters_turnup_id')),
    sa.PrimaryKeyConstraint('turnup_id', name=op.f('pk_traffic_meters'))
    )
    op.create_table('traffic_tallies',
    sa.Column('turnup_id', sa.Integer(), nullable=False),
    sa.Column('hour', sa.DateTime(timezone=True), nullable=False),
    sa.Column('requests', sa.Double(), nullable=False),
    sa.Column('seconds', sa.Double(), nullable=False),
    sa.ForeignKeyConstraint(['turnup_id'], ['turnups.id'], name=op.f('fk_traffic_tallies_turnup_id')),
    sa.PrimaryKeyConstraint('turnup_id', 'hour', name=op.f('pk_traffic_tallies'))
    )


def downgrade():
    op.drop_table('traffic_tallies')
    op.drop_table('traffic_meters')
