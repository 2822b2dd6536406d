"""when turn-ups without a cutover can go live, as last worked out"""

import sqlalchemy as sa
from alembic import op


revision = '0026'
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('go_lives',
    sa.Column('turnup_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('looked_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['turnup_id'], ['turnups.id'], name=op.f('fk_go_lives_turnup_id')),
    sa.PrimaryKeyConstraint('turnup_id', name=op.f('pk_go_lives'))
    )


def downgrade():
    op.drop_table('go_lives')
