"""checklists: what probes saw, as it is translated"""

import sqlalchemy as sa
from alembic import op


revision = '0123'
down_revision = "0122"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('probe_results') as batch_op:
        batch_op.add_column(sa.Column('said', sa.JSON(), nullable=False, server_default='{}'))


def downgrade():
    with op.batch_alter_table('probe_results') as batch_op:
        batch_op.drop_column('said')
