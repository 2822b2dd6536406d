"""when standbys were asked and reminded; whether Go waits for them; names pinned and barred"""

import sqlalchemy as sa
from alembic import op


revision = '0033'
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('seats', schema=None) as batch_op:
        batch_op.add_column(sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table('cutovers', schema=None) as batch_op:
        batch_op.add_column(sa.Column('demand_on_station', sa.Boolean(), nullable=False, server_default=sa.true()))
    op.create_table('roster_choices',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('cutover_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('team', sa.String(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('cost', sa.JSON(), nullable=False),
    sa.Column('asked_by', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('agreed_by', sa.Integer(), nullable=True),
    sa.Column('agreed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['agreed_by'], ['users.id'], name=op.f('fk_roster_choices_agreed_by')),
    sa.ForeignKeyConstraint(['asked_by'], ['users.id'], name=op.f('fk_roster_choices_asked_by')),
    sa.ForeignKeyConstraint(['cutover_id'], ['cutovers.id'], name=op.f('fk_roster_choices_cutover_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_roster_choices_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_roster_choices')),
    sa.UniqueConstraint('cutover_id', 'user_id', name=op.f('uq_roster_choices_cutover_id_user_id'))
    )


def downgrade():
    op.drop_table('roster_choices')
    with op.batch_alter_table('cutovers', schema=None) as batch_op:
        batch_op.drop_column('demand_on_station')
    with op.batch_alter_table('seats', schema=None) as batch_op:
        batch_op.drop_column('reminded_at')
        batch_op.drop_column('asked_at')
