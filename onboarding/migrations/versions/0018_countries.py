"""the country and region whose public holidays somebody keeps"""

import sqlalchemy as sa
from alembic import op


revision = '0018'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('users', schema=None) as batch_op:
        batch_op.add_column(sa.Column('country', sa.String(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('subdivision', sa.String(), nullable=False, server_default=''))


def downgrade():
    with op.batch_alter_table('users', schema=None) as batch_op:
        batch_op.drop_column('subdivision')
        batch_op.drop_column('country')
