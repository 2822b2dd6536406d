"""configuration record"""

import sqlalchemy as sa
from alembic import op


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('config_versions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('turnup_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('made_by', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['made_by'], ['users.id'], name=op.f('fk_config_versions_made_by')),
    sa.ForeignKeyConstraint(['turnup_id'], ['turnups.id'], name=op.f('fk_config_versions_turnup_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_config_versions')),
    sa.UniqueConstraint('turnup_id', 'number', name=op.f('uq_config_versions_turnup_id_number'))
    )
    with op.batch_alter_table('config_versions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_config_versions_turnup_id'), ['turnup_id'], unique=False)

    op.create_table('config_files',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['version_id'], ['config_versions.id'], name=op.f('fk_config_files_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_config_files')),
    sa.UniqueConstraint('version_id', 'name', name=op.f('uq_config_files_version_id_name'))
    )
    op.create_table('config_agreements',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_config_agreements_user_id')),
    sa.ForeignKeyConstraint(['version_id'], ['config_versions.id'], name=op.f('fk_config_agreements_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_config_agreements')),
    sa.UniqueConstraint('version_id', 'user_id', name=op.f('uq_config_agreements_version_id_user_id'))
    )


def downgrade():
    op.drop_table('config_agreements')
    op.drop_table('config_files')
    op.drop_table('config_versions')
