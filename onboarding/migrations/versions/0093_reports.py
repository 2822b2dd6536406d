"""reports: stays in stages, who was waited for, ways to the first day live"""

import sqlalchemy as sa
from alembic import op


revision = '0093'
down_revision = "0066"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('report_stays',
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('turnup_id', sa.Integer(), nullable=False),
    sa.Column('stage', sa.String(), nullable=False),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('days', sa.Double(), nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['stage_entries.id'], name=op.f('fk_report_stays_entry_id')),
    sa.ForeignKeyConstraint(['turnup_id'], ['turnups.id'], name=op.f('fk_report_stays_turnup_id')),
    sa.PrimaryKeyConstraint('entry_id', name=op.f('pk_report_stays'))
    )
    with op.batch_alter_table('report_stays', schema=None) as batch_op:
        batch_op.create_index('ix_report_stays_left_at', ['left_at', 'stage'], unique=False)
        batch_op.create_index(batch_op.f('ix_report_stays_turnup_id'), ['turnup_id'], unique=False)

    op.create_table('report_waits',
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('owner', sa.String(), nullable=False),
    sa.Column('days', sa.Double(), nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['report_stays.entry_id'], name=op.f('fk_report_waits_entry_id')),
    sa.PrimaryKeyConstraint('entry_id', 'owner', name=op.f('pk_report_waits'))
    )

    op.create_table('report_journeys',
    sa.Column('turnup_id', sa.Integer(), nullable=False),
    sa.Column('live_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('days', sa.Double(), nullable=False),
    sa.Column('style', sa.String(), nullable=False),
    sa.Column('returns', sa.Integer(), nullable=False),
    sa.Column('template', sa.String(), nullable=False),
    sa.Column('items', sa.Integer(), nullable=False),
    sa.Column('waived', sa.Integer(), nullable=False),
    sa.Column('by_hand', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['turnup_id'], ['turnups.id'], name=op.f('fk_report_journeys_turnup_id')),
    sa.PrimaryKeyConstraint('turnup_id', name=op.f('pk_report_journeys'))
    )
    with op.batch_alter_table('report_journeys', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_report_journeys_live_at'), ['live_at'], unique=False)


def downgrade():
    op.drop_table('report_journeys')
    op.drop_table('report_waits')
    op.drop_table('report_stays')
