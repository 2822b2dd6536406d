"""tickets: what customers ask, what is said, and through whose hands it goes"""

import sqlalchemy as sa
from alembic import op


revision = '0080'
down_revision = "0093"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('support_plans',
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('plan', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_support_plans_customer_id')),
    sa.PrimaryKeyConstraint('customer_id', name=op.f('pk_support_plans'))
    )
    op.create_table('tickets',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=True),
    sa.Column('turnup_id', sa.Integer(), nullable=True),
    sa.Column('cutover_id', sa.Integer(), nullable=True),
    sa.Column('requester_id', sa.Integer(), nullable=True),
    sa.Column('requester_name', sa.String(), nullable=False),
    sa.Column('requester_email', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('severity', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('holder_team', sa.String(), nullable=False),
    sa.Column('holder_id', sa.Integer(), nullable=True),
    sa.Column('owes', sa.String(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('first_response_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('waiting_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('resolved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('resolution', sa.String(), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('doc_link', sa.String(), nullable=False),
    sa.Column('no_doc', sa.String(), nullable=False),
    sa.Column('merged_into_id', sa.Integer(), nullable=True),
    sa.Column('reopened', sa.Integer(), nullable=False),
    sa.Column('corrected', sa.Integer(), nullable=False),
    sa.Column('escalated', sa.Integer(), nullable=False),
    sa.Column('first_due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('next_due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('resolve_due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('look_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('first_working_s', sa.Double(), nullable=True),
    sa.Column('resolve_working_s', sa.Double(), nullable=True),
    sa.Column('next_missed', sa.Integer(), nullable=False),
    sa.Column('score', sa.Integer(), nullable=True),
    sa.Column('score_words', sa.String(), nullable=False),
    sa.Column('scored_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('tracker_link', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_tickets_customer_id')),
    sa.ForeignKeyConstraint(['holder_id'], ['users.id'], name=op.f('fk_tickets_holder_id')),
    sa.ForeignKeyConstraint(['merged_into_id'], ['tickets.id'], name=op.f('fk_tickets_merged_into_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_tickets_owner_id')),
    sa.ForeignKeyConstraint(['requester_id'], ['users.id'], name=op.f('fk_tickets_requester_id')),
    sa.ForeignKeyConstraint(['turnup_id'], ['turnups.id'], name=op.f('fk_tickets_turnup_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tickets')),
    sa.UniqueConstraint('reference', name=op.f('uq_tickets_reference'))
    )
    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_tickets_customer_id'), ['customer_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_tickets_cutover_id'), ['cutover_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_tickets_holder_id'), ['holder_id'], unique=False)
        batch_op.create_index('ix_tickets_holder_team_state_last_at', ['holder_team', 'state', 'last_at'], unique=False)
        batch_op.create_index('ix_tickets_last_at_id', ['last_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_tickets_look_at'), ['look_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_tickets_owner_id'), ['owner_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_tickets_requester_email'), ['requester_email'], unique=False)
        batch_op.create_index(batch_op.f('ix_tickets_requester_id'), ['requester_id'], unique=False)
        batch_op.create_index('ix_tickets_state_last_at_id', ['state', 'last_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_tickets_turnup_id'), ['turnup_id'], unique=False)

    op.create_table('ticket_handovers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('team', sa.String(), nullable=False),
    sa.Column('question', sa.String(), nullable=False),
    sa.Column('asked_by', sa.Integer(), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('accept_by', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('accepted_by', sa.Integer(), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended', sa.String(), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.Column('nudges', sa.Integer(), nullable=False),
    sa.Column('escalations', sa.Integer(), nullable=False),
    sa.Column('look_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['accepted_by'], ['users.id'], name=op.f('fk_ticket_handovers_accepted_by')),
    sa.ForeignKeyConstraint(['asked_by'], ['users.id'], name=op.f('fk_ticket_handovers_asked_by')),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_ticket_handovers_ticket_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket_handovers'))
    )
    with op.batch_alter_table('ticket_handovers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ticket_handovers_look_at'), ['look_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_ticket_handovers_ticket_id'), ['ticket_id'], unique=False)

    op.create_table('ticket_mails',
    sa.Column('message_id', sa.String(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_ticket_mails_ticket_id')),
    sa.PrimaryKeyConstraint('message_id', name=op.f('pk_ticket_mails'))
    )
    with op.batch_alter_table('ticket_mails', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ticket_mails_ticket_id'), ['ticket_id'], unique=False)

    op.create_table('ticket_messages',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('side', sa.String(), nullable=False),
    sa.Column('actor', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('team', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('message_id', sa.String(), nullable=False),
    sa.Column('corrects', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_ticket_messages_ticket_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket_messages')),
    sa.UniqueConstraint('ticket_id', 'number', name=op.f('uq_ticket_messages_ticket_id_number'))
    )
    op.create_table('ticket_stints',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('team', sa.String(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_ticket_stints_ticket_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket_stints'))
    )
    with op.batch_alter_table('ticket_stints', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ticket_stints_ticket_id'), ['ticket_id'], unique=False)

    op.create_table('ticket_files',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['ticket_messages.id'], name=op.f('fk_ticket_files_message_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket_files'))
    )
    with op.batch_alter_table('ticket_files', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ticket_files_message_id'), ['message_id'], unique=False)


def downgrade():
    op.drop_table('ticket_files')
    op.drop_table('ticket_stints')
    op.drop_table('ticket_messages')
    op.drop_table('ticket_mails')
    op.drop_table('ticket_handovers')
    op.drop_table('tickets')
    op.drop_table('support_plans')
