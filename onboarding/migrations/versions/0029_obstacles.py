"""freezes of a region or customer, calendars they are read from, wishes of customers, early starts"""

import sqlalchemy as sa
from alembic import op


revision = '0029'
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('obstacle_feeds',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('owner', sa.String(), nullable=False),
    sa.Column('risk', sa.String(), nullable=False),
    sa.Column('region', sa.String(), nullable=False),
    sa.Column('zone', sa.String(), nullable=False),
    sa.Column('added_by', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('tried_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('found', sa.Integer(), nullable=False),
    sa.Column('error', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['added_by'], ['users.id'], name=op.f('fk_obstacle_feeds_added_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_obstacle_feeds'))
    )
    op.create_table('window_wishes',
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('country', sa.String(), nullable=False),
    sa.Column('subdivision', sa.String(), nullable=False),
    sa.Column('holidays', sa.Boolean(), nullable=False),
    sa.Column('days', sa.JSON(), nullable=False),
    sa.Column('hours', sa.String(), nullable=False),
    sa.Column('changed_by', sa.Integer(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['changed_by'], ['users.id'], name=op.f('fk_window_wishes_changed_by')),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_window_wishes_customer_id')),
    sa.PrimaryKeyConstraint('customer_id', name=op.f('pk_window_wishes'))
    )
    op.create_table('early_starts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('cutover_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('allowed_by', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['allowed_by'], ['users.id'], name=op.f('fk_early_starts_allowed_by')),
    sa.ForeignKeyConstraint(['cutover_id'], ['cutovers.id'], name=op.f('fk_early_starts_cutover_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_early_starts')),
    sa.UniqueConstraint('cutover_id', 'version', name=op.f('uq_early_starts_cutover_id_version'))
    )
    with op.batch_alter_table('freezes', schema=None) as batch_op:
        batch_op.add_column(sa.Column('region', sa.String(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('customer_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('feed_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('uid', sa.String(), nullable=False, server_default=''))
        batch_op.create_foreign_key(batch_op.f('fk_freezes_customer_id'), 'customers', ['customer_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_freezes_feed_id'), 'obstacle_feeds', ['feed_id'], ['id'])
        batch_op.create_index(batch_op.f('ix_freezes_ends_at'), ['ends_at'], unique=False)
    with op.batch_alter_table('ships', schema=None) as batch_op:
        batch_op.add_column(sa.Column('feed_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('uid', sa.String(), nullable=False, server_default=''))
        batch_op.create_foreign_key(batch_op.f('fk_ships_feed_id'), 'obstacle_feeds', ['feed_id'], ['id'])
    with op.batch_alter_table('cutovers', schema=None) as batch_op:
        batch_op.add_column(sa.Column('zone', sa.String(), nullable=False, server_default='UTC'))


def downgrade():
    with op.batch_alter_table('cutovers', schema=None) as batch_op:
        batch_op.drop_column('zone')
    with op.batch_alter_table('ships', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_ships_feed_id'), type_='foreignkey')
        batch_op.drop_column('uid')
        batch_op.drop_column('feed_id')
    with op.batch_alter_table('freezes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_freezes_ends_at'))
        batch_op.drop_constraint(batch_op.f('fk_freezes_feed_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_freezes_customer_id'), type_='foreignkey')
        for name in ('uid', 'feed_id', 'customer_id', 'region'):
            batch_op.drop_column(name)
    op.drop_table('early_starts')
    op.drop_table('window_wishes')
    op.drop_table('obstacle_feeds')
