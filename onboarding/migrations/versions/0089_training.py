"""training paths, who is on them, and reviews of tone"""

import sqlalchemy as sa
from alembic import op


revision = '0089'
down_revision = "0085"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('training_paths',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('about', sa.String(), nullable=False),
    sa.Column('skill', sa.String(), nullable=False),
    sa.Column('sessions', sa.JSON(), nullable=False),
    sa.Column('pairings', sa.Integer(), nullable=False),
    sa.Column('shadows', sa.Integer(), nullable=False),
    sa.Column('valid_days', sa.Integer(), nullable=False),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_training_paths_team_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training_paths'))
    )
    op.create_table('training_duties',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_training_duties_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training_duties')),
    sa.UniqueConstraint('user_id', 'ref', name=op.f('uq_training_duties_user_id_ref'))
    )
    op.create_table('training_trainees',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('path_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('mentor_id', sa.Integer(), nullable=True),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('certified_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['mentor_id'], ['users.id'], name=op.f('fk_training_trainees_mentor_id')),
    sa.ForeignKeyConstraint(['path_id'], ['training_paths.id'], name=op.f('fk_training_trainees_path_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_training_trainees_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training_trainees')),
    sa.UniqueConstraint('path_id', 'user_id', name=op.f('uq_training_trainees_path_id_user_id'))
    )
    with op.batch_alter_table('training_trainees', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_training_trainees_user_id'), ['user_id'], unique=False)

    op.create_table('training_events',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('trainee_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('with_id', sa.Integer(), nullable=True),
    sa.Column('noted_by', sa.Integer(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['noted_by'], ['users.id'], name=op.f('fk_training_events_noted_by')),
    sa.ForeignKeyConstraint(['trainee_id'], ['training_trainees.id'], name=op.f('fk_training_events_trainee_id')),
    sa.ForeignKeyConstraint(['with_id'], ['users.id'], name=op.f('fk_training_events_with_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training_events'))
    )
    with op.batch_alter_table('training_events', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_training_events_trainee_id'), ['trainee_id'], unique=False)

    op.create_table('tone_reviews',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('reviewer_id', sa.Integer(), nullable=False),
    sa.Column('marks', sa.JSON(), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['ticket_messages.id'], name=op.f('fk_tone_reviews_message_id')),
    sa.ForeignKeyConstraint(['person_id'], ['users.id'], name=op.f('fk_tone_reviews_person_id')),
    sa.ForeignKeyConstraint(['reviewer_id'], ['users.id'], name=op.f('fk_tone_reviews_reviewer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tone_reviews')),
    sa.UniqueConstraint('message_id', name=op.f('uq_tone_reviews_message_id'))
    )
    with op.batch_alter_table('tone_reviews', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_tone_reviews_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_tone_reviews_reviewer_id'), ['reviewer_id'], unique=False)


def downgrade():
    with op.batch_alter_table('tone_reviews', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_tone_reviews_reviewer_id'))
        batch_op.drop_index(batch_op.f('ix_tone_reviews_person_id'))

    op.drop_table('tone_reviews')
    with op.batch_alter_table('training_events', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_training_events_trainee_id'))

    op.drop_table('training_events')
    with op.batch_alter_table('training_trainees', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_training_trainees_user_id'))

    op.drop_table('training_trainees')
    op.drop_table('training_duties')
    op.drop_table('training_paths')
