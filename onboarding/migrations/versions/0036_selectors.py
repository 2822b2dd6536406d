"""selectors, the peak rule, who says go and what is checked at a step"""

import sqlalchemy as sa
from alembic import op


revision = '0036'
down_revision = "0042"
branch_labels = None
depends_on = None

SELECTORS = (
    ('cutover_steps', 'selector'),
    ('ramps', 'selector'),
    ('ramps', 'target_selector'),
    ('ramp_intents', 'to_selector'),
    ('manual_switches', 'wanted_selector'),
    ('manual_switches', 'confirmed_selector'),
    ('practice_worlds', 'selector'),
)


def upgrade():
    for table, column in SELECTORS:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column(column, sa.JSON(), nullable=False, server_default='{}'))

    with op.batch_alter_table('cutover_steps', schema=None) as batch_op:
        batch_op.add_column(sa.Column('over_peak', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('go_by', sa.String(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('before', sa.JSON(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('after', sa.JSON(), nullable=False, server_default='[]'))

    with op.batch_alter_table('cutovers', schema=None) as batch_op:
        batch_op.add_column(sa.Column('peak_hour', sa.Integer(), nullable=True))

    with op.batch_alter_table('ramps', schema=None) as batch_op:
        batch_op.add_column(sa.Column('peak_until', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('replanned_by', sa.Integer(), nullable=True))


def downgrade():
    with op.batch_alter_table('ramps', schema=None) as batch_op:
        batch_op.drop_column('replanned_by')
        batch_op.drop_column('peak_until')

    with op.batch_alter_table('cutovers', schema=None) as batch_op:
        batch_op.drop_column('peak_hour')

    with op.batch_alter_table('cutover_steps', schema=None) as batch_op:
        batch_op.drop_column('after')
        batch_op.drop_column('before')
        batch_op.drop_column('go_by')
        batch_op.drop_column('over_peak')

    for table, column in reversed(SELECTORS):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column(column)
