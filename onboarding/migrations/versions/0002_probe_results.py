"""probe results, and when each item's probe looks next"""

import sqlalchemy as sa
from alembic import op


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('probe_results',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('first_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('looks', sa.Integer(), nullable=False),
    sa.Column('passes', sa.Boolean(), nullable=True),
    sa.Column('saw', sa.String(), nullable=False),
    sa.Column('fix', sa.String(), nullable=False),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['checklist_items.id'], name=op.f('fk_probe_results_item_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_probe_results'))
    )
    with op.batch_alter_table('probe_results', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_probe_results_item_id'), ['item_id'], unique=False)

    with op.batch_alter_table('checklist_items', schema=None) as batch_op:
        batch_op.add_column(sa.Column('probe_due_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('probe_passes', sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column('probe_misses', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('probe_ticks', sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.create_index(batch_op.f('ix_checklist_items_probe_due_at'), ['probe_due_at'], unique=False)
    with op.batch_alter_table('checklist_items', schema=None) as batch_op:
        batch_op.alter_column('probe_misses', server_default=None)
        batch_op.alter_column('probe_ticks', server_default=None)

    # Items that are there already: those with a probe are due at once.
    items = sa.table('checklist_items', sa.column('id', sa.Integer()), sa.column('definition', sa.JSON()),
                     sa.column('probe_due_at', sa.DateTime(timezone=True)))
    connection = op.get_bind()
    found = connection.execute(sa.select(items.c.id, items.c.definition)).all()
    watched = [row.id for row in found if row.definition.get('probe')]
    for first in range(0, len(watched), 500):
        some = items.c.id.in_(watched[first:first + 500])
        connection.execute(items.update().where(some).values(probe_due_at=sa.func.current_timestamp()))


def downgrade():
    with op.batch_alter_table('checklist_items', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_checklist_items_probe_due_at'))
        batch_op.drop_column('probe_ticks')
        batch_op.drop_column('probe_misses')
        batch_op.drop_column('probe_passes')
        batch_op.drop_column('probe_due_at')
    op.drop_table('probe_results')
