"""outreach: origins that are watched after the flip, and what customers are told first"""

import sqlalchemy as sa
from alembic import op


revision = '0090'
down_revision = "0087"
branch_labels = None
depends_on = None
MOMENT = sa.DateTime(timezone=True)


def upgrade():
    op.create_table('outreach_mutes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('signal', sa.String(), nullable=False),
    sa.Column('until', MOMENT, nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('by', sa.Integer(), nullable=False),
    sa.Column('created_at', MOMENT, nullable=False),
    sa.Column('ended_at', MOMENT, nullable=True),
    sa.ForeignKeyConstraint(['by'], ['users.id'], name=op.f('fk_outreach_mutes_by')),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_outreach_mutes_customer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outreach_mutes'))
    )
    with op.batch_alter_table('outreach_mutes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_outreach_mutes_customer_id'), ['customer_id'], unique=False)

    op.create_table('outreach_settings',
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('automatic', sa.Boolean(), nullable=False),
    sa.Column('sender', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_outreach_settings_customer_id')),
    sa.PrimaryKeyConstraint('customer_id', name=op.f('pk_outreach_settings'))
    )
    op.create_table('outreaches',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('turnup_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('holds', sa.String(), nullable=True),
    sa.Column('signals', sa.JSON(), nullable=False),
    sa.Column('figures', sa.JSON(), nullable=False),
    sa.Column('cause', sa.String(), nullable=False),
    sa.Column('onset', MOMENT, nullable=False),
    sa.Column('opened_at', MOMENT, nullable=False),
    sa.Column('last_seen_at', MOMENT, nullable=False),
    sa.Column('repeats', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('edited', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('sender_id', sa.Integer(), nullable=True),
    sa.Column('snoozed_until', MOMENT, nullable=True),
    sa.Column('sent_at', MOMENT, nullable=True),
    sa.Column('sent_by', sa.String(), nullable=False),
    sa.Column('answered_at', MOMENT, nullable=True),
    sa.Column('answer', sa.String(), nullable=False),
    sa.Column('answered_by', sa.String(), nullable=False),
    sa.Column('healed_at', MOMENT, nullable=True),
    sa.Column('ended_at', MOMENT, nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_outreaches_customer_id')),
    sa.ForeignKeyConstraint(['round_id'], ['turnups.id'], name=op.f('fk_outreaches_round_id')),
    sa.ForeignKeyConstraint(['sender_id'], ['users.id'], name=op.f('fk_outreaches_sender_id')),
    sa.ForeignKeyConstraint(['turnup_id'], ['turnups.id'], name=op.f('fk_outreaches_turnup_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outreaches')),
    sa.UniqueConstraint('holds', name=op.f('uq_outreaches_holds'))
    )
    with op.batch_alter_table('outreaches', schema=None) as batch_op:
        batch_op.create_index('ix_outreaches_customer_id_opened_at', ['customer_id', 'opened_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_outreaches_sender_id'), ['sender_id'], unique=False)
        batch_op.create_index('ix_outreaches_state_opened_at', ['state', 'opened_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_outreaches_turnup_id'), ['turnup_id'], unique=False)

    op.create_table('origin_watches',
    sa.Column('turnup_id', sa.Integer(), nullable=False),
    sa.Column('cutover_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.JSON(), nullable=False),
    sa.Column('until', MOMENT, nullable=True),
    sa.Column('seen_at', MOMENT, nullable=True),
    sa.Column('problem', sa.String(), nullable=False),
    sa.Column('problem_since', MOMENT, nullable=True),
    sa.Column('figures', sa.JSON(), nullable=False),
    sa.Column('lease_holder', sa.String(), nullable=False),
    sa.Column('lease_until', MOMENT, nullable=True),
    sa.Column('fence', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['cutover_id'], ['cutovers.id'], name=op.f('fk_origin_watches_cutover_id')),
    sa.ForeignKeyConstraint(['turnup_id'], ['turnups.id'], name=op.f('fk_origin_watches_turnup_id')),
    sa.PrimaryKeyConstraint('turnup_id', name=op.f('pk_origin_watches'))
    )
    with op.batch_alter_table('origin_watches', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_origin_watches_lease_until'), ['lease_until'], unique=False)


def downgrade():
    with op.batch_alter_table('origin_watches', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_origin_watches_lease_until'))

    op.drop_table('origin_watches')
    with op.batch_alter_table('outreaches', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_outreaches_turnup_id'))
        batch_op.drop_index('ix_outreaches_state_opened_at')
        batch_op.drop_index(batch_op.f('ix_outreaches_sender_id'))
        batch_op.drop_index('ix_outreaches_customer_id_opened_at')

    op.drop_table('outreaches')
    op.drop_table('outreach_settings')
    with op.batch_alter_table('outreach_mutes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_outreach_mutes_customer_id'))

    op.drop_table('outreach_mutes')
