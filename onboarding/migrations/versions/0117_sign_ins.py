"""people: a row for each sign-in; whoever is signed in signs in once more"""

import sqlalchemy as sa
from alembic import op


revision = '0117'
down_revision = "0107"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('sign_ins',
    sa.Column('mark', sa.String(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_sign_ins_user_id')),
    sa.PrimaryKeyConstraint('mark', name=op.f('pk_sign_ins'))
    )
    with op.batch_alter_table('sign_ins', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_ins_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_sign_ins_user_id'), ['user_id'], unique=False)
    op.drop_table('signed_out')


def downgrade():
    op.create_table('signed_out',
    sa.Column('mark', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('mark', name=op.f('pk_signed_out'))
    )
    with op.batch_alter_table('signed_out', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_signed_out_at'), ['at'], unique=False)
    op.drop_table('sign_ins')
