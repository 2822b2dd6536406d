"""turn-ups at risk"""

import sqlalchemy as sa
from alembic import op


revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('risks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('turnup_id', sa.Integer(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('raised_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['turnup_id'], ['turnups.id'], name=op.f('fk_risks_turnup_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_risks')),
    sa.UniqueConstraint('turnup_id', name=op.f('uq_risks_turnup_id'))
    )


def downgrade():
    op.drop_table('risks')
