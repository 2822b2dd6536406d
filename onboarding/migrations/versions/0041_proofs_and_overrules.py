"""proofs on the real switch, gates overruled by two people, what a vote is bound to"""

import sqlalchemy as sa
from alembic import op


revision = '0041'
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('proofs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('cutover_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('identity', sa.String(), nullable=False),
    sa.Column('prints', sa.JSON(), nullable=False),
    sa.Column('switch_fault', sa.String(), nullable=False),
    sa.Column('rollback_fault', sa.String(), nullable=False),
    sa.Column('metrics_fault', sa.String(), nullable=False),
    sa.Column('saw', sa.JSON(), nullable=False),
    sa.Column('asked_by', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('acting_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['asked_by'], ['users.id'], name=op.f('fk_proofs_asked_by')),
    sa.ForeignKeyConstraint(['cutover_id'], ['cutovers.id'], name=op.f('fk_proofs_cutover_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proofs'))
    )
    with op.batch_alter_table('proofs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_proofs_cutover_id'), ['cutover_id'], unique=False)

    op.create_table('overrules',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('cutover_id', sa.Integer(), nullable=False),
    sa.Column('rules', sa.JSON(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('fingerprint', sa.String(), nullable=False),
    sa.Column('asked_by', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seconded_by', sa.Integer(), nullable=True),
    sa.Column('seconded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_by', sa.Integer(), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['asked_by'], ['users.id'], name=op.f('fk_overrules_asked_by')),
    sa.ForeignKeyConstraint(['cutover_id'], ['cutovers.id'], name=op.f('fk_overrules_cutover_id')),
    sa.ForeignKeyConstraint(['seconded_by'], ['users.id'], name=op.f('fk_overrules_seconded_by')),
    sa.ForeignKeyConstraint(['withdrawn_by'], ['users.id'], name=op.f('fk_overrules_withdrawn_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_overrules'))
    )
    with op.batch_alter_table('overrules', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_overrules_cutover_id'), ['cutover_id'], unique=False)

    with op.batch_alter_table('votes', schema=None) as batch_op:
        batch_op.add_column(sa.Column('bound', sa.JSON(), nullable=False, server_default='{}'))


def downgrade():
    with op.batch_alter_table('votes', schema=None) as batch_op:
        batch_op.drop_column('bound')
    op.drop_table('overrules')
    op.drop_table('proofs')
