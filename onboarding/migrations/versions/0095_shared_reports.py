"""shared reports: the customer's version of a cutover's report; who gets figures by mail"""

import sqlalchemy as sa
from alembic import op


revision = '0095'
down_revision = "0082"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('shared_reports',
    sa.Column('cutover_id', sa.Integer(), nullable=False),
    sa.Column('turnup_id', sa.Integer(), nullable=False),
    sa.Column('document', sa.JSON(), nullable=False),
    sa.Column('shared_by', sa.Integer(), nullable=False),
    sa.Column('shared_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['cutover_id'], ['cutovers.id'], name=op.f('fk_shared_reports_cutover_id')),
    sa.ForeignKeyConstraint(['shared_by'], ['users.id'], name=op.f('fk_shared_reports_shared_by')),
    sa.ForeignKeyConstraint(['turnup_id'], ['turnups.id'], name=op.f('fk_shared_reports_turnup_id')),
    sa.PrimaryKeyConstraint('cutover_id', name=op.f('pk_shared_reports'))
    )
    with op.batch_alter_table('shared_reports', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_shared_reports_turnup_id'), ['turnup_id'], unique=False)

    op.create_table('report_subscriptions',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('level', sa.String(), nullable=False),
    sa.Column('region', sa.String(), nullable=False),
    sa.Column('manager_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['manager_id'], ['users.id'], name=op.f('fk_report_subscriptions_manager_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_report_subscriptions_user_id')),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_report_subscriptions'))
    )


def downgrade():
    op.drop_table('report_subscriptions')
    op.drop_table('shared_reports')
