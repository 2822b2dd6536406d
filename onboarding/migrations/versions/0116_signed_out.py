"""people: sign-ins that were ended"""

import sqlalchemy as sa
from alembic import op


revision = '0116'
down_revision = "0100"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('signed_out',
    sa.Column('mark', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('mark', name=op.f('pk_signed_out'))
    )
    with op.batch_alter_table('signed_out', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_signed_out_at'), ['at'], unique=False)


def downgrade():
    op.drop_table('signed_out')
