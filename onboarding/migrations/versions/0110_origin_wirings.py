"""outreach: metrics wired for the origin of a live customer"""

import sqlalchemy as sa
from alembic import op


revision = '0110'
down_revision = "0101"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('origin_wirings',
    sa.Column('turnup_id', sa.Integer(), nullable=False),
    sa.Column('metrics', sa.JSON(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('wired_by', sa.Integer(), nullable=False),
    sa.Column('wired_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['turnup_id'], ['turnups.id'], name=op.f('fk_origin_wirings_turnup_id_turnups')),
    sa.ForeignKeyConstraint(['wired_by'], ['users.id'], name=op.f('fk_origin_wirings_wired_by_users')),
    sa.PrimaryKeyConstraint('turnup_id', name=op.f('pk_origin_wirings'))
    )
    with op.batch_alter_table('origin_watches', schema=None) as batch_op:
        batch_op.alter_column('cutover_id', existing_type=sa.Integer(), nullable=True)
        batch_op.add_column(sa.Column('wired', sa.Integer(), server_default='0', nullable=False))
    with op.batch_alter_table('origin_watches', schema=None) as batch_op:
        batch_op.alter_column('wired', server_default=None)


def downgrade():
    op.execute("DELETE FROM origin_watches WHERE cutover_id IS NULL")
    with op.batch_alter_table('origin_watches', schema=None) as batch_op:
        batch_op.drop_column('wired')
        batch_op.alter_column('cutover_id', existing_type=sa.Integer(), nullable=False)
    op.drop_table('origin_wirings')
