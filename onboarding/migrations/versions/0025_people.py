"""people: languages, wishes, training, certificates, calendars, holidays, what teams give to a flip"""

import sqlalchemy as sa
from alembic import op


revision = '0025'
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('teams', schema=None) as batch_op:
        batch_op.add_column(sa.Column('needs', sa.JSON(), nullable=False, server_default='{}'))
    with op.batch_alter_table('users', schema=None) as batch_op:
        batch_op.add_column(sa.Column('languages', sa.JSON(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('wishes', sa.JSON(), nullable=False, server_default='{}'))
    with op.batch_alter_table('aways', schema=None) as batch_op:
        batch_op.add_column(sa.Column('source', sa.String(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('note', sa.String(), nullable=False, server_default=''))
    op.create_table('calendars',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('counts', sa.String(), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('tried_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('error', sa.String(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_calendars_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendars')),
    sa.UniqueConstraint('user_id', name=op.f('uq_calendars_user_id'))
    )
    op.create_table('rotation_feeds',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('turns', sa.JSON(), nullable=False),
    sa.Column('unknown', sa.JSON(), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('tried_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('error', sa.String(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_rotation_feeds_team_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rotation_feeds')),
    sa.UniqueConstraint('team_id', name=op.f('uq_rotation_feeds_team_id'))
    )
    op.create_table('certificates',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('skill', sa.String(), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_certificates_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificates')),
    sa.UniqueConstraint('user_id', 'skill', name=op.f('uq_certificates_user_id_skill'))
    )
    op.create_table('training_steps',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('skill', sa.String(), nullable=False),
    sa.Column('step', sa.String(), nullable=False),
    sa.Column('vouched_by', sa.Integer(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_training_steps_user_id')),
    sa.ForeignKeyConstraint(['vouched_by'], ['users.id'], name=op.f('fk_training_steps_vouched_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training_steps'))
    )
    with op.batch_alter_table('training_steps', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_training_steps_user_id'), ['user_id'], unique=False)
    op.create_table('public_holidays',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('country', sa.String(), nullable=False),
    sa.Column('subdivision', sa.String(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_public_holidays')),
    sa.UniqueConstraint('country', 'subdivision', 'day', name=op.f('uq_public_holidays_country_subdivision_day'))
    )


def downgrade():
    for table in ('public_holidays', 'training_steps', 'certificates', 'rotation_feeds', 'calendars'):
        op.drop_table(table)
    with op.batch_alter_table('aways', schema=None) as batch_op:
        batch_op.drop_column('note')
        batch_op.drop_column('source')
    with op.batch_alter_table('users', schema=None) as batch_op:
        batch_op.drop_column('wishes')
        batch_op.drop_column('languages')
    with op.batch_alter_table('teams', schema=None) as batch_op:
        batch_op.drop_column('needs')
