"""metrics: growing totals, as exporters told them last"""

import sqlalchemy as sa
from alembic import op


revision = '0121'
down_revision = "0120"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('pushed_totals',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('feed', sa.String(), nullable=False),
    sa.Column('exporter', sa.String(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('series', sa.JSON(), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pushed_totals')),
    sa.UniqueConstraint('feed', 'exporter', name=op.f('uq_pushed_totals_feed_exporter'))
    )


def downgrade():
    op.drop_table('pushed_totals')
