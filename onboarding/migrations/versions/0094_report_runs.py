"""report runs: what was counted of runs, alarms, faults and forecasts; lessons and follow-ups"""

import sqlalchemy as sa
from alembic import op


revision = '0094'
down_revision = "0081"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('report_forecast_weeks',
    sa.Column('turnup_id', sa.Integer(), nullable=False),
    sa.Column('week', sa.DateTime(timezone=True), nullable=False),
    sa.Column('hours', sa.Integer(), nullable=False),
    sa.Column('error', sa.Double(), nullable=False),
    sa.Column('lean', sa.Double(), nullable=False),
    sa.Column('within', sa.Double(), nullable=False),
    sa.Column('came', sa.Double(), nullable=False),
    sa.Column('planned', sa.Double(), nullable=True),
    sa.ForeignKeyConstraint(['turnup_id'], ['turnups.id'], name=op.f('fk_report_forecast_weeks_turnup_id')),
    sa.PrimaryKeyConstraint('turnup_id', 'week', name=op.f('pk_report_forecast_weeks'))
    )
    with op.batch_alter_table('report_forecast_weeks', schema=None) as batch_op:
        batch_op.create_index('ix_report_forecast_weeks_week', ['week'], unique=False)

    op.create_table('report_followups',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('cutover_id', sa.Integer(), nullable=False),
    sa.Column('what', sa.String(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('for_customer', sa.Boolean(), nullable=False),
    sa.Column('made_by', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('done_by', sa.Integer(), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['cutover_id'], ['cutovers.id'], name=op.f('fk_report_followups_cutover_id')),
    sa.ForeignKeyConstraint(['done_by'], ['users.id'], name=op.f('fk_report_followups_done_by')),
    sa.ForeignKeyConstraint(['made_by'], ['users.id'], name=op.f('fk_report_followups_made_by')),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_report_followups_owner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_followups'))
    )
    with op.batch_alter_table('report_followups', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_report_followups_cutover_id'), ['cutover_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_report_followups_due_at'), ['due_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_report_followups_owner_id'), ['owner_id'], unique=False)

    op.create_table('report_lessons',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('cutover_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('for_customer', sa.Boolean(), nullable=False),
    sa.Column('by', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by'], ['users.id'], name=op.f('fk_report_lessons_by')),
    sa.ForeignKeyConstraint(['cutover_id'], ['cutovers.id'], name=op.f('fk_report_lessons_cutover_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_lessons'))
    )
    with op.batch_alter_table('report_lessons', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_report_lessons_cutover_id'), ['cutover_id'], unique=False)

    op.create_table('report_runs',
    sa.Column('ramp_id', sa.Integer(), nullable=False),
    sa.Column('cutover_id', sa.Integer(), nullable=False),
    sa.Column('turnup_id', sa.Integer(), nullable=False),
    sa.Column('practice', sa.Boolean(), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lasted_s', sa.Double(), nullable=False),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.Column('late_s', sa.Double(), nullable=False),
    sa.Column('over_s', sa.Double(), nullable=False),
    sa.Column('holds', sa.JSON(), nullable=False),
    sa.Column('back_why', sa.String(), nullable=False),
    sa.Column('pages', sa.Integer(), nullable=False),
    sa.Column('overruled', sa.Boolean(), nullable=False),
    sa.Column('watched_s', sa.Double(), nullable=False),
    sa.Column('off', sa.Double(), nullable=True),
    sa.ForeignKeyConstraint(['cutover_id'], ['cutovers.id'], name=op.f('fk_report_runs_cutover_id')),
    sa.ForeignKeyConstraint(['ramp_id'], ['ramps.id'], name=op.f('fk_report_runs_ramp_id')),
    sa.ForeignKeyConstraint(['turnup_id'], ['turnups.id'], name=op.f('fk_report_runs_turnup_id')),
    sa.PrimaryKeyConstraint('ramp_id', name=op.f('pk_report_runs'))
    )
    with op.batch_alter_table('report_runs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_report_runs_cutover_id'), ['cutover_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_report_runs_ended_at'), ['ended_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_report_runs_turnup_id'), ['turnup_id'], unique=False)

    op.create_table('report_alarms',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ramp_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('signal', sa.String(), nullable=False),
    sa.Column('action', sa.String(), nullable=False),
    sa.Column('seconds', sa.Double(), nullable=False),
    sa.Column('sentence', sa.String(), nullable=False),
    sa.Column('verdict', sa.String(), nullable=False),
    sa.Column('judged_by', sa.Integer(), nullable=True),
    sa.Column('judged_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['judged_by'], ['users.id'], name=op.f('fk_report_alarms_judged_by')),
    sa.ForeignKeyConstraint(['ramp_id'], ['report_runs.ramp_id'], name=op.f('fk_report_alarms_ramp_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_alarms')),
    sa.UniqueConstraint('ramp_id', 'number', name=op.f('uq_report_alarms_ramp_id_number'))
    )
    with op.batch_alter_table('report_alarms', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_report_alarms_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_report_alarms_ramp_id'), ['ramp_id'], unique=False)

    op.create_table('report_faults',
    sa.Column('ramp_id', sa.Integer(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('expected', sa.String(), nullable=False),
    sa.Column('verdict', sa.String(), nullable=False),
    sa.Column('held_s', sa.Double(), nullable=True),
    sa.Column('back_s', sa.Double(), nullable=True),
    sa.ForeignKeyConstraint(['ramp_id'], ['report_runs.ramp_id'], name=op.f('fk_report_faults_ramp_id')),
    sa.PrimaryKeyConstraint('ramp_id', 'place', name=op.f('pk_report_faults'))
    )


def downgrade():
    op.drop_table('report_faults')
    op.drop_table('report_alarms')
    op.drop_table('report_runs')
    op.drop_table('report_lessons')
    op.drop_table('report_followups')
    op.drop_table('report_forecast_weeks')
