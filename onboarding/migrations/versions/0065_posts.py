"""posts in each reader's language and zone: facts, edits, drafts, cadence, subscriptions by scope"""

import sqlalchemy as sa
from alembic import op


revision = '0065'
down_revision = "0062"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade():
    with op.batch_alter_table('posts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('facts', sa.JSON(), nullable=False, server_default='{}'))
        batch_op.add_column(sa.Column('edited_at', MOMENT, nullable=True))
    with op.batch_alter_table('posts', schema=None) as batch_op:
        batch_op.alter_column('facts', server_default=None)
    # what was posted before has its text alone: it is read as it was sent
    op.execute("UPDATE posts SET edited_at = at")

    with op.batch_alter_table('post_subscriptions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('scope', sa.String(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('user_id', sa.Integer(), nullable=True))
        for name, default in (('language', 'en'), ('zone', 'UTC'), ('quiet', ''), ('digest', ''), ('source', '')):
            batch_op.add_column(sa.Column(name, sa.String(), nullable=False, server_default=default))
        for name in ('created_at', 'confirmed_at', 'ended_at'):
            batch_op.add_column(sa.Column(name, MOMENT, nullable=True))
    op.execute("UPDATE post_subscriptions SET scope = 'cutover:' || cutover_id,"
               " created_at = CURRENT_TIMESTAMP, confirmed_at = CURRENT_TIMESTAMP")
    with op.batch_alter_table('post_subscriptions', schema=None) as batch_op:
        batch_op.drop_constraint('uq_post_subscriptions_cutover_id_channel_recipient', type_='unique')
        batch_op.drop_index('ix_post_subscriptions_cutover_id')
        batch_op.drop_constraint('fk_post_subscriptions_cutover_id', type_='foreignkey')
        batch_op.drop_column('cutover_id')
        for name in ('scope', 'language', 'zone', 'quiet', 'digest', 'source'):
            batch_op.alter_column(name, existing_type=sa.String(), server_default=None)
        batch_op.alter_column('created_at', existing_type=MOMENT, nullable=False)
        batch_op.create_unique_constraint(op.f('uq_post_subscriptions_scope_channel_recipient'), ['scope', 'channel', 'recipient'])
        batch_op.create_foreign_key(op.f('fk_post_subscriptions_user_id'), 'users', ['user_id'], ['id'])
        batch_op.create_index(op.f('ix_post_subscriptions_user_id'), ['user_id'], unique=False)
        batch_op.create_index(op.f('ix_post_subscriptions_source'), ['source'], unique=False)

    op.create_table('post_edits',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('at', MOMENT, nullable=False),
    sa.Column('by', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['by'], ['users.id'], name=op.f('fk_post_edits_by')),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_post_edits_post_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_post_edits')),
    sa.UniqueConstraint('post_id', 'number', name=op.f('uq_post_edits_post_id_number'))
    )
    op.create_table('post_drafts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('cutover_id', sa.Integer(), nullable=False),
    sa.Column('audiences', sa.JSON(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=True),
    sa.Column('asked_by', sa.Integer(), nullable=False),
    sa.Column('asked_at', MOMENT, nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('decided_at', MOMENT, nullable=True),
    sa.ForeignKeyConstraint(['asked_by'], ['users.id'], name=op.f('fk_post_drafts_asked_by')),
    sa.ForeignKeyConstraint(['cutover_id'], ['cutovers.id'], name=op.f('fk_post_drafts_cutover_id')),
    sa.ForeignKeyConstraint(['decided_by'], ['users.id'], name=op.f('fk_post_drafts_decided_by')),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_post_drafts_post_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_post_drafts'))
    )
    with op.batch_alter_table('post_drafts', schema=None) as batch_op:
        batch_op.create_index(op.f('ix_post_drafts_cutover_id'), ['cutover_id'], unique=False)
    op.create_table('post_cadences',
    sa.Column('cutover_id', sa.Integer(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('due_at', MOMENT, nullable=True),
    sa.Column('reminded_at', MOMENT, nullable=True),
    sa.Column('overdue_at', MOMENT, nullable=True),
    sa.ForeignKeyConstraint(['cutover_id'], ['cutovers.id'], name=op.f('fk_post_cadences_cutover_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_post_cadences_owner_id')),
    sa.PrimaryKeyConstraint('cutover_id', name=op.f('pk_post_cadences'))
    )
    with op.batch_alter_table('post_cadences', schema=None) as batch_op:
        batch_op.create_index(op.f('ix_post_cadences_due_at'), ['due_at'], unique=False)
    op.create_table('post_publics',
    sa.Column('cutover_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('since', MOMENT, nullable=False),
    sa.ForeignKeyConstraint(['cutover_id'], ['cutovers.id'], name=op.f('fk_post_publics_cutover_id')),
    sa.PrimaryKeyConstraint('cutover_id', name=op.f('pk_post_publics'))
    )
    op.create_table('post_held',
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('subscription_id', sa.Integer(), nullable=False),
    sa.Column('due_at', MOMENT, nullable=False),
    sa.Column('letter', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_post_held_post_id')),
    sa.ForeignKeyConstraint(['subscription_id'], ['post_subscriptions.id'], name=op.f('fk_post_held_subscription_id')),
    sa.PrimaryKeyConstraint('post_id', 'subscription_id', name=op.f('pk_post_held'))
    )
    with op.batch_alter_table('post_held', schema=None) as batch_op:
        batch_op.create_index('ix_post_held_due', ['letter', 'due_at'], unique=False)
    op.create_table('post_wordings',
    sa.Column('audience', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('by', sa.Integer(), nullable=False),
    sa.Column('at', MOMENT, nullable=False),
    sa.ForeignKeyConstraint(['by'], ['users.id'], name=op.f('fk_post_wordings_by')),
    sa.PrimaryKeyConstraint('audience', 'language', 'key', name=op.f('pk_post_wordings'))
    )


def downgrade():
    for name in ('post_wordings', 'post_held', 'post_publics', 'post_cadences', 'post_drafts', 'post_edits'):
        op.drop_table(name)
    op.execute("DELETE FROM post_subscriptions WHERE scope NOT LIKE 'cutover:%' OR confirmed_at IS NULL OR ended_at IS NOT NULL")
    with op.batch_alter_table('post_subscriptions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('cutover_id', sa.Integer(), nullable=True))
    op.execute("UPDATE post_subscriptions SET cutover_id = CAST(substr(scope, 9) AS INTEGER)")
    with op.batch_alter_table('post_subscriptions', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('uq_post_subscriptions_scope_channel_recipient'), type_='unique')
        batch_op.drop_constraint(op.f('fk_post_subscriptions_user_id'), type_='foreignkey')
        batch_op.drop_index(op.f('ix_post_subscriptions_user_id'))
        batch_op.drop_index(op.f('ix_post_subscriptions_source'))
        for name in ('scope', 'user_id', 'language', 'zone', 'quiet', 'digest', 'source', 'created_at', 'confirmed_at', 'ended_at'):
            batch_op.drop_column(name)
        batch_op.alter_column('cutover_id', existing_type=sa.Integer(), nullable=False)
        batch_op.create_foreign_key('fk_post_subscriptions_cutover_id', 'cutovers', ['cutover_id'], ['id'])
        batch_op.create_index('ix_post_subscriptions_cutover_id', ['cutover_id'], unique=False)
        batch_op.create_unique_constraint('uq_post_subscriptions_cutover_id_channel_recipient', ['cutover_id', 'channel', 'recipient'])
    with op.batch_alter_table('posts', schema=None) as batch_op:
        batch_op.drop_column('edited_at')
        batch_op.drop_column('facts')
