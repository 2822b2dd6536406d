"""checklists that are moved up or added to, and the people behind their owners"""

import sqlalchemy as sa
from alembic import op


revision = '0014'
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('checklist_items', schema=None) as batch_op:
        batch_op.add_column(sa.Column('by_hand', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('carried', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True))

    op.create_table('checklist_duties',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('checklist_id', sa.Integer(), nullable=False),
    sa.Column('owner', sa.String(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('how', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['checklist_id'], ['checklists.id'], name=op.f('fk_checklist_duties_checklist_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_checklist_duties_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_checklist_duties')),
    sa.UniqueConstraint('checklist_id', 'owner', name=op.f('uq_checklist_duties_checklist_id_owner'))
    )
    with op.batch_alter_table('checklist_duties', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_checklist_duties_user_id'), ['user_id'], unique=False)


def downgrade():
    op.drop_table('checklist_duties')
    with op.batch_alter_table('checklist_items', schema=None) as batch_op:
        batch_op.drop_column('retired_at')
        batch_op.drop_column('carried')
        batch_op.drop_column('by_hand')
