"""steps beside reservations, what the network carries from a metrics source, the origin's limits"""

import sqlalchemy as sa
from alembic import op


revision = '0021'
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('reserved_steps',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('holder', sa.String(), nullable=False),
    sa.Column('turnup_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('share', sa.Double(), nullable=False),
    sa.ForeignKeyConstraint(['turnup_id'], ['turnups.id'], name=op.f('fk_reserved_steps_turnup_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reserved_steps'))
    )
    op.create_index(op.f('ix_reserved_steps_holder'), 'reserved_steps', ['holder'])
    op.create_index(op.f('ix_reserved_steps_turnup_id'), 'reserved_steps', ['turnup_id'])
    op.execute(
        'INSERT INTO reserved_steps (holder, turnup_id, at, share) '
        'SELECT holder, turnup_id, MIN(hour), share FROM reservations GROUP BY holder, turnup_id, share'
    )
    op.create_table('base_sources',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=False),
    sa.Column('unit', sa.String(), nullable=False),
    sa.Column('url', sa.String(), nullable=False),
    sa.Column('query', sa.String(), nullable=False),
    sa.Column('secret', sa.String(), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('asked', sa.Integer(), nullable=False),
    sa.Column('came', sa.Integer(), nullable=False),
    sa.Column('problem', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_base_sources_site_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_base_sources')),
    sa.UniqueConstraint('site_id', 'unit', name=op.f('uq_base_sources_site_id_unit'))
    )
    op.create_table('site_loads',
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.Column('hour', sa.DateTime(timezone=True), nullable=False),
    sa.Column('load', sa.Double(), nullable=False),
    sa.Column('samples', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['source_id'], ['base_sources.id'], name=op.f('fk_site_loads_source_id')),
    sa.PrimaryKeyConstraint('source_id', 'hour', name=op.f('pk_site_loads'))
    )
    with op.batch_alter_table('sites', schema=None) as batch_op:
        batch_op.add_column(sa.Column('gbit_week', sa.JSON(), nullable=False, server_default='[]'))
    with op.batch_alter_table('traffic_forecasts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('progress', sa.Integer(), nullable=False, server_default='0'))
    with op.batch_alter_table('traffic_facts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('origin_gbit', sa.Double(), nullable=True))
        batch_op.add_column(sa.Column('old_offload', sa.Double(), nullable=True))
        batch_op.add_column(sa.Column('warm_minutes', sa.Double(), nullable=True))


def downgrade():
    with op.batch_alter_table('traffic_facts', schema=None) as batch_op:
        batch_op.drop_column('warm_minutes')
        batch_op.drop_column('old_offload')
        batch_op.drop_column('origin_gbit')
    with op.batch_alter_table('traffic_forecasts', schema=None) as batch_op:
        batch_op.drop_column('progress')
    with op.batch_alter_table('sites', schema=None) as batch_op:
        batch_op.drop_column('gbit_week')
    op.drop_table('site_loads')
    op.drop_table('base_sources')
    op.drop_index(op.f('ix_reserved_steps_turnup_id'), table_name='reserved_steps')
    op.drop_index(op.f('ix_reserved_steps_holder'), table_name='reserved_steps')
    op.drop_table('reserved_steps')
