"""several faults in the script of a rehearsal"""

import sqlalchemy as sa
from alembic import op


revision = '0072'
down_revision = "0060"
branch_labels = None
depends_on = None

SECONDS = {
    'sqlite': "(julianday(fault_at) - 2440587.5) * 86400.0",
    'postgresql': "extract(epoch from fault_at)",
}
OBJECT = {
    'sqlite': "json_object('0', {})",
    'postgresql': "json_build_object('0', {})",
}
BACK = {
    'sqlite': "datetime(json_extract(faults_at, '$.\"0\"'), 'unixepoch')",
    'postgresql': "to_timestamp((faults_at->>'0')::float8)",
}


def upgrade():
    with op.batch_alter_table('ramps', schema=None) as batch_op:
        batch_op.add_column(
            sa.Column('faults_at', sa.JSON(), server_default='{}', nullable=False)
        )
    kind = op.get_bind().dialect.name
    told = OBJECT[kind].format(SECONDS[kind])
    op.execute(f"UPDATE ramps SET faults_at = {told} WHERE fault_at IS NOT NULL")
    with op.batch_alter_table('ramps', schema=None) as batch_op:
        batch_op.drop_column('fault_at')


def downgrade():
    with op.batch_alter_table('ramps', schema=None) as batch_op:
        batch_op.add_column(sa.Column('fault_at', sa.DateTime(timezone=True), nullable=True))
    kind = op.get_bind().dialect.name
    op.execute(f"UPDATE ramps SET fault_at = {BACK[kind]} WHERE CAST(faults_at AS TEXT) <> '{{}}'")
    with op.batch_alter_table('ramps', schema=None) as batch_op:
        batch_op.drop_column('faults_at')
