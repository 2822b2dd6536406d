"""searches for windows"""

import sqlalchemy as sa
from alembic import op


revision = '0030'
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('window_searches',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('asked', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('done', sa.Double(), nullable=False),
    sa.Column('result', sa.JSON(), nullable=False),
    sa.Column('error', sa.String(), nullable=False),
    sa.Column('asked_by', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['asked_by'], ['users.id'], name=op.f('fk_window_searches_asked_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_window_searches'))
    )
    with op.batch_alter_table('window_searches', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_window_searches_state'), ['state'], unique=False)


def downgrade():
    op.drop_table('window_searches')
